// @ts-check
/** What can be done with a report: printed, saved, written anew, deleted. */

import * as api from '../api.js';
import { ask, button, icon } from '../components.js';
import { el } from '../dom.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */

/** @param {Context} context @param {Say} t @param {string} id @param {() => void} onRewrite */
export function actions(context, t, id, onRewrite) {
  return el(
    'div',
    { class: 'actions report-actions' },
    button([icon('print'), t('print')], { class: 'small', onClick: () => print() }),
    saving(context, t, id),
    button([icon('repeat'), t('rewrite')], { kind: 'quiet', class: 'small', onClick: onRewrite }),
    button([icon('trash'), t('delete')], { kind: 'quiet', class: 'small', onClick: () => void remove(context, t, id) }),
  );
}

/** What is folded away is printed, too, however the printing began. @param {HTMLElement} root @param {AbortSignal} signal */
export function unfoldToPrint(root, signal) {
  /** @type {Element[]} */
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = [...root.querySelectorAll('details:not([open], .menu)')];
    for (const details of folded) details.setAttribute('open', '');
  }, { signal });
  addEventListener('afterprint', () => {
    for (const details of folded) details.removeAttribute('open');
  }, { signal });
}

/** @param {Context} context @param {Say} t @param {string} id */
function saving({ signal }, t, id) {
  const name = `moui-${id.slice(0, 8)}`;
  const link = (/** @type {string} */ label, /** @type {string} */ href, /** @type {string} */ file) =>
    el('li', {}, el('a', { href, download: file }, icon('download'), label));
  const menu = el(
    'details',
    { class: 'menu' },
    el('summary', { class: 'button small' }, icon('download'), t('export')),
    el(
      'ul',
      {},
      link(t('export-html'), api.reportUrl(id, 'html'), `${name}.html`),
      link(t('export-md'), api.reportUrl(id, 'md'), `${name}.md`),
      link(t('export-json'), api.reportUrl(id, 'json'), `${name}.json`),
      link(t('export-zip'), api.exportUrl(id), `${name}.zip`),
    ),
  );
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  });
  const outside = (/** @type {EventTarget | null} */ target) => target !== null && !menu.contains(/** @type {Node} */ (target));
  menu.addEventListener('focusout', (event) => outside(event.relatedTarget) && (menu.open = false));
  addEventListener('pointerdown', (event) => outside(event.target) && (menu.open = false), { signal });
  return menu;
}

/** @param {Context} context @param {Say} t @param {string} id */
async function remove(context, t, id) {
  const labels = { confirm: t('delete'), cancel: t('cancel'), kind: /** @type {const} */ ('danger') };
  if (!(await ask(t('delete-ask'), el('p', {}, t('delete-text')), labels))) return;
  try {
    await api.deleteSession(id);
    context.go('/history');
    context.say(t('deleted'));
  } catch (error) {
    context.alert(/** @type {Error} */ (error).message);
  }
}
