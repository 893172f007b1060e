// @ts-check
/** The keys of an interview, and how to be rid of them. */

import { button, newId } from '../components.js';
import { el } from '../dom.js';

const ROWS = /** @type {const} */ ([
  ['M', 'mute'],
  ['R', 'repeat'],
  ['S', 'skip'],
  ['P', 'pause'],
  ['C', 'captions'],
  ['N', 'notes'],
  ['T', 'key-push'],
  ['keySpace', 'key-hold'],
  ['E', 'end'],
]);

/**
 * @param {import('../texts.js').Say} t
 * @param {HTMLElement} keys the switch
 * @param {AbortSignal} signal closes it
 * @returns {Promise<void>} when it is closed
 */
export function keysHelp(t, keys, signal) {
  const id = newId('dialog');
  const node = el('dialog', { class: 'dialog iv-keys', 'aria-labelledby': id });
  const rows = ROWS.map(([key, what]) => el('div', {}, el('dt', {}, el('kbd', {}, t(key) || key)), el('dd', {}, t(what))));
  node.append(
    el('h2', { id }, t('keysTitle')),
    el('div', { class: 'dialog-body' }, el('dl', {}, rows), keys, el('p', { class: 'hint' }, t('keysVoice'))),
    el('div', { class: 'actions' }, button(t('keysClose'), { kind: 'primary', onClick: () => node.close() })),
  );
  document.body.append(node);
  node.showModal();
  signal.addEventListener('abort', () => node.close(), { once: true });
  return new Promise((resolve) => node.addEventListener('close', () => (node.remove(), resolve())));
}
