// @ts-check
/** A report that is not there yet: written now, with its progress in sight. */

import * as api from '../api.js';
import { button, empty, linkButton, progressBar } from '../components.js';
import { el } from '../dom.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */

const JUDGES = 3;

/**
 * @param {HTMLElement} root
 * @param {Context} context
 * @param {Say} t
 * @param {import('../shapes.js').SessionSummary} summary
 * @param {() => void} onWritten
 * @param {boolean} [again] there is a report already
 */
export function writeReport(root, context, t, summary, onWritten, again = false) {
  const { id, turns, status } = summary;
  const title = el('h1', {}, summary.position || t('eyebrow'));
  const place = el('div', { class: 'writing' });
  root.append(el('p', { class: 'eyebrow' }, t('eyebrow')), title, place);
  const start = async (/** @type {number} */ judges) => {
    try {
      if (await written(place, context, t, id, judges)) return onWritten();
      offer(again ? '' : t('not-written'));
    } catch (error) {
      if (!context.signal.aborted) offer(/** @type {Error} */ (error).message);
    }
  };
  const offer = (/** @type {string} */ why) => {
    if (why === '') return onWritten();
    const actions = [
      button(t('write-again'), { kind: 'primary', onClick: () => void start(JUDGES) }),
      button(t('write-rules'), { kind: 'quiet', onClick: () => void start(0) }),
    ];
    place.replaceChildren(empty(t('not-written'), why === t('not-written') ? '' : why, ...actions));
  };
  if (turns === 0) place.append(empty(t('nothing'), '', linkButton(t('back'), '#/history')));
  else if (status === 'active' && !again) {
    const go = linkButton(t('continue'), `#/check/${encodeURIComponent(id)}`, { kind: 'primary' });
    place.append(empty(t('not-over'), '', go, button(t('write-again'), { kind: 'quiet', onClick: () => void start(JUDGES) })));
  } else void start(JUDGES);
}

/**
 * @param {HTMLElement} place
 * @param {Context} context
 * @param {Say} t
 * @param {string} session
 * @param {number} judges
 * @returns {Promise<boolean>} false: cancelled
 */
async function written(place, context, t, session, judges) {
  const bar = progressBar(null, t('writing-start'));
  const stop = button(t('cancel'), { kind: 'quiet' });
  place.replaceChildren(el('div', { class: 'making', role: 'group', 'aria-label': t('writing') }, bar, el('p', { class: 'hint' }, t('writing-note')), stop));
  context.say(t('writing'));
  const { id } = await api.reportJob(session, judges, { signal: context.signal });
  stop.addEventListener('click', () => {
    stop.disabled = true;
    void api.cancelJob(id);
  });
  const job = await api.job(id, {
    signal: context.signal,
    onProgress: ({ done, total }) => {
      if (done > 0 || total > 1) bar.update(total > 0 ? done / total : null, t('writing-judge', { done, total }));
    },
  });
  return job.status === 'done';
}
