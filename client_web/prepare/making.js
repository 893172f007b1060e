// @ts-check
/** The questions being made: how far it is, and a way out. It goes on when the page is left, and is found again. */

import * as api from '../api.js';
import { button, progressBar } from '../components.js';
import { el } from '../dom.js';
import { watchStatus } from '../status-watch.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */

const JOB = 'moui.preparation';

/** @returns {string | null} the job that was begun here and not seen to its end */
export const begun = () => sessionStorage.getItem(JOB);

/**
 * @param {Context} context
 * @param {Say} t
 * @param {() => Promise<{id: string}>} start
 * @param {(node: HTMLElement) => void} show
 * @returns {Promise<string | null>} the plan's id; null: cancelled
 * @throws {import('../api.js').ApiError}
 */
export async function made(context, t, start, show) {
  const bar = progressBar(null, t('make-starting'));
  const stop = button(t('cancel'), { kind: 'quiet' });
  const place = el('div', { class: 'making', role: 'group', 'aria-label': t('making') }, bar, el('p', { class: 'hint' }, t('make-note')), stop);
  show(place);
  context.say(t('making'));
  if (!(await ready(context, stop, () => bar.update(null, t('make-loading'))))) return null;
  const { id } = await start();
  sessionStorage.setItem(JOB, id);
  stop.addEventListener('click', () => {
    stop.disabled = true;
    void api.cancelJob(id);
  });
  try {
    const job = await api.job(id, {
      signal: context.signal,
      onProgress: ({ done, total }) => {
        // The first step compares; how many questions follow is known once they begin.
        const writing = t('make-writing', { done: Math.max(0, done - 1), total: Math.max(0, total - 1) });
        bar.update(done === 0 ? null : done / total, done === 0 ? t('make-comparing') : writing);
      },
    });
    sessionStorage.removeItem(JOB);
    return job.status === 'done' ? job.result.plan_id : null;
  } catch (error) {
    if (!context.signal.aborted) sessionStorage.removeItem(JOB);
    throw error;
  }
}

/**
 * Until there are models, or it is known that there will be none: then the server says what is to be done.
 * @param {Context} context
 * @param {HTMLElement} stop
 * @param {() => void} onWaiting
 * @returns {Promise<boolean>} false: cancelled
 */
function ready(context, stop, onWaiting) {
  const done = new AbortController();
  return new Promise((/** @type {(ready: boolean) => void} */ resolve) => {
    stop.addEventListener('click', () => resolve(false), { signal: done.signal });
    context.signal.addEventListener('abort', () => resolve(false), { signal: done.signal });
    watchStatus((status) => (status.ready || status.failed !== null ? resolve(true) : onWaiting()), done.signal);
  }).finally(() => done.abort());
}
