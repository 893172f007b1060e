// @ts-check
/** How the answers were spoken: a timeline to listen along, the rate of each, and every measure with its reference. */

import { gauge, plot } from '../charts/plot.js';
import { timeline } from '../charts/timeline.js';
import { more, tag } from '../components.js';
import { el } from '../dom.js';
import { figure, shortDate } from '../format.js';
import { answerLabels, inReport, part } from './parts.js';

/** @typedef {import('./parts.js').Parts} Parts */
/** @typedef {import('../shapes.js').MeasureLine} MeasureLine */

/** @param {Parts} parts */
export function delivery(parts) {
  const { t, report } = parts;
  const there = report.timeline.length > 0;
  return part(
    'delivery',
    t('delivery'),
    el('p', { class: 'note' }, t(there ? 'delivery-note' : 'no-delivery')),
    there ? [timelineFigure(parts), ratesFigure(parts), el('ul', { class: 'measures' }, report.measures.map((line) => measure(parts, line)))] : null,
  );
}

/** @param {Parts} parts */
function timelineFigure({ t, report, transcript, answerName }) {
  const labels = answerLabels(report);
  const rows = report.timeline.map((one) => {
    const label = labels.get(one.turn) ?? '·';
    const values = { label, name: answerName(one.turn), onset: figure(one.onset_s ?? 0), pauses: one.pauses.length, fillers: one.fillers.length };
    const { player } = transcript;
    const onPlay = player.has(one.turn) ? (/** @type {number | undefined} */ sample) => void player.play(one.turn, sample) : null;
    return { label, title: t('timeline-row', values), delivery: one, onPlay };
  });
  const keys = ['speech', 'pause', 'filler', 'onset'].map((name) => el('span', { class: 'key' }, el('i', { class: name }), t(`key-${name}`)));
  return el(
    'figure',
    {},
    el('figcaption', {}, el('h3', {}, t('timeline')), el('p', { class: 'note' }, t('timeline-note'), ' ', el('span', { class: 'screen-only' }, t('timeline-press'))), el('p', { class: 'keys' }, keys)),
    timeline(rows),
    el('p', { class: 'axis-name' }, t('seconds-axis')),
  );
}

/** @param {Parts} parts */
function ratesFigure({ t, report, answerName }) {
  const line = report.measures.find(({ name }) => name === 'rate');
  const labels = answerLabels(report);
  const points = report.timeline.flatMap(({ turn, rate }) =>
    rate === null ? [] : [{ value: rate, label: labels.get(turn) ?? '·', title: answerName(turn) }],
  );
  if (line === undefined || points.length < 2) return null;
  const shown = (/** @type {number} */ value) => value.toFixed(0);
  return el(
    'figure',
    { class: 'rates' },
    el('figcaption', {}, el('h3', {}, t('rates')), el('p', { class: 'note' }, `${t('rates-note')} (${line.reference})`)),
    plot(points, { name: t('rates'), shown, band: [line.low, line.high], joined: false, every: true }),
  );
}

const TONES = /** @type {const} */ ({ below: 'warn', above: 'warn', within: 'good', no_reference: '', no_data: '' });

/** @param {Parts} parts @param {MeasureLine} line */
function measure(parts, line) {
  const { t, transcript } = parts;
  const { title, what, shown, value, low, high, verdict, verdict_text: told, estimate, reference, source, moments } = line;
  const judged = ['below', 'above', 'within'].includes(verdict);
  return el(
    'li',
    { class: 'measure', ...inReport(parts) },
    el('div', { class: 'measure-head' }, el('h3', {}, title, estimate && el('small', { lang: parts.language }, ` ${t('estimate')}`)), el('b', { class: value === null ? 'none' : 'value' }, shown)),
    value !== null && (low !== null || high !== null) && gauge(value, low, high),
    judged && el('p', {}, tag(told, TONES[verdict]), ' ', el('span', { class: 'soft small', lang: parts.language }, t('reference', { text: reference }))),
    el('p', { class: 'soft small' }, what),
    moments.length > 0 && el('div', { class: 'moments' }, moments.map((moment) => transcript.moment(moment))),
    el('p', { class: 'source' }, source),
  );
}

/** @param {Parts} parts */
export function trends(parts) {
  const { t, report, language } = parts;
  const charts = report.trends.map(({ name, title, unit, points }) => {
    const line = report.measures.find((measured) => `delivery.${measured.name}` === name);
    const shown = (/** @type {number} */ value) => figure(value) + unit;
    const drawn = points.map(({ started_at: at, value }) => ({ value, label: shortDate(at, language), title: shortDate(at, language) }));
    const options = { name: title, shown, band: [line?.low ?? null, line?.high ?? null], limits: /** @type {[number, null]} */ ([0, null]) };
    const drawing = plot(drawn, name.startsWith('total.') ? { ...options, scale: [0, 100] } : options);
    return el('li', { class: 'trend' }, el('h3', inReport(parts), title), drawing);
  });
  const first = charts.slice(0, 4);
  const rest = charts.slice(4);
  return part(
    'trends',
    t('trends'),
    charts.length === 0 ? el('p', { class: 'note' }, t('no-trends')) : el('ul', { class: 'trends' }, first),
    rest.length > 0 && more(t('more-trends'), el('ul', { class: 'trends' }, rest)),
  );
}
