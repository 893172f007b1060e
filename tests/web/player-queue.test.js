import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlayerQueue, REPORT_EVERY } from '../../client_web/player-queue.js';

const QUANTUM = 128;

/** A player whose output can be looked at. */
function makePlayer() {
  /** @type {import('../../client_web/player-queue.js').Report[]} */
  const reports = [];
  const queue = new PlayerQueue((report) => reports.push(report));
  return {
    queue,
    reports,
    /** @param {number} quanta */
    run(quanta) {
      const out = new Float32Array(QUANTUM * quanta);
      for (let i = 0; i < quanta; i += 1) queue.pull(out.subarray(i * QUANTUM, (i + 1) * QUANTUM));
      return out;
    },
  };
}

/**
 * A ramp: every sample tells its own position.
 * @param {number} stream
 * @param {number} position
 * @param {number} length
 */
function chunk(stream, position, length) {
  return { stream, position, samples: Int16Array.from({ length }, (_, i) => (position + i) % 30000) };
}

/** @param {Float32Array} out */
const asPcm = (out) => [...out].map((value) => Math.round(value * 32768));

test('a reply is played whole and in order, and reported to its last sample', () => {
  const { queue, reports, run } = makePlayer();
  for (let position = 0; position < 12000; position += 480) queue.push(chunk(1, position, 480));
  queue.complete(1);
  const heard = asPcm(run(100)).slice(64, 12000);
  assert.deepEqual(heard, heard.map((_, i) => i + 64));
  assert.deepEqual(reports.at(-1), { stream: 1, samples: 12000, flushed: false });
  assert.equal(queue.underruns, 0);
  assert.equal(queue.queuedSamples, 0);
});

test('reports come about every 100 ms and never go back', () => {
  const { queue, reports, run } = makePlayer();
  queue.push(chunk(1, 0, 24000));
  run(250);
  const samples = reports.map((report) => report.samples);
  assert.deepEqual(samples, [...samples].sort((a, b) => a - b));
  assert.ok(samples.length >= 24000 / (REPORT_EVERY + QUANTUM) && samples.length <= 24000 / REPORT_EVERY + 1);
});

test('pause holds within one quantum, and resume goes on with the very next sample', () => {
  const { queue, reports, run } = makePlayer();
  queue.push(chunk(1, 0, 24000));
  run(10);
  queue.pause();
  assert.equal(reports.at(-1)?.samples, 10 * QUANTUM);
  const held = run(50);
  assert.ok(held.subarray(QUANTUM).every((value) => value === 0));
  assert.equal(queue.held, true);
  assert.equal(queue.queuedSamples, 24000 - 10 * QUANTUM);
  queue.resume();
  const heard = asPcm(run(2));
  assert.equal(heard[64], 10 * QUANTUM + 64);
  assert.equal(heard[255], 10 * QUANTUM + 255);
});

test('resume does not wait for more, however little is left', () => {
  const { queue, run } = makePlayer();
  queue.push(chunk(1, 0, 2000));
  run(5);
  queue.pause();
  run(3);
  queue.resume();
  assert.equal(asPcm(run(1))[100], 5 * QUANTUM + 100);
});

test('flush drops everything, answers with what was played, and stays deaf to stale chunks', () => {
  const { queue, reports, run } = makePlayer();
  queue.push(chunk(3, 0, 24000));
  run(20);
  queue.pause();
  queue.flush(3);
  assert.deepEqual(reports.at(-1), { stream: 3, samples: 20 * QUANTUM, flushed: true });
  queue.push(chunk(3, 24000, 24000));
  assert.ok(run(20).subarray(QUANTUM).every((value) => value === 0));
  assert.equal(queue.queuedSamples, 0);
  assert.equal(queue.held, false);
});

test('flush of a reply that never sounded says 0, and leaves the next one alone', () => {
  const { queue, reports, run } = makePlayer();
  queue.push(chunk(4, 0, 4800));
  queue.push(chunk(5, 0, 4800));
  queue.complete(5);
  queue.flush(4);
  assert.deepEqual(reports, [{ stream: 4, samples: 0, flushed: true }]);
  assert.equal(queue.queuedSamples, 4800);
  const heard = asPcm(run(40));
  assert.equal(heard[1000], 1000);
  assert.deepEqual(reports.at(-1), { stream: 5, samples: 4800, flushed: false });
});

test('flush counts a chunk that was half played', () => {
  const { queue, run } = makePlayer();
  queue.push(chunk(1, 0, 2000));
  queue.push(chunk(2, 0, 3000));
  run(4);
  queue.flush(1);
  assert.equal(queue.queuedSamples, 3000);
  queue.flush(2);
  assert.equal(queue.queuedSamples, 0);
});

test('one reply after the other: each is reported to its end', () => {
  const { queue, reports, run } = makePlayer();
  queue.push(chunk(1, 0, 3000));
  queue.push(chunk(2, 0, 5000));
  queue.complete(2);
  run(80);
  assert.equal(Math.max(...reports.filter((report) => report.stream === 1).map((report) => report.samples)), 3000);
  assert.equal(Math.max(...reports.filter((report) => report.stream === 2).map((report) => report.samples)), 5000);
});

test('a start waits for a small cushion, but not for ever', () => {
  const { queue, run } = makePlayer();
  queue.push(chunk(1, 0, 400));
  assert.ok(run(10).every((value) => value === 0));
  assert.ok(run(60).some((value) => value !== 0));
});

test('the end of a reply needs no cushion', () => {
  const { queue, run } = makePlayer();
  queue.push(chunk(1, 0, 400));
  queue.complete(1);
  assert.equal(asPcm(run(1))[100], 100);
});

test('a gap inside a reply is counted, and afterwards more is kept in hand', () => {
  const { queue, run } = makePlayer();
  queue.push(chunk(1, 0, 1536));
  run(20);
  assert.equal(queue.underruns, 0, 'it may have been all');
  queue.push(chunk(1, 1536, 1280));
  assert.equal(queue.underruns, 1);
  assert.ok(run(2).every((value) => value === 0));
  queue.push(chunk(1, 2816, 1280));
  assert.equal(asPcm(run(1))[100], 0);
  queue.push(chunk(1, 4096, 1280));
  assert.equal(asPcm(run(1))[100], 1636);
});

test('neither start, stop nor hold makes a step in the wave', () => {
  const { queue, run } = makePlayer();
  queue.push({ stream: 1, position: 0, samples: new Int16Array(6000).fill(16000) });
  /** @type {number[]} */
  const heard = [...run(10)];
  queue.pause();
  heard.push(...run(3));
  queue.resume();
  heard.push(...run(10));
  queue.flush(1);
  heard.push(...run(3));
  const steps = heard.slice(1).map((value, i) => Math.abs(value - (heard[i] ?? 0)));
  assert.ok(Math.max(...steps) < 0.02, `a step of ${Math.max(...steps)}`);
});

test('the queue is bounded', () => {
  const { queue } = makePlayer();
  for (let i = 0; i < 1000; i += 1) queue.push(chunk(1, i * 24000, 24000));
  assert.equal(queue.queuedSamples, 24000 * 900);
  assert.equal(queue.overflowed, 24000 * 100);
});
