// @ts-check
/** The report at a glance: four numbers, what came across, what to work on, and what to practise. */

import { button } from '../components.js';
import { el } from '../dom.js';
import { clock } from '../format.js';
import { inReport, part, score } from './parts.js';
import { toQuestion } from './question.js';

/** @typedef {import('./parts.js').Parts} Parts */
/** @typedef {import('../shapes.js').SummaryPoint} SummaryPoint */

/** @param {Parts} parts */
export function summary(parts) {
  const { t, report } = parts;
  const answered = report.questions.filter((question) => question.answered).length;
  const tile = (/** @type {string} */ name, /** @type {import('../dom.js').Child} */ value) => el('div', {}, el('dt', {}, name), el('dd', {}, value));
  return part(
    'summary',
    t('summary'),
    el(
      'dl',
      { class: 'tiles' },
      tile(t('overall'), score(t, report.total)),
      tile(t('rule-overall'), score(t, report.rule_total)),
      tile(t('answered'), el('span', { class: 'score' }, el('b', {}, answered), ' ', el('small', {}, `/ ${report.questions.length}`))),
      tile(t('talked'), report.talked_s > 0 ? el('span', { class: 'score' }, el('b', {}, clock(report.talked_s))) : el('span', { class: 'none' }, t('no-data'))),
    ),
    el('p', { class: 'note' }, el('span', inReport(parts), report.content_note), ' ', t('rule-note')),
    el(
      'div',
      { class: 'columns' },
      column(parts, 'good', t('strengths'), report.strengths, t('no-strengths')),
      column(parts, 'mend', t('fixes'), report.fixes, t('no-fixes')),
    ),
  );
}

/** @param {Parts} parts @param {string} tone @param {string} title @param {readonly SummaryPoint[]} points @param {string} none */
function column(parts, tone, title, points, none) {
  const list = points.map((point) => el('li', inReport(parts), pointOf(parts, point)));
  return el('div', { class: `column ${tone}` }, el('h3', {}, title), list.length > 0 ? el('ol', {}, list) : el('p', { class: 'note' }, none));
}

/** @param {Parts} parts @param {SummaryPoint} point */
function pointOf({ t, transcript }, { title, text, place, quote, moment }) {
  return [
    el('h4', {}, title),
    text !== '' && el('p', {}, text),
    quote !== null && transcript.quote(quote),
    moment !== null && el('p', {}, transcript.moment(moment)),
    place !== null && button(t('to-question', { place }), { kind: 'quiet', class: 'small jump', onClick: () => toQuestion(place) }),
  ];
}

/** @param {Parts} parts */
export function drills(parts) {
  const { t, report, drill } = parts;
  if (report.drills.length === 0) return null;
  const cards = report.drills.map(({ title, question, why, question_ids: ids }) => {
    const start = button(t('drill-start'), { kind: 'primary', 'aria-label': `${t('drill-start')}: ${question}` });
    start.addEventListener('click', () => drill(ids, start));
    return el('li', { class: 'drill' }, el('h3', inReport(parts), title), el('p', { class: 'ask', lang: report.spoken_language }, question), el('p', { class: 'soft', ...inReport(parts) }, why), start);
  });
  return part('drills', t('drills'), el('p', { class: 'soft' }, t('drills-lead')), el('ol', { class: 'drills' }, cards));
}
