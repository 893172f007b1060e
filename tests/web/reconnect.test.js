import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterGap, Heartbeat, Reconnect } from '../../client_web/interview/reconnect.js';
import { MicRing } from '../../client_web/interview/ring.js';

test('the ring keeps the newest frames, in order', () => {
  const ring = new MicRing(2, 3);
  for (let i = 1; i <= 5; i += 1) ring.push(Int16Array.of(i, -i), i / 10);
  assert.equal(ring.held, 3);
  /** @param {number} count */
  const replay = (count) => {
    /** @type {number[][]} */
    const found = [];
    ring.replay(count, (samples) => found.push([...samples]));
    return found;
  };
  assert.deepEqual(replay(99), [[3, -3], [4, -4], [5, -5]]);
  assert.deepEqual(replay(1), [[5, -5]]);
  assert.deepEqual(replay(0), []);
  assert.equal(ring.louder(3, 0.35), 2);
  assert.equal(ring.louder(1, 0.35), 1);
  ring.clear();
  assert.deepEqual([ring.held, replay(3).length], [0, 0]);
});

test('a lost line is tried at once, then again and again', () => {
  const line = new Reconnect();
  line.begin(0);
  assert.equal(line.advance(0), 'attempt');
  assert.equal(line.advance(100), null);
  line.opened();
  assert.equal(line.due, null);
  assert.equal(line.closed(1006, 5000), true);
  assert.equal(line.advance(5000), 'attempt');
  assert.equal(line.closed(1006, 5010), true);
  assert.equal(line.advance(5300), null);
  assert.equal(line.advance(5410), 'attempt');
});

test('an attempt that hangs is given up; when the system says “online”, there is no waiting', () => {
  const line = new Reconnect();
  line.begin(0);
  line.advance(0);
  assert.equal(line.due, 1500);
  assert.equal(line.advance(1500), 'abandon');
  line.closed(4000, 1500);
  assert.equal(line.due, 1900);
  line.online(1600);
  assert.equal(line.advance(1600), 'attempt');
});

test('within 2 s of the network coming back there has been an attempt that could succeed', () => {
  for (let back = 0; back < 4000; back += 130) {
    const line = new Reconnect();
    line.begin(0);
    let succeeded = -1;
    for (let now = 0; now < 9000 && succeeded < 0; now += 10) {
      const wish = line.advance(now);
      if (wish === 'attempt' && now >= back) succeeded = now;
      if (wish === 'abandon') line.closed(4000, now);
    }
    assert.ok(succeeded - back <= 2000, `${back}: ${succeeded}`);
  }
});

test('a slow server gets more time, a full one a rest', () => {
  const line = new Reconnect();
  line.begin(0);
  let now = 0;
  for (let i = 0; i < 21; i += 1) {
    now = line.due ?? NaN;
    assert.equal(line.advance(now), 'attempt');
    if (i < 20) line.closed(1006, now);
  }
  assert.equal((line.due ?? 0) - now, 6000);
  line.closed(1013, now);
  assert.equal(line.due, now + 5000);
});

test('what the server means is not tried again', () => {
  for (const code of [1000, 1008]) {
    const line = new Reconnect();
    line.begin(0);
    line.advance(0);
    line.opened();
    assert.equal(line.closed(code, 1), false);
    assert.deepEqual([line.state, line.due], ['over', null]);
    assert.equal(line.closed(1006, 2), false);
  }
});

test('a server that breaks before it greets is given up in the end; one that broke once is not', () => {
  const line = new Reconnect();
  line.begin(0);
  for (let i = 1; i <= 5; i += 1) {
    assert.equal(line.advance(line.due ?? NaN), 'attempt');
    assert.equal(line.closed(1011, i), i < 5);
  }
  const once = new Reconnect();
  once.begin(0);
  once.advance(0);
  once.opened();
  assert.equal(once.closed(1011, 1), true);
});

test('the heartbeat asks when it is quiet, and only then', () => {
  const beat = new Heartbeat();
  assert.equal(beat.advance(99), null);
  beat.heard(0);
  assert.equal(beat.advance(1400), null);
  beat.heard(1400);
  assert.equal(beat.advance(2000), null);
  assert.equal(beat.advance(2900), 'ask');
  assert.equal(beat.advance(3000), null);
  beat.heard(3100);
  assert.equal(beat.goodAt, 3100);
  assert.equal(beat.advance(4600), 'ask');
  assert.equal(beat.advance(8600), 'lost');
});

test('a doubt is looked into at once', () => {
  const beat = new Heartbeat();
  beat.heard(0);
  beat.doubt(100);
  assert.equal(beat.advance(100), 'ask');
  beat.doubt(200);
  assert.equal(beat.advance(200), null, 'it has been asked already');
  beat.stop();
  beat.doubt(300);
  assert.equal(beat.due, null);
});

test('after a gap an answer is gone on with; what the interviewer said is taken up by the interviewer', () => {
  const gap = { phase: /** @type {const} */ ('hearing'), seconds: 2, ringSeconds: 5, spokenFrames: 60 };
  assert.equal(afterGap(gap), 'go-on');
  assert.equal(afterGap({ ...gap, spokenFrames: 3 }), 'ask', 'the answer ended in the gap: nobody would reply');
  assert.equal(afterGap({ ...gap, seconds: 30 }), 'go-on', 'still speaking');
  assert.equal(afterGap({ ...gap, phase: 'listening', spokenFrames: 0 }), 'go-on', 'still thinking');
  assert.equal(afterGap({ ...gap, phase: 'listening', spokenFrames: 0, seconds: 30 }), 'ask');
  assert.equal(afterGap({ ...gap, phase: 'speaking' }), 'ask');
  assert.equal(afterGap({ ...gap, phase: 'thinking' }), 'ask');
});
