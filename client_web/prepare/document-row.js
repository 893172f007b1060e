// @ts-check
/** One document of the list. */

import { ask, button, icon, select } from '../components.js';
import { el } from '../dom.js';
import { DOCUMENT_KINDS } from './kinds.js';

/** @typedef {import('../api.js').DocumentKind} DocumentKind */
/** @typedef {import('../texts.js').Say} Say */

/**
 * @param {Say} t
 * @param {Say} words
 * @param {import('../api.js').Document} one
 * @param {{used: boolean, onUse: (used: boolean) => void, onKind: (kind: DocumentKind) => void, onLook: () => void,
 *   onDelete: () => void}} on
 */
export function documentRow(t, words, one, { used, onUse, onKind, onLook, onDelete }) {
  const { id, name } = one;
  const check = el('input', { type: 'checkbox', id: `use-${id}`, checked: used, 'aria-label': t('use', { name }) });
  check.addEventListener('change', () => onUse(check.checked));
  const kinds = DOCUMENT_KINDS.map((kind) => /** @type {const} */ ([kind, words(`document-${kind}`)]));
  const kind = select(kinds, one.kind, (value) => onKind(/** @type {DocumentKind} */ (value)));
  kind.setAttribute('aria-label', `${t('kind')}: ${name}`);
  kind.id = `kind-${id}`;
  const sure = async () => {
    const labels = { confirm: t('delete'), cancel: t('cancel'), kind: /** @type {const} */ ('danger') };
    if (await ask(t('delete-document-ask'), el('p', {}, t('delete-document-text', { name })), labels)) onDelete();
  };
  const label = t('delete-document', { name });
  return el(
    'li',
    { class: `document ${used ? 'used' : ''}`, 'data-id': id },
    el('label', { class: 'use' }, check, el('span', { class: 'name' }, name)),
    el('span', { class: 'size' }, t('characters', { n: one.text.length.toLocaleString() })),
    kind,
    button(t('look-at'), { kind: 'quiet', class: 'small', onClick: onLook, id: `look-${id}`, 'aria-label': `${t('look-at')}: ${name}` }),
    button(icon('trash'), { kind: 'quiet', class: 'round', onClick: () => void sure(), 'aria-label': label, title: label }),
  );
}
