// @ts-check
/** Each requirement of the posting with what the documents show for it. */

import { card, more, tag } from '../components.js';
import { el } from '../dom.js';

/** @typedef {import('../texts.js').Say} Say */
/** @typedef {import('../shapes.js').MatrixRow} MatrixRow */

const MOST_SHOWN = 160; // characters
const TONES = /** @type {const} */ ({ strong: 'good', partial: 'warn', none: 'bad' });

/**
 * @param {Say} t
 * @param {Say} words
 * @param {readonly MatrixRow[]} rows
 */
export function matrixCard(t, words, rows) {
  const count = (/** @type {string} */ strength) => rows.filter((row) => row.strength === strength).length;
  const lead = t('matrix-summary', { strong: count('strong'), partial: count('partial'), none: count('none') });
  return card(
    t('matrix'),
    { lead, class: 'matrix' },
    el(
      'table',
      { class: 'stacking' },
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t('requirement')), el('th', { scope: 'col' }, t('evidence')))),
      el('tbody', {}, rows.map((row) => matrixRow(t, words, row))),
    ),
  );
}

/** @param {Say} t @param {Say} words @param {MatrixRow} row */
function matrixRow(t, words, { requirement, evidence, strength, gap }) {
  const best = strength === 'none' ? undefined : evidence[0];
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, el('span', { class: 'requirement' }, requirement.text), ' ', tag(words(requirement.must ? 'must' : 'preferred'))),
    el(
      'td',
      {},
      tag(words(`strength-${strength}`), TONES[strength]),
      best !== undefined && evidenceOf(t, best.text),
      gap !== '' && el('p', { class: 'gap' }, gap),
    ),
  );
}

/** A whole paragraph would bury the table: its beginning, and the rest for who wants it. @param {Say} t @param {string} text */
function evidenceOf(t, text) {
  if (text.length <= MOST_SHOWN) return el('p', { class: 'evidence' }, text);
  const start = text.slice(0, text.lastIndexOf(' ', MOST_SHOWN));
  return [el('p', { class: 'evidence' }, `${start}…`), more(t('whole-passage'), el('p', { class: 'small' }, text))];
}
