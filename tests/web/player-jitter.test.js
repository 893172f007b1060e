import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PlayerQueue } from '../../client_web/player-queue.js';

const QUANTUM = 128;
const PER_MS = 24;
/** As the server sends them. */
const CHUNK_MS = 40;
const MINUTES = 20;

/** @param {number} seed @returns {() => number} in [0, 1) */
function randomness(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/**
 * An interviewer who speaks half of the time, in replies of 3 to 12 s that are made no faster than they are spoken, over
 * a network that keeps the order: what is behind a late piece waits for it.
 * @param {object} network
 * @param {number} network.seed
 * @param {(random: () => number) => number} network.delay milliseconds of one piece
 * @returns {{gaps: number, soundMs: number, waits: number[]}} `waits`: from the first piece to the first sound
 */
function listen({ seed, delay }) {
  const random = randomness(seed);
  /** @type {import('../../client_web/player-queue.js').Report[]} */
  const reports = [];
  const queue = new PlayerQueue((report) => reports.push(report));
  const out = new Float32Array(QUANTUM);
  const heard = { gaps: 0, soundMs: 0, waits: /** @type {number[]} */ ([]) };
  let now = 0;
  for (let stream = 1; now < MINUTES * 60_000 * PER_MS; stream += 1) {
    const pieces = Math.round((3000 + 9000 * random()) / CHUNK_MS);
    const began = now / PER_MS;
    let last = 0;
    /** @type {number | null} */
    let sounded = null;
    const arrivals = Array.from({ length: pieces + 1 }, (_, i) => (last = Math.max(last, began + i * CHUNK_MS + delay(random))));
    let next = 0;
    let played = 0;
    while (next <= pieces || queue.queuedSamples > 0) {
      for (; next <= pieces && (arrivals[next] ?? 0) <= now / PER_MS; next += 1) {
        if (next === pieces) queue.complete(stream);
        else queue.push({ stream, position: next * CHUNK_MS * PER_MS, samples: new Int16Array(CHUNK_MS * PER_MS).fill(9) });
      }
      const written = queue.pull(out);
      now += QUANTUM;
      played += written;
      if (written > 0) sounded ??= now / PER_MS;
    }
    assert.equal(played, pieces * CHUNK_MS * PER_MS, 'every sample is heard');
    heard.soundMs += played / PER_MS;
    heard.waits.push((sounded ?? 0) - (arrivals[0] ?? 0));
    now += (3000 + 9000 * random()) * PER_MS;
  }
  return { ...heard, gaps: queue.underruns };
}

/** A network that is quick, and now and then is not. @param {() => number} random */
const spiky = (random) => 50 + 400 * random() ** 8;
/** Box and Muller, cut off where time would run backwards. @param {() => number} random */
const normal = (random) => Math.max(5, 100 + 50 * Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random()));

test('jitter of 100±50 ms: fewer than one gap in a minute of speech, and the voice begins in time', (t) => {
  for (const [name, delay] of /** @type {[string, (random: () => number) => number][]} */ ([
    ['evenly between 50 and 150 ms', (random) => 50 + 100 * random()],
    ['normal, 100 ms and a deviation of 50 ms', normal],
    ['spikes of up to 450 ms', spiky],
  ])) {
    for (const seed of [1, 7, 2024]) {
      const { gaps, soundMs, waits } = listen({ seed, delay });
      const minutes = soundMs / 60_000;
      const sorted = waits.sort((a, b) => a - b);
      t.diagnostic(`${name}, seed ${seed}: ${gaps} gaps in ${minutes.toFixed(1)} min of speech; first sound after ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, at worst ${Math.round(sorted.at(-1) ?? 0)} ms`);
      assert.ok(gaps <= minutes, `${name}: ${gaps} gaps in ${minutes} minutes`);
    }
  }
});

test('over an even network there is no gap, and nothing waits longer than it has to', () => {
  const { gaps, waits } = listen({ seed: 3, delay: () => 100 });
  assert.equal(gaps, 0);
  assert.ok(Math.max(...waits) <= CHUNK_MS + 10, `${Math.max(...waits)} ms`);
});
