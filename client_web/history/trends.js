// @ts-check
/** How the numbers moved: totals, criteria and delivery, each a small chart. */

import { plot } from '../charts/plot.js';
import { more, segmented } from '../components.js';
import { el } from '../dom.js';
import { figure, shortDate } from '../format.js';
import { criteria, languages, measures, totals } from './series.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {import('../shapes.js').Progress} Progress */
/** @typedef {import('../shapes.js').PageLanguage} PageLanguage */
/** @typedef {import('./series.js').Series} Series */
/** @typedef {{context: Context, t: Say, words: Say, progress: Progress, language: PageLanguage}} Drawing `language` spoken */

const FIRST = 3;
/** Whole scales. @type {[number, number]} */
const SCORE = [0, 100];
/** @type {[number, number]} */
const LEVELS = [1, 5];

/** @param {Context} context @param {Say} t @param {Say} words @param {Progress} progress */
export function trends(context, t, words, progress) {
  const spoken = languages(progress.sessions);
  const place = el('div', { class: 'stack' });
  const [first] = spoken;
  if (first === undefined) return el('p', { class: 'soft' }, t('trends-few'));
  const show = (/** @type {PageLanguage} */ language) => place.replaceChildren(...groups({ context, t, words, progress, language }));
  show(first);
  if (spoken.length === 1) return place;
  const choices = spoken.map((each) => /** @type {const} */ ([each, words(`language-${each}`)]));
  const choose = segmented(t('trends-language'), choices, first, (value) => show(value === 'ko' ? 'ko' : 'en'));
  return el('div', { class: 'stack' }, choose, place);
}

/** @param {Drawing} drawing */
function groups(drawing) {
  const { t, progress, language } = drawing;
  const entries = progress.sessions;
  const { judged, series } = criteria(entries, language);
  const spoken = measures(entries, language);
  const levels = judged ? LEVELS : SCORE;
  return [
    group(t('totals'), t('totals-lead'), totals(entries, language).map((one) => chart(drawing, one, SCORE))),
    group(t('criteria'), t(judged ? 'criteria-judged' : 'criteria-counted'), series.map((one) => chart(drawing, one, levels))),
    group(t('delivery'), t('delivery-lead'), spoken.slice(0, FIRST).map((one) => chart(drawing, one))),
    spoken.length > FIRST ? more(t('more-delivery'), el('ul', { class: 'charts' }, spoken.slice(FIRST).map((one) => chart(drawing, one)))) : el('div', {}),
  ].flatMap((node) => node ?? []);
}

/** @param {string} title @param {string} lead @param {HTMLElement[]} charts */
function group(title, lead, charts) {
  if (charts.length === 0) return null;
  return el('div', { class: 'group' }, el('h3', {}, title), lead !== '' && el('p', { class: 'soft small' }, lead), el('ul', { class: 'charts' }, charts));
}

/** @param {Drawing} drawing @param {Series} series @param {[number, number]} [scale] */
function chart({ context, words, progress, language }, { name, points }, scale) {
  const [section = '', key = ''] = name.split('.');
  const plain = section === 'total' ? words(`total-${key}`) : section === 'delivery' ? words(`measure-${key}`) : words(`criterion-${key}`);
  const unit = section === 'delivery' ? (words(`unit-${key}`) || words(`unit-${key}-${language}`)).trim() : '';
  const title = unit === '' ? plain : `${plain} (${unit})`;
  const band = section === 'delivery' ? progress.references[language][key] ?? [] : [];
  const drawn = points.map(({ at, value }) => {
    const date = shortDate(at, context.language);
    return { value, label: date, title: date };
  });
  const options = { name: title, shown: figure, band, limits: /** @type {[number, null]} */ ([0, null]) };
  return el('li', { class: 'chart' }, el('h4', {}, title), plot(drawn, scale === undefined ? options : { ...options, scale }));
}
