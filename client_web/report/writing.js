// @ts-check
/** A report that is not there yet, or is to be written anew: its progress in sight, and what can be done if it fails. */

import * as api from '../api.js';
import { button, empty, linkButton } from '../components.js';
import { el } from '../dom.js';
import { watched, WorkView } from '../work.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {{context: Context, t: Say, words: Say, record: import('../shapes.js').SessionRecord, onWritten: () => void, again: boolean}} Writing
 * `again`: there is a report already */

const JUDGES = 3;

/** @param {HTMLElement} root @param {Writing} writing */
export function writeReport(root, writing) {
  const { t, record, again } = writing;
  const { id, position, status } = record.summary;
  const place = el('div', { class: 'writing' });
  root.append(el('header', { class: 'report-head' }, el('p', { class: 'eyebrow' }, t('eyebrow')), el('h1', { tabIndex: -1 }, position || t('title'))), place);
  const back = linkButton(t('back'), '#/history');
  const goOn = linkButton(t('continue'), `#/check/${encodeURIComponent(id)}`, { kind: 'primary' });
  const write = button(t('write-now'), { kind: 'quiet', onClick: () => void start(place, writing, JUDGES) });
  if (!record.turns.some(({ speaker }) => speaker === 'candidate')) {
    place.append(empty(t('nothing'), t('nothing-text'), back, status !== 'finished' && goOn));
  } else if (status === 'active' && !again) place.append(empty(t('not-over'), t('not-over-text'), write, goOn));
  else void start(place, writing, JUDGES);
}

/** @param {HTMLElement} place @param {Writing} writing @param {number} judges */
async function start(place, writing, judges) {
  const { context, again, onWritten } = writing;
  try {
    const job = await written(place, writing, judges);
    if (job !== null || again) onWritten();
    else failed(place, writing, '');
  } catch (error) {
    if (!context.signal.aborted) failed(place, writing, /** @type {Error} */ (error).message);
  }
}

/** @param {HTMLElement} place @param {Writing} writing @param {string} why '': cancelled */
function failed(place, writing, why) {
  const { t, again, onWritten } = writing;
  const anew = button(t('write-again'), { kind: 'primary', onClick: () => void start(place, writing, JUDGES) });
  const rules = button(t('write-rules'), { onClick: () => void start(place, writing, 0) });
  const back = again && button(t('write-leave'), { kind: 'quiet', onClick: onWritten });
  const told = el('div', { role: 'alert' });
  place.replaceChildren(told);
  told.append(empty(t(why === '' ? 'write-cancelled' : 'not-written'), why === '' ? t('nothing-lost') : `${why} ${t('nothing-lost')}`, back, rules, anew));
  anew.focus();
}

/** @param {HTMLElement} place @param {Writing} writing @param {number} judges @returns {Promise<api.Job | null>} null: cancelled */
async function written(place, { context, t, words, record }, judges) {
  const view = new WorkView({ title: t('writing'), begins: t('writing-start'), note: t('writing-note'), cancel: t('cancel') });
  place.replaceChildren(view.node);
  context.say(t('writing'));
  const { signal } = context;
  const told = (/** @type {api.Job} */ { done, total }) => {
    const judging = done > 0 || total > 1;
    return { value: judging ? done / total : null, text: judging ? t('writing-judge', { done, total }) : t('writing-start') };
  };
  const begin = () => api.reportJob(record.summary.id, judges, { signal });
  try {
    return await watched(view, begin, told, { signal, lost: words('work-lost'), forgotten: words('work-forgotten') });
  } finally {
    view.close();
  }
}
