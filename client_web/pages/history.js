// @ts-check
/** Earlier interviews: what can be gone on with, how the numbers move, what comes back, and all of them. */

import * as api from '../api.js';
import { card, empty, icon, linkButton, more, working } from '../components.js';
import { el } from '../dom.js';
import { habitList } from '../history/habits.js';
import { sessionList, unfinished } from '../history/session-list.js';
import { trends } from '../history/trends.js';
import { textOf } from '../texts.js';

/** @typedef {import('../router.js').Context} Context */

/** Interviews shown before those further back are asked for. */
const FIRST = 6;

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf('history', language)('title'),
  async show(root, context) {
    const t = textOf('history', context.language);
    const heading = el('header', { class: 'stack' }, el('h1', { tabIndex: -1 }, t('heading')), el('p', { class: 'lead' }, t('lead')));
    const body = el('div', { class: 'stack history' }, working(t('loading')));
    root.append(heading, body);
    const fill = () => filled(body, context, () => void again());
    const again = async () => {
      await fill().catch((error) => context.signal.aborted || context.alert(error.message));
      heading.querySelector('h1')?.focus();
    };
    await fill();
  },
};

/** @param {HTMLElement} body @param {Context} context @param {() => void} onGone something is not there any more */
async function filled(body, context, onGone) {
  const t = textOf('history', context.language);
  const words = textOf('words', context.language);
  const { signal } = context;
  const [{ sessions, unfinished: open }, progress] = await Promise.all([api.sessions({ signal }), api.progress({ signal })]);
  if (sessions.length === 0) {
    body.replaceChildren(empty(t('none-title'), t('none-text'), linkButton(t('start'), '#/prepare', { kind: 'primary' })));
    return;
  }
  const listing = { context, t, words, onGone };
  const toContinue = sessions.filter(({ id }) => open.includes(id));
  const exportAll = el('a', { class: 'button quiet small', href: api.exportUrl(), download: 'moui.zip' }, icon('download'), t('export-all'));
  body.replaceChildren(
    ...(toContinue.length > 0 ? [card(t('unfinished'), { lead: t('unfinished-lead'), class: 'continue' }, unfinished(listing, toContinue))] : []),
    card(
      t('sessions'),
      { class: 'all' },
      sessionList(listing, sessions.slice(0, FIRST)),
      sessions.length > FIRST && more(t('older', { n: sessions.length - FIRST }), sessionList(listing, sessions.slice(FIRST))),
      el('div', { class: 'actions' }, exportAll),
    ),
    card(t('trends'), null, trends(context, t, words, progress)),
    card(t('habits'), { lead: t('habits-lead') }, habitList(context, t, words, progress.habits)),
  );
}
