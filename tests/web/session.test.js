import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inCall, initialState, reduce } from '../../client_web/session.js';

/** @typedef {import('../../client_web/session.js').Event} Event */
/** @typedef {import('../../client_web/session.js').State} State */

/**
 * @param {Event[]} events
 * @param {State} [from]
 */
const run = (events, from = initialState('en')) => events.reduce(reduce, from);
const START = { type: 'local.start', resume: false };
/** @param {string} state */
const turn = (state) => ({ type: 'moui.state', state, now: 0 });
/**
 * @param {string} delta
 * @param {string} [id]
 */
const reply = (delta, id = 'r') => ({ type: 'response.output_audio_transcript.delta', item_id: id, response_id: 'resp', delta });
/**
 * @param {string} transcript
 * @param {string} [id]
 */
const heard = (transcript, id = 'u') => ({
  type: 'conversation.item.input_audio_transcription.completed',
  item_id: id,
  transcript,
});

test('the turn machine’s seven states are five words', () => {
  const seen = ['listening', 'hearing', 'ending', 'committing', 'thinking', 'speaking', 'paused'].map(
    (state) => run([START, turn(state)]).phase,
  );
  assert.deepEqual(seen, ['listening', 'hearing', 'hearing', 'thinking', 'thinking', 'speaking', 'speaking']);
  assert.equal(run([START, turn('paused')]).held, true);
});

test('start, loading, connecting, ready', () => {
  const phases = [START, { type: 'local.loading' }, { type: 'local.connecting' }, { type: 'local.ready' }];
  let state = initialState('ko');
  assert.deepEqual(
    phases.map((event) => (state = reduce(state, event)).phase),
    ['connecting', 'loading', 'connecting', 'listening'],
  );
});

test('in line: the place is shown until it is one’s turn, in the page’s own words', () => {
  const line = (/** @type {number} */ place) => ({ type: 'moui.queue', place, waiting: place, capacity: 1 });
  const events = [START, line(2), { type: 'local.ready' }, { type: 'moui.notice', code: 'in_line', message: 'x' }, line(1), line(0)];
  let state = initialState('ko');
  assert.deepEqual(
    events.map((event) => ((state = reduce(state, event)), `${state.phase} ${state.place}`)),
    ['connecting 0', 'queued 2', 'queued 2', 'queued 2', 'queued 1', 'listening 0'],
  );
  assert.deepEqual(state.notices, []);
});

test('interim text has a stable and a tentative part until it is final', () => {
  const begun = run([START, { type: 'input_audio_buffer.speech_started', item_id: 'u', audio_start_ms: 0 }]);
  assert.equal(begun.captions.length, 1);
  const interim = reduce(begun, { type: 'moui.transcript', item_id: 'u', stable: 'And so my', tail: ' fellow' });
  assert.deepEqual([interim.captions[0]?.stable, interim.captions[0]?.tail, interim.captions[0]?.final], ['And so my', ' fellow', false]);
  const done = reduce(interim, heard('And so, my fellow Americans.'));
  assert.deepEqual([done.captions[0]?.stable, done.captions[0]?.tail, done.captions[0]?.final], ['And so, my fellow Americans.', '', true]);
});

test('noise leaves no line behind', () => {
  const state = run([
    START,
    { type: 'input_audio_buffer.speech_started', item_id: 'u', audio_start_ms: 0 },
    { type: 'moui.transcript.dropped', item_id: 'u', reason: 'no speech' },
  ]);
  assert.deepEqual(state.captions, []);
});

test('a reply grows, and both sides keep their order', () => {
  const state = run([
    START,
    reply('Tell me '),
    reply('about you.'),
    { type: 'response.done', response: { id: 'resp', status: 'completed', output: [{ id: 'r' }] } },
    heard('I build bridges.'),
    reply('Which one?', 'r2'),
  ]);
  assert.deepEqual(state.captions.map((caption) => [caption.role, caption.stable, caption.final]), [
    ['assistant', 'Tell me about you.', true],
    ['user', 'I build bridges.', true],
    ['assistant', 'Which one?', false],
  ]);
});

test('after a barge-in the unheard part is told apart', () => {
  const state = run([
    START,
    reply('Tell me about the bridge.'),
    { type: 'moui.playback.flush', response_id: 'resp' },
    { type: 'conversation.item.truncated', item_id: 'r', audio_end_ms: 700, moui: { text: 'Tell me' } },
    { type: 'response.output_audio_transcript.done', item_id: 'r', transcript: 'Tell me about the bridge.' },
  ]);
  const [caption] = state.captions;
  assert.deepEqual([caption?.stable, caption?.tail, caption?.cut, caption?.final], ['Tell me', ' about the bridge.', true, true]);
});

test('a truncation without the heard text only marks the line', () => {
  const state = run([START, reply('Tell me.'), { type: 'conversation.item.truncated', item_id: 'r', audio_end_ms: 1 }]);
  assert.deepEqual([state.captions[0]?.stable, state.captions[0]?.cut], ['Tell me.', true]);
});

test('hold and release', () => {
  const held = run([START, turn('speaking'), { type: 'moui.playback.pause', response_id: 'resp' }]);
  assert.equal(held.held, true);
  assert.equal(reduce(held, { type: 'moui.playback.resume', response_id: 'resp' }).held, false);
});

test('notices: newest three, none twice, each can be closed', () => {
  /** @param {string} message */
  const notice = (message) => ({ type: 'moui.notice', code: 'c', message });
  const state = run([START, notice('a'), notice('b'), notice('a'), notice('c'), notice('d'), notice('')]);
  assert.deepEqual(state.notices.map((each) => each.message), ['a', 'c', 'd']);
  const [first] = state.notices;
  const closed = reduce(state, { type: 'local.notice-closed', id: first?.id });
  assert.deepEqual(closed.notices.map((each) => each.message), ['c', 'd']);
});

test('a failed reply and a server error are told in the server’s words', () => {
  const state = run([
    START,
    { type: 'error', error: { type: 'invalid_request_error', code: 'x', message: 'no such voice', param: 'voice' } },
    { type: 'response.done', response: { status: 'failed', status_details: { error: { code: 'y', message: 'model crashed' } } } },
  ]);
  assert.deepEqual(state.notices.map((each) => each.message), ['no such voice', 'model crashed']);
});

test('after a loss nothing looks alive, and a reconnect keeps what was said', () => {
  const lost = run([
    START,
    turn('hearing'),
    heard('Hello.', 'u1'),
    { type: 'input_audio_buffer.speech_started', item_id: 'u2', audio_start_ms: 0 },
    { type: 'local.mic-silent', silent: true },
    { type: 'local.failed', problem: 'lost' },
    turn('speaking'),
  ]);
  assert.deepEqual([lost.phase, lost.problem, lost.micSilent, lost.held, inCall(lost)], ['error', 'lost', false, false, false]);
  assert.deepEqual(lost.captions.map((caption) => caption.id), ['u1']);
  assert.equal(reduce(lost, { type: 'local.start', resume: true }).captions.length, 1);
  assert.equal(reduce(lost, START).captions.length, 0);
});

test('unknown events, states and hostile names change nothing', () => {
  const state = run([START]);
  for (const type of ['rate_limits.updated', 'constructor', '__proto__', 'toString', '']) {
    assert.equal(reduce(state, { type }), state);
  }
  assert.equal(reduce(state, turn('constructor')), state);
});

test('the reducer never changes what it was given', () => {
  /** @param {any} value */
  const freeze = (value) => {
    if (value !== null && typeof value === 'object') Object.values(Object.freeze(value)).forEach(freeze);
    return value;
  };
  const events = [START, reply('a'), heard('b'), reply('c'), turn('speaking'), { type: 'local.stop' }];
  events.reduce((state, event) => freeze(reduce(state, event)), freeze(initialState('en')));
});
