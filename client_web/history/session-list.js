// @ts-check
/** Interviews as a list: those that can be gone on with, and all. */

import * as api from '../api.js';
import { ask, button, icon, linkButton, tag } from '../components.js';
import { el } from '../dom.js';
import { clock, figure, longDate } from '../format.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {import('../shapes.js').SessionSummary} SessionSummary */
/** @typedef {{context: Context, t: Say, words: Say, onGone: () => void}} Listing */

/** @param {Listing} listing @param {SessionSummary} session */
function name({ t, words }, { position, kind }) {
  return position || t('untitled', { kind: words(`kind-${kind}`) });
}

/** @param {Listing} listing @param {readonly SessionSummary[]} sessions */
export function unfinished(listing, sessions) {
  const { context, t, words } = listing;
  return el(
    'ul',
    { class: 'unfinished' },
    sessions.map((session) =>
      el(
        'li',
        { class: 'to-continue' },
        el(
          'div',
          {},
          el('h3', {}, name(listing, session)),
          el('p', { class: 'soft small' }, `${words(`kind-${session.kind}`)} · ${words('minutes', { n: session.minutes })} · ${longDate(session.updated_at, context.language)}`),
        ),
        el(
          'div',
          { class: 'actions' },
          button(t('give-up'), { kind: 'quiet', onClick: () => void giveUp(listing, session) }),
          linkButton(t('continue'), `#/check/${encodeURIComponent(session.id)}`, { kind: 'primary' }),
        ),
      ),
    ),
  );
}

/** @param {Listing} listing @param {readonly SessionSummary[]} sessions */
export function sessionList(listing, sessions) {
  return el('ol', { class: 'sessions' }, sessions.map((session) => row(listing, session)));
}

/** @param {Listing} listing @param {SessionSummary} session */
function row(listing, session) {
  const { context, t, words } = listing;
  const { id, kind, minutes, questions, seconds, status, language, started_at: at, total, has_report: reported } = session;
  const date = longDate(at, context.language);
  const line = [words(`kind-${kind}`), words('minutes', { n: minutes }), words(`language-${language}`), t(questions === 1 ? 'one-question' : 'questions', { n: questions }), clock(seconds)];
  const remove = t('delete-one', { date });
  return el(
    'li',
    { class: 'session', 'data-id': id },
    el('p', { class: 'total' }, total === null ? el('span', { class: 'none' }, t('no-score')) : el('b', {}, t('points', { n: figure(total) }))),
    el(
      'div',
      { class: 'session-body' },
      el('h3', {}, name(listing, session), ' ', status === 'finished' ? null : tag(session.turns === 0 ? t('not-begun') : t(`status-${status}`), 'warn')),
      el('p', { class: 'soft small' }, date),
      el('p', { class: 'soft small' }, line.join(' · ')),
    ),
    el(
      'div',
      { class: 'actions' },
      way(t, session, reported),
      button(icon('trash'), { kind: 'quiet', class: 'round', 'aria-label': remove, title: remove, onClick: () => void erase(listing, id) }),
    ),
  );
}

/** @param {Say} t @param {SessionSummary} session @param {boolean} reported */
function way(t, { id, turns, status }, reported) {
  const safe = encodeURIComponent(id);
  if (reported) return linkButton(t('report'), `#/report/${safe}`);
  if (turns === 0) return linkButton(t('begin'), `#/check/${safe}`, { kind: 'quiet' });
  if (status === 'active') return linkButton(t('continue'), `#/check/${safe}`, { kind: 'quiet' });
  return linkButton(t('write-report'), `#/report/${safe}`, { kind: 'quiet' });
}

/** @param {Listing} listing @param {SessionSummary} session */
async function giveUp({ context, t, onGone }, { id }) {
  if (!(await ask(t('give-up-ask'), el('p', {}, t('give-up-text')), { confirm: t('give-up'), cancel: t('cancel') }))) return;
  await tried(context, () => api.abandon(id), t('gave-up'), onGone);
}

/** @param {Listing} listing @param {string} id */
async function erase({ context, t, onGone }, id) {
  const labels = { confirm: t('delete'), cancel: t('cancel'), kind: /** @type {const} */ ('danger') };
  if (!(await ask(t('delete-ask'), el('p', {}, t('delete-text')), labels))) return;
  await tried(context, () => api.deleteSession(id), t('deleted'), onGone);
}

/** @param {Context} context @param {() => Promise<unknown>} work @param {string} done @param {() => void} onGone */
async function tried(context, work, done, onGone) {
  try {
    await work();
    context.say(done);
    onGone();
  } catch (error) {
    context.alert(/** @type {Error} */ (error).message);
  }
}
