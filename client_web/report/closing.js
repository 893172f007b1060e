// @ts-check
/** The report's tables and what has to be said about it: requirements, figures to check, limits, models. */

import { more, tag } from '../components.js';
import { el } from '../dom.js';
import { inReport, part } from './parts.js';

/** @typedef {import('./parts.js').Parts} Parts */
/** @typedef {import('../shapes.js').MatrixLine} MatrixLine */

const TONES = /** @type {const} */ ({ strong: 'good', partial: 'warn', none: 'bad' });

/** @param {Parts} parts */
export function matrix(parts) {
  const { t, report } = parts;
  if (report.matrix.length === 0) return part('matrix', t('matrix'), el('p', { class: 'note' }, t('no-matrix')));
  const heads = ['matrix-requirement', 'matrix-evidence', 'matrix-said'].map((key) => el('th', { scope: 'col' }, t(key)));
  const rows = report.matrix.map((line) => row(parts, line));
  return part('matrix', t('matrix'), el('table', { class: 'stacking' }, el('thead', {}, el('tr', {}, heads)), el('tbody', inReport(parts), rows)));
}

/** @param {Parts} parts @param {MatrixLine} line */
function row({ t, words, transcript, language }, { requirement, must, evidence, strength, strength_text: told, gap, said }) {
  return el(
    'tr',
    {},
    el('th', { scope: 'row' }, requirement, ' ', el('span', { lang: language }, tag(words(must ? 'must' : 'preferred')))),
    el('td', {}, tag(told, TONES[strength]), evidence !== '' && el('p', {}, evidence), gap !== '' && el('p', { class: 'soft small' }, gap)),
    el('td', {}, said.length > 0 ? said.map((quote) => transcript.quote(quote)) : el('span', { class: 'none', lang: language }, t('matrix-nothing'))),
  );
}

/** @param {Parts} parts */
export function flags(parts) {
  const { t, report, transcript } = parts;
  if (report.flags.length === 0) return null;
  const list = report.flags.map(({ said, written, document }) =>
    el(
      'dl',
      { class: 'flag', ...inReport(parts) },
      el('div', {}, el('dt', { lang: parts.language }, t('flag-said')), el('dd', {}, transcript.quote(said))),
      el('div', {}, el('dt', { lang: parts.language }, t('flag-written')), el('dd', {}, el('p', {}, written), document !== '' && el('p', { class: 'soft small' }, document))),
    ),
  );
  return part('flags', t('flags'), el('p', { class: 'note' }, t('flags-note')), ...list);
}

/** @param {Parts} parts */
export function closing(parts) {
  const { t, report, transcript } = parts;
  const { other_turns: other, limits, set_aside: aside, models } = report;
  const items = (/** @type {string[]} */ texts) => el('ul', inReport(parts), texts.map((text) => el('li', {}, text)));
  return part(
    'about',
    t('about'),
    other.length > 0 && more(t('other'), el('div', { class: 'conversation' }, other.map((turn) => transcript.turn(turn)))),
    el('h3', {}, t('limits')),
    items(limits),
    aside.length > 0 && [el('h3', {}, t('set-aside')), el('p', { class: 'note' }, t('set-aside-note')), items(aside)],
    models.length > 0 && [el('h3', {}, t('models')), el('ul', { class: 'models' }, models.map(({ title, id, licence }) => el('li', {}, title || id, ' ', el('span', { class: 'soft' }, licence))))],
  );
}
