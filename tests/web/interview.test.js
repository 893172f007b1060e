import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, duration } from '../../client_web/interview/clock.js';
import { actionOf, focusOf } from '../../client_web/interview/keys.js';
import { chime, echo, promptness, quantile, ReplyWatch, room, voice } from '../../client_web/interview/measures.js';
import { PushToTalk } from '../../client_web/interview/push.js';
import { elapsed, initialInterview, preparationLeft, presence, reduceInterview } from '../../client_web/interview/state.js';
import { withoutLostVoice } from '../../client_web/interview/wishes.js';

/** @typedef {import('../../client_web/session.js').Event} Event */

/**
 * @param {[number, Event][]} events
 * @param {import('../../client_web/interview/state.js').Interview} [from]
 */
const run = (events, from = initialInterview('en')) => events.reduce((state, [now, event]) => reduceInterview(state, event, now), from);
const UP = { type: 'local.line-up' };
const LOST = { type: 'local.line-lost' };
/** @param {object} fields */
const told = (fields) => ({
  type: 'moui.interview.state',
  session_id: 'i',
  step: 'question',
  question_id: 'q1',
  question_number: 2,
  question_count: 6,
  interviewer: 1,
  elapsed_s: 60,
  total_s: 600,
  waiting: false,
  paused: false,
  preparation_s: 0,
  over: '',
  ...fields,
});

test('where the interview stands, and a clock that goes on by itself', () => {
  const state = run([[0, { type: 'local.start' }], [100, UP], [1000, told({})]]);
  assert.deepEqual([state.number, state.count, state.interviewer, state.questionId, state.totalS], [2, 6, 1, 'q1', 600]);
  assert.equal(elapsed(state, 4000), 63);
});

test('paused or without a connection the clock stands still', () => {
  const paused = run([[0, UP], [1000, told({ paused: true })]]);
  assert.equal(elapsed(paused, 9000), 60);
  assert.equal(presence(paused), 'paused');
  const lost = run([[0, UP], [1000, told({})], [3000, LOST]]);
  assert.equal(elapsed(lost, 9000), 62);
  assert.equal(presence(lost), 'lost');
  const back = run([[10_000, UP]], lost);
  assert.equal(elapsed(back, 11_000), 63);
  assert.equal(back.lostAt, null);
  assert.equal(presence(back), 'listening');
});

test('a loss closes what was open, keeps what was said, and counts from its first moment', () => {
  const state = run([
    [0, { type: 'local.start' }],
    [0, UP],
    [1, { type: 'moui.transcript', item_id: 'u', stable: 'I built', tail: ' a bri' }],
    [2, { type: 'local.holding', holding: true }],
    [3, LOST],
    [900, LOST],
  ]);
  assert.deepEqual([state.lostAt, state.holding, state.talk.phase], [3, false, 'connecting']);
  assert.deepEqual(state.talk.captions.map((each) => [each.stable, each.tail, each.final]), [['I built', ' a bri', true]]);
});

test('the ends of an interview, and that nothing after them is a loss', () => {
  const ends = /** @type {[Event, string][]} */ ([
    [{ type: 'moui.interview.finished', session_id: 'i', how: 'finished' }, 'finished'],
    [{ type: 'moui.interview.finished', session_id: 'i', how: 'ended_early' }, 'ended_early'],
    [{ type: 'moui.notice', code: 'continued_elsewhere', message: 'x' }, 'elsewhere'],
    [{ type: 'moui.notice', code: 'interview_deleted', message: 'x' }, 'deleted'],
    [{ type: 'local.stop' }, 'left'],
  ]);
  for (const [event, ending] of ends) {
    const state = run([[0, { type: 'local.start' }], [0, UP], [5, event], [6, LOST]]);
    assert.deepEqual([state.ending, state.line, state.talk.phase], [ending, 'over', 'idle']);
    assert.deepEqual(state.talk.notices, []);
  }
});

test('a preparation counts down, also when it is told again', () => {
  const preparing = { step: 'preparation', preparation_s: 180 };
  const state = run([[0, { type: 'local.start' }], [0, UP], [1000, told(preparing)], [11_000, told(preparing)]]);
  assert.equal(preparationLeft(state, 31_000), 150);
  assert.equal(preparationLeft(state, 999_000), 0);
  assert.equal(presence(state), 'preparing');
  const answering = run([[40_000, told({})]], state);
  assert.equal(preparationLeft(answering, 41_000), null);
});

test('coming back in a new tab begins with what is known', () => {
  const captions = [{ id: 'turn 0', role: /** @type {const} */ ('assistant'), stable: 'Why?', tail: '', final: true, cut: false }];
  const state = run([[0, { type: 'local.start' }], [5, UP]], initialInterview('ko', { elapsedS: 90, totalS: 300, count: 4, captions }));
  assert.deepEqual([elapsed(state, 1005), state.totalS, state.count, state.talk.captions.length], [91, 300, 4, 1]);
});

test('hostile event names and fields change nothing that is shown', () => {
  const state = run([[0, UP]]);
  for (const type of ['__proto__', 'constructor', '']) assert.equal(reduceInterview(state, { type }, 1), state);
  const odd = reduceInterview(state, { type: 'moui.notice', code: '__proto__', message: 'x' }, 1);
  assert.equal(odd.ending, '');
  assert.deepEqual([run([[0, told({ elapsed_s: 'x', question_number: null })]]).elapsedS], [0]);
});

test('times as people read them', () => {
  assert.deepEqual([clock(0), clock(7.9), clock(247), clock(-3), clock(3600)], ['0:00', '0:07', '4:07', '0:00', '60:00']);
  assert.equal(duration(247), 'PT4M7S');
});

test('keys work by their place, and never where somebody writes', () => {
  const key = { code: 'KeyM', key: 'ㅡ', ctrlKey: false, altKey: false, metaKey: false, repeat: false };
  assert.equal(actionOf(key, false), 'mute');
  assert.equal(actionOf(key, true), null);
  assert.equal(actionOf({ ...key, ctrlKey: true }, false), null);
  assert.equal(actionOf({ ...key, repeat: true }, false), null);
  assert.equal(actionOf({ ...key, isComposing: true }, false), null);
  assert.equal(actionOf({ ...key, code: '__proto__' }, false), null);
  assert.equal(actionOf({ ...key, code: 'Slash', key: '?' }, false), 'help');
  assert.deepEqual(focusOf({ tagName: 'TEXTAREA' }), { typing: true, pressing: true });
  assert.deepEqual(focusOf({ tagName: 'BUTTON' }), { typing: false, pressing: true });
  assert.deepEqual(focusOf({ tagName: 'INPUT', type: 'checkbox' }), { typing: false, pressing: true });
  assert.deepEqual(focusOf({ tagName: 'BODY' }), { typing: false, pressing: false });
  assert.deepEqual(focusOf(null), { typing: false, pressing: false });
});

/** @param {number} db */
const level = (db) => 10 ** (db / 20);
/**
 * @param {number} db
 * @param {number} [count]
 */
const flat = (db, count = 50) => Array.from({ length: count }, () => level(db));

test('rooms: quiet, a fan, a café, and a microphone that is off', () => {
  assert.deepEqual([-60, -47, -30].map((db) => room(flat(db)).verdict), ['good', 'fair', 'poor']);
  assert.equal(room(flat(-60)).dead, false);
  assert.deepEqual([room([0, 0, 0]).dead, room([0, 0, 0]).db], [true, -100]);
});

test('voices: clear, far away, faint, too loud', () => {
  assert.equal(voice([...flat(-24), ...flat(-60, 20)], -60, 0.4).verdict, 'good');
  assert.equal(voice(flat(-35), -50, 0.1).verdict, 'fair');
  assert.equal(voice(flat(-35), -40, 0.1).verdict, 'poor');
  const faint = voice(flat(-45), -75, 0.02);
  assert.deepEqual([faint.faint, faint.verdict], [true, 'fair']);
  const loud = voice(flat(-8), -60, 1);
  assert.deepEqual([loud.clipped, loud.verdict], [true, 'fair']);
});

test('speakers that the microphone hears', () => {
  assert.deepEqual([-58, -50, -40].map((db) => echo(flat(db), -60).verdict), ['good', 'fair', 'poor']);
});

test('the wait for a reply runs from the last voice to the first sound', () => {
  const watch = new ReplyWatch();
  watch.played(240, 24_000, 50);
  assert.equal(watch.ms, null, 'nobody has spoken');
  for (let now = 0; now <= 1000; now += 20) watch.heard(level(-25), level(-40), now);
  for (let now = 1020; now <= 2300; now += 20) watch.heard(level(-60), level(-40), now);
  watch.played(2400, 24_000, 2300);
  assert.equal(watch.ms, 1200);
  watch.played(4800, 24_000, 2400);
  assert.equal(watch.ms, 1200);
  assert.deepEqual([900, 2000, 5000].map(promptness), ['good', 'fair', 'poor']);
});

test('the test sound neither clips nor begins with a click', () => {
  const samples = chime(24_000);
  assert.equal(samples.length, 33_600);
  assert.equal(samples[0], 0);
  assert.ok(samples.every((value) => Math.abs(value) < 20_000));
  assert.ok(samples.slice(0, 4800).some((value) => Math.abs(value) > 4000));
});

test('quantiles of few and of none', () => {
  assert.deepEqual([quantile([], 0.5), quantile([3], 1), quantile([3, 1, 2], 0.5)], [0, 3, 2]);
});

test('push to talk: pressed, spoken, let go, and a little longer', () => {
  const push = new PushToTalk();
  assert.equal(push.press(0), 'hold');
  assert.equal(push.press(10), null);
  assert.equal(push.open, true);
  assert.equal(push.advance(100), null);
  assert.equal(push.advance(250), 'begin');
  assert.equal(push.release(3000), null);
  assert.equal(push.advance(3100), null);
  assert.equal(push.open, true);
  assert.equal(push.advance(3180), 'commit');
  assert.deepEqual([push.open, push.due, push.release(4000)], [false, null, null]);
});

test('push to talk: a slip is nothing, and pressing again in the tail goes on', () => {
  const push = new PushToTalk();
  push.press(0);
  assert.equal(push.release(200), 'go-on');
  assert.deepEqual([push.open, push.advance(9999)], [false, null]);
  push.press(0);
  push.advance(250);
  push.release(1000);
  assert.equal(push.press(1100), null);
  assert.equal(push.advance(1200), null);
  push.release(2000);
  assert.equal(push.advance(2180), 'commit');
});

test('a voice that is not there any more is not asked for twice', () => {
  const wishes = { microphone: null, speaker: null, patience: /** @type {const} */ ('normal'), voice: 'gone' };
  const refusal = { param: 'session.audio.output.voice' };
  const instead = withoutLostVoice(wishes, refusal);
  assert.equal(instead?.voice, null);
  assert.equal(instead && withoutLostVoice(instead, refusal), null);
  assert.equal(withoutLostVoice(wishes, { param: 'session.audio.input.format' }), null);
});
