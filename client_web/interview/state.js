// @ts-check
/**
 * The interview page's state: the conversation's (session.js) and, around it, where the interview stands, how the
 * connection is, and what the candidate has switched. Pure; times are milliseconds of one clock, passed in.
 */

import { initialState as initialTalk, reduce as reduceTalk } from '../session.js';

/**
 * @typedef {import('../session.js').Event} Event
 * @typedef {import('../session.js').Language} Language
 * @typedef {'opening' | 'up' | 'lost' | 'over'} Line `opening` before the first greeting, `lost` while it is tried again
 * @typedef {'' | 'finished' | 'ended_early' | 'elsewhere' | 'deleted' | 'given_up' | 'gone' | 'left'} Ending
 */

/**
 * @typedef {object} Interview
 * @property {import('../session.js').State} talk
 * @property {string} step as in docs/protocol.md; '' before anything was told
 * @property {string | null} questionId
 * @property {number} number of the question, from 1; 0 before the first
 * @property {number} count
 * @property {number} interviewer counted from 0
 * @property {number} elapsedS at `toldAt`
 * @property {number} totalS
 * @property {number | null} toldAt null: the clock stands still
 * @property {boolean} waiting the candidate asked for a moment
 * @property {boolean} paused
 * @property {number} preparationS of the preparation that runs, 0 without one
 * @property {number | null} preparationFrom
 * @property {Line} line
 * @property {number | null} lostAt
 * @property {number} lostWordsS seconds of the last gap that were not kept, 0 when all was
 * @property {Ending} ending
 * @property {boolean} muted
 * @property {boolean} pushToTalk
 * @property {boolean} holding the key or button of push to talk is down
 * @property {boolean} micAway unplugged in mid-interview
 */

/**
 * @param {Language} language
 * @param {object} [known] of the record
 * @param {number} [known.elapsedS]
 * @param {number} [known.totalS]
 * @param {number} [known.count]
 * @param {number} [known.number]
 * @param {readonly import('../captions.js').Caption[]} [known.captions]
 * @returns {Interview}
 */
export function initialInterview(language, { elapsedS = 0, totalS = 0, count = 0, number = 0, captions = [] } = {}) {
  return {
    talk: { ...initialTalk(language), captions },
    step: '',
    questionId: null,
    number,
    count,
    interviewer: 0,
    elapsedS,
    totalS,
    toldAt: null,
    waiting: false,
    paused: false,
    preparationS: 0,
    preparationFrom: null,
    line: 'opening',
    lostAt: null,
    lostWordsS: 0,
    ending: '',
    muted: false,
    pushToTalk: false,
    holding: false,
    micAway: false,
  };
}

/** Notices after which the server closes, and what they mean for this page. */
const ENDINGS = /** @type {Record<string, Ending>} */ ({
  continued_elsewhere: 'elsewhere',
  interview_deleted: 'deleted',
  interview_given_up: 'given_up',
});

/**
 * @param {Interview} state
 * @param {Event} event
 * @param {number} now
 * @returns {Interview}
 */
export function reduceInterview(state, event, now) {
  const handler = Object.hasOwn(HANDLERS, event.type) ? HANDLERS[event.type] : undefined;
  if (handler !== undefined) return handler(state, event, now);
  const talk = reduceTalk(state.talk, event);
  return talk === state.talk ? state : { ...state, talk };
}

/** @type {Record<string, (state: Interview, event: Event, now: number) => Interview>} */
const HANDLERS = {
  'local.start': (state) => ({
    ...state,
    line: 'opening',
    ending: '',
    talk: reduceTalk(state.talk, { type: 'local.start', resume: true }),
  }),
  'local.stop': (state, event, now) => over(state, state.ending || 'left', now),
  'local.failed': (state, event, now) => ({ ...still(state, now), line: 'over', talk: reduceTalk(state.talk, event) }),
  'local.line-up': (state, { lostWordsS = 0 }, now) => ({
    ...state,
    line: 'up',
    lostAt: null,
    lostWordsS,
    toldAt: state.paused ? null : now,
    talk: reduceTalk(state.talk, { type: 'local.ready' }),
  }),
  'local.line-lost': lineLost,
  'local.line-over': (state, event, now) => over(state, state.ending || 'gone', now),
  'local.resumed': (state, event, now) => ({ ...state, paused: false, toldAt: now }),
  'local.muted': (state, { muted }) => ({ ...state, muted, talk: reduceTalk(state.talk, { type: 'local.mic-silent', silent: false }) }),
  'local.push-to-talk': (state, { on }) => ({ ...state, pushToTalk: on, holding: false }),
  'local.holding': (state, { holding }) => (state.holding === holding ? state : { ...state, holding }),
  'local.mic-away': (state, { away }) => ({ ...state, micAway: away }),
  'local.gap-told': (state) => ({ ...state, lostWordsS: 0 }),
  'moui.interview.state': interviewState,
  'moui.interview.finished': (state, { how }, now) => over(state, how === 'finished' ? 'finished' : 'ended_early', now),
  'moui.notice': (state, event, now) => {
    const ending = Object.hasOwn(ENDINGS, event.code) ? ENDINGS[event.code] : undefined;
    if (ending !== undefined) return over(state, ending, now);
    const talk = reduceTalk(state.talk, event);
    return talk === state.talk ? state : { ...state, talk };
  },
};

/**
 * What was open on either side is not any more; what was said stays.
 * @param {Interview} state
 * @param {Event} event
 * @param {number} now
 * @returns {Interview}
 */
function lineLost(state, event, now) {
  if (state.line === 'over' || state.ending !== '') return state;
  const stopped = reduceTalk(state.talk, { type: 'local.stop' });
  const talk = { ...stopped, phase: /** @type {const} */ ('connecting') };
  return { ...still(state, now), line: 'lost', lostAt: state.lostAt ?? now, holding: false, talk };
}

/**
 * @param {Interview} state
 * @param {Event} event
 * @param {number} now
 * @returns {Interview}
 */
function interviewState(state, event, now) {
  const preparing = Number(event.preparation_s) > 0;
  const same = preparing && state.preparationFrom !== null && state.questionId === event.question_id;
  return {
    ...state,
    step: String(event.step ?? ''),
    questionId: event.question_id ?? null,
    number: Number(event.question_number) || 0,
    count: Number(event.question_count) || state.count,
    interviewer: Number(event.interviewer) || 0,
    elapsedS: Number(event.elapsed_s) || 0,
    totalS: Number(event.total_s) || state.totalS,
    toldAt: event.paused === true ? null : now,
    waiting: event.waiting === true,
    paused: event.paused === true,
    preparationS: preparing ? Number(event.preparation_s) : 0,
    preparationFrom: preparing ? (same ? state.preparationFrom : now) : null,
  };
}

/**
 * The clock stands still from now on.
 * @param {Interview} state
 * @param {number} now
 * @returns {Interview}
 */
function still(state, now) {
  return { ...state, elapsedS: elapsed(state, now), toldAt: null };
}

/**
 * @param {Interview} state
 * @param {Ending} ending
 * @param {number} now
 * @returns {Interview}
 */
function over(state, ending, now) {
  const talk = reduceTalk(state.talk, { type: 'local.stop' });
  return { ...still(state, now), ending, line: 'over', holding: false, paused: false, talk };
}

/**
 * Seconds of interview until now.
 * @param {Interview} state
 * @param {number} now
 */
export function elapsed(state, now) {
  return state.elapsedS + (state.toldAt === null ? 0 : Math.max(0, now - state.toldAt) / 1000);
}

/**
 * Seconds of preparation that are left; null while nobody prepares.
 * @param {Interview} state
 * @param {number} now
 */
export function preparationLeft(state, now) {
  if (state.preparationFrom === null || state.preparationS === 0) return null;
  return Math.max(0, state.preparationS - (now - state.preparationFrom) / 1000);
}

/**
 * What the figure in the middle shows.
 * @param {Interview} state
 */
export function presence(state) {
  if (state.ending !== '') return 'idle';
  if (state.line === 'lost') return 'lost';
  if (state.paused) return 'paused';
  if (state.talk.phase === 'listening' && state.preparationFrom !== null) return 'preparing';
  return state.talk.phase;
}
