// @ts-check
/** What stands before and after an interview, and in its way: a few words, and what can be done. */

import { button } from '../components.js';
import { el } from '../dom.js';

/** How the interview can be gone on with from here, by what ended it. */
const AGAIN = new Set(['left', 'elsewhere']);
const WITH_REPORT = new Set(['finished', 'ended_early']);

/**
 * @param {string} kind an Opening, an Ending, or 'error' with its problem
 * @param {import('./state.js').Interview} state
 * @param {import('../texts.js').Say} t
 * @param {import('./view.js').ViewActions} actions
 */
export function curtain(kind, state, t, actions) {
  const [title, text] = words(kind, state, t);
  return el(
    'section',
    { class: 'iv-card' },
    el('h1', { tabIndex: -1 }, title),
    el('p', { class: 'lead' }, text),
    el('div', { class: 'actions' }, choices(kind, t, actions)),
  );
}

/**
 * @param {string} kind
 * @param {import('./state.js').Interview} state
 * @param {import('../texts.js').Say} t
 */
function words(kind, state, t) {
  if (kind === 'open') return [t('openTitle'), t('openText')];
  if (kind === 'open-again') return [t('openAgainTitle'), t('openAgainText')];
  const { problem, detail } = state.talk;
  if (kind.startsWith('error')) return [t(`problem-${problem}`) || t('problem-lost'), [t(`help-${problem}`), detail].join(' ').trim()];
  return [t(`end-${kind}`), t(`endText-${kind}`)];
}

/**
 * @param {string} kind
 * @param {import('../texts.js').Say} t
 * @param {import('./view.js').ViewActions} actions
 */
function choices(kind, t, { begin, go }) {
  const primary = (/** @type {string} */ name, /** @type {() => void} */ onClick) => button(t(name), { kind: 'primary', class: 'large', onClick });
  const plain = (/** @type {string} */ name, /** @type {string} */ path) => button(t(name), { class: 'large', onClick: () => go(path) });
  if (kind === 'open' || kind === 'open-again') return [primary(kind === 'open' ? 'begin' : 'goOn', begin)];
  if (kind.startsWith('error')) return [primary('retry', begin), plain('toHistory', '/history')];
  if (WITH_REPORT.has(kind)) return [primary('toReport', () => go('report'))];
  if (AGAIN.has(kind)) return [primary(kind === 'elsewhere' ? 'here' : 'goOn', begin), plain('toHistory', '/history')];
  return [plain('toHistory', '/history'), plain('toStart', '/')];
}
