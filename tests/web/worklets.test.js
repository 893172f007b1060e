import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MicFramer } from '../../client_web/mic-framer.js';
import { PlayerQueue } from '../../client_web/player-queue.js';

const QUANTUM = 128;
const BLOCKS = 20_000;
/** One object a block would be 16 at least. */
const MOST_BYTES_A_BLOCK = 8;

/**
 * Bytes that a block costs, once the engine has compiled the code: the best of a few rounds, for a collection of garbage,
 * or the test runner, may fall into one.
 * @param {() => void} block
 */
function bytes(block) {
  const rounds = Array.from({ length: 6 }, () => {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < BLOCKS; i += 1) block();
    return (process.memoryUsage().heapUsed - before) / BLOCKS;
  });
  return Math.min(...rounds.filter((each) => each >= 0));
}

test('a block of the player allocates nothing, while it plays and while it is silent', () => {
  const out = new Float32Array(QUANTUM);
  const silent = new PlayerQueue(() => {});
  const silence = bytes(() => silent.pull(out));
  const queue = new PlayerQueue(() => {});
  const samples = new Int16Array(24_000 * 800).fill(1000);
  queue.push({ stream: 1, position: 0, samples });
  const sound = bytes(() => queue.pull(out));
  assert.ok(silence < MOST_BYTES_A_BLOCK && sound < MOST_BYTES_A_BLOCK, `${silence} and ${sound} bytes`);
});

test('a block of the microphone allocates nothing but a view a frame: its buffers come back', () => {
  /** @type {ArrayBuffer[]} */
  const sent = [];
  const framer = new MicFramer(48_000, (frame) => sent.push(frame));
  const input = new Float32Array(QUANTUM).fill(0.25);
  const found = bytes(() => {
    framer.push(input);
    const frame = sent.pop();
    if (frame !== undefined) framer.recycle(frame);
  });
  assert.equal(framer.grown, 0);
  // A typed array is about 100 bytes, and there is one in 7.5 blocks.
  assert.ok(found < MOST_BYTES_A_BLOCK + 20, `${found} bytes`);
});
