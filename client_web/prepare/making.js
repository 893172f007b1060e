// @ts-check
/** The questions being made. It goes on when the page is left, and is found again. */

import { watchStatus } from '../status-watch.js';
import { watched, WorkView } from '../work.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {import('../api.js').Job} Job */

const JOB = 'moui.preparation';

/** @returns {string | null} the job that was begun here and not seen to its end */
export const begun = () => sessionStorage.getItem(JOB);

/**
 * @param {Context} context
 * @param {Say} t
 * @param {Say} words
 * @param {() => Promise<{id: string}>} start
 * @param {(node: HTMLElement) => void} show
 * @returns {Promise<string | null>} the plan's id; null: cancelled
 * @throws {import('../api.js').ApiError}
 */
export async function made(context, t, words, start, show) {
  const view = new WorkView({ title: t('making'), begins: t('make-starting'), note: t('make-note'), cancel: t('cancel') });
  show(view.node);
  context.say(t('making'));
  const { signal } = context;
  try {
    if (!(await ready(signal, view, t('make-loading')))) return null;
    const begin = async () => {
      const job = await start();
      sessionStorage.setItem(JOB, job.id);
      return job;
    };
    const job = await watched(view, begin, (now) => told(t, now), { signal, lost: words('work-lost'), forgotten: words('work-forgotten') });
    return job === null ? null : job.result.plan_id;
  } finally {
    view.close();
    if (!signal.aborted) sessionStorage.removeItem(JOB);
  }
}

/** The first step compares the documents, the second chooses questions; then one after the other is worded.
 * @param {Say} t @param {Job} job @returns {import('../work.js').Told} */
function told(t, { done, total, text }) {
  if (done === 0) return { value: null, text: t('make-comparing') };
  if (done === 1) return { value: null, text: t('make-choosing') };
  return { value: (done - 1) / (total - 1), text: t('make-writing', { done: done - 1, total: total - 1 }), detail: t('make-newest', { text }) };
}

/**
 * Until there are models, or it is known that there will be none: then the server says what is to be done.
 * @param {AbortSignal} signal
 * @param {WorkView} view
 * @param {string} waiting what is said meanwhile
 * @returns {Promise<boolean>} false: cancelled
 */
function ready(signal, view, waiting) {
  const done = new AbortController();
  const left = AbortSignal.any([signal, view.cancelled]);
  return new Promise((/** @type {(ready: boolean) => void} */ resolve) => {
    if (left.aborted) resolve(false);
    left.addEventListener('abort', () => resolve(false), { signal: done.signal });
    watchStatus((status) => {
      if (status.ready || status.failed !== null) resolve(true);
      else view.tell({ value: null, text: waiting });
    }, done.signal);
  }).finally(() => done.abort());
}
