import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameSamples, MicFramer } from '../../client_web/mic-framer.js';
import { HEADER_BYTES } from '../../client_web/wire.js';

/** @param {ArrayBuffer} frame */
const samplesOf = (frame) => [...new Int16Array(frame, HEADER_BYTES)];

test('20 ms at every rate a browser uses', () => {
  assert.deepEqual([8000, 16000, 44100, 48000].map(frameSamples), [160, 320, 882, 960]);
});

test('quanta of any size become whole frames; no sample is lost or doubled', () => {
  /** @type {number[]} */
  const heard = [];
  const framer = new MicFramer(16000, (frame) => {
    heard.push(...samplesOf(frame));
    framer.recycle(frame);
  });
  let next = 0;
  for (const size of [128, 128, 1, 700, 128, 320, 127, 900]) {
    framer.push(Float32Array.from({ length: size }, () => (next++ % 1000) / 32768));
  }
  assert.equal(heard.length, Math.floor(next / 320) * 320);
  assert.deepEqual(heard, heard.map((_, i) => i % 1000));
});

test('loud input is clipped, not wrapped', () => {
  /** @type {number[]} */
  let heard = [];
  const framer = new MicFramer(8000, (frame) => (heard = samplesOf(frame)));
  const input = new Float32Array(160);
  input.set([1, 2, -1, -2, 0.5, -0.5]);
  framer.push(input);
  assert.deepEqual(heard.slice(0, 7), [32767, 32767, -32768, -32768, 16384, -16384, 0]);
});

test('buffers go round: nothing is made while they come back', () => {
  const seen = new Set();
  const framer = new MicFramer(48000, (frame) => {
    seen.add(frame);
    framer.recycle(frame);
  });
  for (let i = 0; i < 3000; i += 1) framer.push(new Float32Array(128));
  assert.equal(framer.grown, 0);
  assert.ok(seen.size <= 17);
});

test('a page that does not hand buffers back costs memory, not words', () => {
  let frames = 0;
  const framer = new MicFramer(16000, () => (frames += 1));
  for (let i = 0; i < 40; i += 1) framer.push(new Float32Array(320));
  assert.equal(frames, 40);
  assert.ok(framer.grown > 0);
});

test('a buffer of another size is not taken into the pool', () => {
  /** @type {number[]} */
  const lengths = [];
  const framer = new MicFramer(16000, (frame) => lengths.push(frame.byteLength));
  framer.push(new Float32Array(320 * 15));
  framer.recycle(new ArrayBuffer(10));
  framer.push(new Float32Array(320 * 5));
  assert.ok(lengths.every((length) => length === HEADER_BYTES + 640));
});
