// @ts-check
/** The three things that are checked: microphone and room, speakers and echo, one line and its answer. */

import { button, card, facts, field, icon, more, select, tag, working } from '../components.js';
import { el } from '../dom.js';
import { promptness, voice } from './measures.js';
import { LINE } from './rehearsal.js';

/**
 * @typedef {import('../texts.js').Say} Say
 * @typedef {import('./check-state.js').CheckState} CheckState
 * @typedef {import('./check-state.js').Devices} Devices
 * @typedef {import('./measures.js').Verdict} Verdict
 * @typedef {import('./rehearsal.js').RehearsalState} RehearsalState
 */
/**
 * @typedef {object} CheckActions
 * @property {() => void} open
 * @property {(id: string) => void} useMicrophone
 * @property {(id: string) => void} useSpeaker
 * @property {() => void} measure
 * @property {() => void} play
 * @property {() => void} rehearse
 * @property {() => void} stop
 */

const ICONS = /** @type {const} */ ({ good: 'check', fair: 'warn', poor: 'warn' });

/** @param {Verdict} verdict @param {string} text */
function finding(verdict, text) {
  return el('p', { class: `ck-finding ${verdict}` }, icon(ICONS[verdict]), el('span', {}, text));
}

/**
 * @param {any} plan of the interview
 * @param {boolean} fresh not begun yet
 * @param {Say} t
 * @param {() => void} onBegin
 */
export function head(plan, fresh, t, onBegin) {
  const { minutes, language } = plan.request;
  const tags = [plan.position, t('minutes', { count: minutes }), t('questions', { count: plan.questions.length }), t(`language-${language}`)];
  return el(
    'div',
    { class: 'ck-head' },
    el('div', { class: 'stack' }, el('h1', {}, t('heading')), el('p', { class: 'lead' }, t('lead')), el('p', { class: 'row' }, tags.filter(Boolean).map((text) => tag(text)))),
    button(t(fresh ? 'begin' : 'goOn'), { kind: 'primary', class: 'large', id: 'begin', onClick: onBegin }),
  );
}

/**
 * @param {CheckState} state
 * @param {Say} t
 * @param {CheckActions} actions
 */
export function microphoneCard(state, t, actions) {
  const parts = [];
  if (state.microphone !== 'on') {
    if (state.problem !== null) parts.push(el('p', { class: 'ck-problem' }, el('strong', {}, state.problem.title), ' ', state.problem.help));
    parts.push(button([icon('mic'), t('micOn')], { kind: 'primary', id: 'mic-on', disabled: state.microphone === 'asking', onClick: actions.open }));
  } else {
    if (state.microphones.length > 1) parts.push(field(t('micDevice'), select(state.microphones, state.microphoneId, actions.useMicrophone)));
    parts.push(meter(t('level')));
    if (state.away) parts.push(finding('poor', t('micAway')));
    else if (state.measuring) parts.push(working(t('quiet')));
    else if (state.room !== null) {
      parts.push(finding(state.room.dead ? 'poor' : state.room.verdict, t(`room-${state.room.dead ? 'dead' : state.room.verdict}`)));
      parts.push(button(t('measureAgain'), { kind: 'quiet', class: 'small', onClick: actions.measure }));
    }
  }
  return card(t('mic'), { lead: t('micLead'), class: 'ck-mic' }, parts);
}

/** @param {string} label */
function meter(label) {
  const track = el('span', { class: 'track' }, el('span', { class: 'fill' }));
  return el('div', { class: 'meter', role: 'img', 'aria-label': label }, icon('mic'), track);
}

/**
 * @param {CheckState} state
 * @param {Say} t
 * @param {CheckActions} actions
 */
export function speakerCard(state, t, actions) {
  const parts = [];
  if (state.speakers !== null && state.speakers.length > 0) {
    const choices = /** @type {Devices} */ ([['', t('systemDevice')], ...state.speakers]);
    parts.push(field(t('speakerDevice'), select(choices, state.speakerId, actions.useSpeaker)));
  }
  const off = state.microphone !== 'on' || state.playing || state.measuring;
  parts.push(button([icon('speaker'), t(state.playing ? 'playing' : 'play')], { id: 'play', disabled: off, onClick: actions.play }));
  if (state.echo !== null) parts.push(finding(state.echo.verdict, t(`echo-${state.echo.verdict}`)));
  if (state.echo === null || state.echo.verdict === 'good') parts.push(el('p', { class: 'hint' }, t('headset')));
  return card(t('speaker'), { lead: t('speakerLead') }, parts);
}

/**
 * @param {CheckState} state
 * @param {Say} t
 * @param {'ko' | 'en'} language of the interview
 * @param {CheckActions} actions
 */
export function rehearsalCard(state, t, language, actions) {
  const { rehearsal } = state;
  const ended = rehearsal === null || ['done', 'nothing', 'failed'].includes(rehearsal.step);
  const off = state.microphone !== 'on' || state.measuring || state.playing;
  /** @type {HTMLElement[]} */
  const parts = [el('blockquote', { class: 'ck-line', lang: language }, LINE[language])];
  if (ended) parts.push(button(t(rehearsal === null ? 'start' : 'again'), { id: 'rehearse', kind: rehearsal === null ? 'primary' : 'plain', disabled: off, onClick: actions.rehearse }));
  else parts.push(el('div', { class: 'row' }, working(t(`step-${rehearsal.step}`, { place: rehearsal.place })), button(t('stop'), { kind: 'quiet', class: 'small', onClick: actions.stop })));
  if (rehearsal !== null) parts.push(...results(rehearsal, state, t));
  return card(t('rehearsal'), { lead: t('rehearsalLead'), class: 'ck-rehearsal' }, parts);
}

/**
 * @param {RehearsalState} rehearsal
 * @param {CheckState} state
 * @param {Say} t
 */
function results(rehearsal, state, t) {
  const { step, text, reply, levels, peak, ms } = rehearsal;
  /** @type {HTMLElement[]} */
  const parts = [];
  if (step === 'failed') parts.push(finding('poor', t('failed')));
  if (step === 'nothing') parts.push(finding('poor', t('nothing')));
  if (text !== '') parts.push(el('div', { class: 'ck-heard' }, el('p', { class: 'ck-label' }, t('understood')), el('p', { id: 'understood' }, text), reply !== '' && el('p', { class: 'ck-reply' }, reply)));
  if (step !== 'done') return parts;
  const said = voice(levels, state.room?.db ?? -60, peak);
  const key = said.clipped ? 'voice-clipped' : said.faint ? 'voice-faint' : `voice-${said.verdict}`;
  if (levels.length > 0) parts.push(finding(said.verdict, t(key)));
  if (ms === null) return parts;
  const prompt = promptness(ms);
  parts.push(finding(prompt, `${t('latency', { seconds: (ms / 1000).toFixed(1) })} ${t(`latency-${prompt}`)}`));
  parts.push(more(t('parts'), facts(waits(rehearsal, state, t), 'ck-waits')));
  return parts;
}

/**
 * @param {RehearsalState} rehearsal
 * @param {CheckState} state
 * @param {Say} t
 * @returns {[string, string][]}
 */
function waits({ timings }, { networkMs, outputMs }, t) {
  const rows = /** @type {[string, unknown][]} */ ([
    ['part-endpoint', timings?.endpoint_ms],
    ['part-stt', timings?.stt_ms],
    ['part-llm', timings?.llm_first_token_ms],
    ['part-tts', timings?.tts_first_chunk_ms],
    ['part-network', networkMs],
    ['part-output', outputMs > 0 ? outputMs : null],
  ]);
  const known = rows.filter(([, value]) => typeof value === 'number');
  return known.map(([name, value]) => [t(name), t('ms', { ms: Math.round(Number(value)) })]);
}
