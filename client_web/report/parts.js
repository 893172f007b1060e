// @ts-check
/** What all parts of the report are given, and what they share. */

import { el } from '../dom.js';
import { figure } from '../format.js';

/** @typedef {import('../texts.js').Say} Say */
/**
 * @typedef {object} Parts
 * @property {Say} t
 * @property {Say} words of texts/words.js
 * @property {import('../shapes.js').Report} report
 * @property {import('./transcript.js').Transcript} transcript
 * @property {(ids: string[], from: HTMLButtonElement) => void} drill
 * @property {(turn: number) => string} answerName
 * @property {import('../texts.js').PageLanguage} language of the page
 */

/**
 * A part with a heading that the contents lead to.
 * @param {string} name
 * @param {string} title
 * @param {...(import('../dom.js').Child | import('../dom.js').Child[])} children
 */
export function part(name, title, ...children) {
  return el(
    'section',
    { class: `part part-${name}`, 'data-part': name, 'aria-labelledby': `part-${name}` },
    el('h2', { id: `part-${name}`, tabIndex: -1 }, title),
    ...children,
  );
}

/** @param {Say} t @param {number | null} value */
export function score(t, value) {
  if (value === null) return el('span', { class: 'none' }, t('no-data'));
  return el('span', { class: 'score' }, el('b', {}, figure(value)), ' ', el('small', {}, t('of-100')));
}

/** What the report says is in the language it was written in. @param {Parts} parts @returns {{lang: string}} */
export const inReport = ({ report }) => ({ lang: report.language });

/**
 * Which answer a turn is: "Question 2, answer 2".
 * @param {import('../shapes.js').Report} report
 * @param {Say} t
 * @returns {(turn: number) => string}
 */
export function answerNames(report, t) {
  const names = new Map();
  for (const { place, turns } of report.questions) {
    const answers = turns.filter(({ speaker }) => speaker === 'candidate');
    for (const [index, { number }] of answers.entries()) {
      names.set(number, index === 0 ? t('answer-name', { place }) : t('answer-name-n', { place, n: index + 1 }));
    }
  }
  return (turn) => names.get(turn) ?? t('other-turn');
}

/** Short for a chart: Q2, and Q2-2 for its second answer. @param {import('../shapes.js').Report} report */
export function answerLabels(report) {
  /** @type {Map<number, string>} */
  const labels = new Map();
  for (const { place, turns } of report.questions) {
    const answers = turns.filter(({ speaker }) => speaker === 'candidate');
    for (const [index, { number }] of answers.entries()) labels.set(number, index === 0 ? `Q${place}` : `Q${place}-${index + 1}`);
  }
  return labels;
}
