// @ts-check
/** What is kept, where and how much; taken along, and deleted. */

import { deleteEverything, exportUrl, kept } from '../api.js';
import { ask, button, facts, field, icon, linkButton } from '../components.js';
import { el } from '../dom.js';
import { size } from '../format.js';

/**
 * @typedef {import('../texts.js').Say} Say
 * @typedef {import('../router.js').Context} Context
 */

/** What of this browser's own memory is no data about interviews, and stays. */
const CHOICES = new Set(['moui.preferences', 'moui.page-language']);

/**
 * @param {HTMLElement} place
 * @param {Say} t
 * @param {Context} context
 */
export async function showData(place, t, context) {
  const found = await kept({ signal: context.signal });
  const again = () => void showData(place, t, context).then(() => place.focus(), (error) => context.alert(String(error.message)));
  const { documents, sessions } = found;
  place.replaceChildren(
    facts([
      [t('folder'), el('code', {}, found.folder)],
      [t('size'), size(found.bytes)],
      [t('holds'), t('counts', { documents, sessions })],
    ]),
    el(
      'div',
      { class: 'actions' },
      linkButton(el('span', { class: 'row' }, icon('download'), t('export')), exportUrl(), { download: '' }),
      button(t('erase'), { kind: 'danger', onClick: () => void erase(t, context, again) }),
    ),
  );
}

/** @param {Say} t @param {Context} context @param {() => void} again */
async function erase(t, context, again) {
  const word = t('eraseWord');
  const typed = el('input', { type: 'text', autocomplete: 'off' });
  const body = [el('p', {}, t('eraseText')), field(t('eraseType', { word }), typed)];
  const allowed = () => typed.value.trim().toLowerCase() === word;
  if (!(await ask(t('eraseAsk'), body, { confirm: t('erase'), cancel: t('cancel'), kind: 'danger', allowed }))) return;
  try {
    await deleteEverything(undefined, context);
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith('moui.') && !CHOICES.has(key)) localStorage.removeItem(key);
    }
    context.say(t('erased'));
  } catch (error) {
    context.alert(error instanceof Error ? error.message : '');
  }
  again();
}
