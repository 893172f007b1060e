// @ts-check
/** Where the time goes: the last turns as a waterfall, and who had the device in the last seconds. */

import { leases } from '../api.js';
import { el, setText, svg } from '../dom.js';
import { timings, watchTimings } from '../timings-log.js';
import { rowsOf, spans, ticksOf } from './timeline.js';

/** @typedef {import('../texts.js').Say} Say */

const WINDOW_S = 30;
const POLL_MS = 1000;
const WIDTH = 1000;
const ROW = 30;
const STAGES = /** @type {const} */ (['endpoint', 'stt', 'llm', 'fragment', 'tts']);

/**
 * @param {Say} t
 * @param {AbortSignal} signal
 */
export function developerPanel(t, signal) {
  const waterfall = el('div', { class: 'stack' });
  const render = () => waterfall.replaceChildren(...turns(t));
  render();
  watchTimings(render, signal);
  return el(
    'div',
    { class: 'stack' },
    el('h3', {}, t('turns')),
    el('p', { class: 'hint' }, t('turnsHint')),
    waterfall,
    el('h3', {}, t('leases', { seconds: WINDOW_S })),
    el('p', { class: 'hint' }, t('leasesHint')),
    deviceTimeline(t, signal),
  );
}

/** @param {Say} t @returns {HTMLElement[]} */
function turns(t) {
  const shown = timings().reverse();
  if (shown.length === 0) return [el('p', { class: 'soft' }, t('noTurns'))];
  const ticks = ticksOf(shown);
  const scale = ticks.at(-1) ?? 1;
  const legend = el('ul', { class: 'legend' }, STAGES.map((stage) => el('li', {}, el('span', { class: `swatch ${stage}` }), t(`stage-${stage}`))));
  // Nobody had said anything: a greeting, or a silence that was broken.
  const name = (/** @type {import('../timings-log.js').Timing} */ { endpoint_ms: endpoint, stt_ms: stt }, /** @type {number} */ index) =>
    endpoint === null && stt === null ? t('unasked') : t(index === 0 ? 'lastTurn' : 'turnBefore', { n: index });
  const rows = shown.map((turn, index) => {
    const found = spans(turn);
    const words = found.map(({ stage, from, to }) => `${t(`stage-${stage}`)} ${Math.round(to - from)} ms`).join(', ');
    const total = turn.total_ms === null ? '–' : `${Math.round(turn.total_ms)} ms`;
    const bars = found.map(({ stage, from, to }) => {
      const y = stage === 'endpoint' ? 2 : 16;
      const place = { class: stage, x: (from / scale) * WIDTH, y, width: Math.max(1, ((to - from) / scale) * WIDTH), height: 12 };
      return svg('rect', place, svg('title', {}, `${t(`stage-${stage}`)}: ${Math.round(to - from)} ms`));
    });
    const mark = turn.total_ms !== null && svg('rect', { class: 'mark', x: (turn.total_ms / scale) * WIDTH - 1, y: 0, width: 3, height: ROW });
    return el(
      'li',
      {},
      el('span', { class: 'turn-name' }, name(turn, index)),
      svg('svg', { class: 'lane', viewBox: `0 0 ${WIDTH} ${ROW}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': words }, bars, mark),
      el('span', { class: 'turn-total' }, total),
    );
  });
  return [legend, el('ol', { class: 'waterfall' }, rows), axis(ticks.map(seconds)), el('p', { class: 'hint' }, t('scale'))];
}

/** What the marks of a row of lanes stand for. @param {readonly string[]} ticks evenly spaced */
function axis(ticks) {
  return el('p', { class: 'axis', 'aria-hidden': 'true' }, el('span', { class: 'ticks' }, ticks.map((tick) => el('span', {}, tick))));
}

/** @param {number} ms */
function seconds(ms) {
  return `${Number((ms / 1000).toFixed(2))} s`;
}

/** @param {Say} t @param {AbortSignal} signal */
function deviceTimeline(t, signal) {
  const rows = el('ol', { class: 'waterfall' });
  const summary = el('p', { class: 'hint' }, t('idle'));
  let since = 0;
  const poll = async () => {
    try {
      const found = await leases(since, { signal });
      since = found.now - 2 * WINDOW_S;
      const recent = found.leases.filter((/** @type {any} */ lease) => lease.end_s > found.now - WINDOW_S);
      rows.replaceChildren(...rowsOf(recent, found.now, WINDOW_S).map((row) => engineRow(row, t)));
      const words = { count: recent.length, overlap: Math.round(found.overlap_ms) };
      setText(summary, recent.length === 0 ? t('idle') : t('leaseSummary', words));
    } catch (error) {
      if (!signal.aborted) console.info('moui:', error);
    }
    if (!signal.aborted) setTimeout(() => void poll(), POLL_MS);
  };
  void poll();
  return el('div', { class: 'stack' }, rows, axis([`−${WINDOW_S} s`, `−${WINDOW_S / 2} s`, t('now')]), summary);
}

/** @param {ReturnType<typeof rowsOf>[number]} row @param {Say} t */
function engineRow({ engine, bars }, t) {
  const drawn = bars.map(({ from, width, phase }) => svg('rect', { class: `lease ${phase}`, x: from * WIDTH, y: 6, width: Math.max(2, width * WIDTH), height: 18 }));
  const busy = seconds(bars.reduce((sum, { width }) => sum + width, 0) * WINDOW_S * 1000);
  const words = t('laneText', { engine, busy, count: bars.length });
  const picture = svg('svg', { class: 'lane', viewBox: `0 0 ${WIDTH} ${ROW}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': words }, drawn);
  return el('li', {}, el('span', { class: 'turn-name' }, engine), picture, el('span', { class: 'turn-total' }, busy));
}
