// @ts-check
/**
 * The page's whole state, and how each event changes it. Pure: server events (OpenAI Realtime and `moui.*`) and the
 * page's own `local.*` events go in, a new state comes out, and what did not change keeps its identity.
 */

import { find, hasText, remove, update, upsert } from './captions.js';

/**
 * @typedef {'idle' | 'connecting' | 'loading' | 'queued' | 'listening' | 'hearing' | 'thinking' | 'speaking' | 'error'} Phase
 * @typedef {'ko' | 'en'} Language
 * @typedef {import('./captions.js').Caption} Caption
 * @typedef {{id: number, code: string, message: string}} Notice
 * @typedef {import('./status.js').Status} Status
 */

/**
 * @typedef {object} State
 * @property {Phase} phase
 * @property {number} place in line, in phase `queued`; 1 is next
 * @property {boolean} held the player waits: somebody may be interrupting
 * @property {string | null} problem key of the explanation shown in phase `error`
 * @property {string} detail what the server said about the problem, or ''
 * @property {boolean} micSilent nothing comes from the microphone
 * @property {Language} language of the interview
 * @property {readonly Caption[]} captions
 * @property {readonly Notice[]} notices newest last
 * @property {number} noticesSeen
 * @property {Status | null} status what the server said about itself
 */

/** @typedef {{type: string, [field: string]: any}} Event */

/** The words a person knows for the turn machine's states. */
const PHASES = /** @type {Record<string, Phase>} */ ({
  listening: 'listening',
  hearing: 'hearing',
  ending: 'hearing',
  committing: 'thinking',
  thinking: 'thinking',
  speaking: 'speaking',
  paused: 'speaking',
});
const MOST_NOTICES = 3;
/** Notices that say in words what `moui.queue` says. */
const TOLD_BY_PHASE = new Set(['in_line', 'admitted']);

/**
 * @param {Language} language
 * @returns {State}
 */
export function initialState(language) {
  return {
    phase: 'idle',
    place: 0,
    held: false,
    problem: null,
    detail: '',
    micSilent: false,
    language,
    captions: [],
    notices: [],
    noticesSeen: 0,
    status: null,
  };
}

/**
 * @param {State} state
 * @returns {boolean} whether a conversation is going on or being set up
 */
export function inCall(state) {
  return state.phase !== 'idle' && state.phase !== 'error';
}

/**
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
export function reduce(state, event) {
  const handler = Object.hasOwn(HANDLERS, event.type) ? HANDLERS[event.type] : undefined;
  return handler === undefined ? state : handler(state, event);
}

/** @type {Record<string, (state: State, event: Event) => State>} */
const HANDLERS = {
  'local.start': (state, { resume }) => ({
    ...state,
    phase: 'connecting',
    problem: null,
    held: false,
    micSilent: false,
    notices: [],
    captions: resume ? state.captions.filter((caption) => caption.final && hasText(caption)) : [],
  }),
  'local.loading': (state) => (inCall(state) ? { ...state, phase: 'loading' } : state),
  'local.connecting': (state) => (inCall(state) ? { ...state, phase: 'connecting' } : state),
  'local.stop': (state) => settle({ ...state, phase: 'idle', problem: null }),
  'local.failed': (state, { problem, detail = '' }) => settle({ ...state, phase: 'error', problem, detail }),
  'local.status': (state, { status }) => ({ ...state, status }),
  'local.language': (state, { language }) => ({ ...state, language }),
  'local.mic-silent': (state, { silent }) => ({ ...state, micSilent: silent }),
  'local.notice-closed': (state, { id }) => ({ ...state, notices: state.notices.filter((notice) => notice.id !== id) }),
  'local.ready': (state) => (inCall(state) && state.phase !== 'queued' ? { ...state, phase: 'listening' } : state),

  'moui.state': (state, event) => {
    const phase = Object.hasOwn(PHASES, event.state) ? PHASES[event.state] : undefined;
    if (phase === undefined || !inCall(state)) return state;
    return { ...state, phase, held: event.state === 'paused' };
  },
  'moui.playback.pause': (state) => ({ ...state, held: true }),
  'moui.playback.resume': (state) => ({ ...state, held: false }),
  'moui.playback.flush': (state) => ({ ...state, held: false }),
  'moui.queue': (state, { place }) => (inCall(state) ? { ...state, phase: place > 0 ? 'queued' : 'listening', place } : state),
  'moui.notice': (state, { code, message }) => (TOLD_BY_PHASE.has(code) ? state : note(state, code, message)),
  error: (state, { error }) => note(state, error?.code ?? 'error', error?.message ?? ''),

  'input_audio_buffer.speech_started': (state, { item_id: id }) => withCaptions(state, upsert(state.captions, user(id), () => ({}))),
  'moui.transcript': (state, { item_id: id, stable, tail }) =>
    withCaptions(state, upsert(state.captions, user(id), () => ({ stable, tail }))),
  'conversation.item.input_audio_transcription.completed': (state, { item_id: id, transcript }) =>
    withCaptions(state, upsert(state.captions, user(id), () => ({ stable: transcript, tail: '', final: true }))),
  'conversation.item.input_audio_transcription.failed': (state, { item_id: id, error }) =>
    note(withCaptions(state, remove(state.captions, id)), 'transcription_failed', error?.message ?? ''),
  'moui.transcript.dropped': (state, { item_id: id }) => withCaptions(state, remove(state.captions, id)),

  'response.output_audio_transcript.delta': replyDelta,
  'response.output_text.delta': replyDelta,
  'response.output_audio_transcript.done': (state, event) => replyDone(state, event.item_id, event.transcript),
  'response.output_text.done': (state, event) => replyDone(state, event.item_id, event.text),
  'response.done': responseDone,
  'conversation.item.truncated': itemTruncated,
  'conversation.item.deleted': (state, { item_id: id }) => withCaptions(state, remove(state.captions, id)),
};

/** @param {string} id */
function user(id) {
  return { id, role: /** @type {const} */ ('user') };
}

/**
 * @param {State} state
 * @param {readonly Caption[]} captions
 * @returns {State}
 */
function withCaptions(state, captions) {
  return { ...state, captions };
}

/**
 * @param {State} state
 * @param {Event} event
 */
function replyDelta(state, { item_id: id, delta }) {
  const key = { id, role: /** @type {const} */ ('assistant') };
  return withCaptions(state, upsert(state.captions, key, (old) => ({ stable: old.stable + delta })));
}

/**
 * @param {State} state
 * @param {string} id
 * @param {unknown} text
 */
function replyDone(state, id, text) {
  const old = find(state.captions, id);
  if (old === undefined || old.cut || typeof text !== 'string') return state;
  return withCaptions(state, update(state.captions, id, { stable: text, tail: '', final: true }));
}

/**
 * @param {State} state
 * @param {Event} event
 */
function responseDone(state, { response }) {
  let captions = state.captions;
  for (const item of response?.output ?? []) captions = update(captions, item.id, { final: true });
  const next = withCaptions(state, captions);
  if (response?.status !== 'failed') return next;
  const error = response.status_details?.error;
  return note(next, error?.code ?? 'response_failed', error?.message ?? '');
}

/**
 * The user broke in. `moui.text`, where the server sends it, is the part that was heard; the rest stays, faint.
 * @param {State} state
 * @param {Event} event
 */
function itemTruncated(state, { item_id: id, moui }) {
  const old = find(state.captions, id);
  if (old === undefined) return state;
  const all = old.stable + old.tail;
  const heard = typeof moui?.text === 'string' && all.startsWith(moui.text) ? moui.text : all;
  const change = { stable: heard, tail: all.slice(heard.length), cut: true, final: true };
  return withCaptions(state, update(state.captions, id, change));
}

/**
 * @param {State} state
 * @param {string} code
 * @param {string} message shown as it came: the server speaks the user's language
 * @returns {State}
 */
function note(state, code, message) {
  if (message === '') return state;
  const id = state.noticesSeen + 1;
  const others = state.notices.filter((notice) => notice.message !== message);
  return { ...state, noticesSeen: id, notices: [...others, { id, code, message }].slice(-MOST_NOTICES) };
}

/**
 * The conversation is over: nothing on the page may look as if it still went on.
 * @param {State} state
 * @returns {State}
 */
function settle(state) {
  const captions = state.captions
    .filter(hasText)
    .map((caption) => (caption.final ? caption : { ...caption, final: true }));
  return { ...state, captions, held: false, micSilent: false };
}
