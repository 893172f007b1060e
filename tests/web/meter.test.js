import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needle, rms, SilenceWatch, smooth } from '../../client_web/meter.js';

test('rms of a full-scale square wave is 1, of nothing 0', () => {
  assert.equal(rms(new Int16Array(10).fill(-32768)), 1);
  assert.equal(rms(new Int16Array(10)), 0);
  assert.equal(rms(new Int16Array(0)), 0);
});

test('the needle goes from -60 to -10 dBFS', () => {
  assert.equal(needle(0), 0);
  assert.equal(needle(10 ** (-70 / 20)), 0);
  assert.equal(needle(1), 1);
  assert.ok(Math.abs(needle(10 ** (-35 / 20)) - 0.5) < 1e-9);
});

test('the shown level rises faster than it falls', () => {
  assert.ok(smooth(0, 1) > 1 - smooth(1, 0));
});

/**
 * @param {SilenceWatch} watch
 * @param {number} level
 * @param {number} seconds
 * @param {boolean} usersTurn
 */
function feed(watch, level, seconds, usersTurn) {
  for (let i = 0; i < seconds * 50; i += 1) watch.feed(level, 0.02, usersTurn);
  return watch.silent;
}

test('a muted microphone is noticed, and forgiven when it speaks', () => {
  const watch = new SilenceWatch();
  assert.equal(feed(watch, 0.1, 1, true), false);
  assert.equal(feed(watch, 0, 4, false), false);
  assert.equal(feed(watch, 0, 3, false), true);
  assert.equal(watch.feed(0.1, 0.02, true), true);
  assert.equal(watch.silent, false);
});

test('a quiet room is no fault while the interviewer talks, but is after 8 s of the user’s turn', () => {
  const watch = new SilenceWatch();
  assert.equal(feed(watch, 0.0003, 60, false), false);
  assert.equal(feed(watch, 0.0003, 9, true), true);
});

test('someone who was heard once may think as long as they like', () => {
  const watch = new SilenceWatch();
  feed(watch, 0.05, 1, true);
  assert.equal(feed(watch, 0.0003, 120, true), false);
});
