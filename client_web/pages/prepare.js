// @ts-check
/** From documents to an interview: what there is, what is wanted, and the plan that came of it. */

import * as api from '../api.js';
import { button, card, notice } from '../components.js';
import { el } from '../dom.js';
import { Choosing } from '../prepare/choosing.js';
import { Documents } from '../prepare/documents.js';
import { begun, made } from '../prepare/making.js';
import { showPlan } from '../prepare/plan-view.js';
import { steps } from '../prepare/steps.js';
import { watchStatus } from '../status-watch.js';
import { textOf } from '../texts.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf('prepare', language)('title'),
  async show(root, context) {
    const t = textOf('prepare', context.language);
    const words = textOf('words', context.language);
    const plan = context.route.query.get('plan');
    if (plan !== null) await showPlan(root, context, t, words, plan);
    else await showChoices(root, context, t, words);
  },
};

/** @param {HTMLElement} root @param {Context} context @param {Say} t @param {Say} words */
async function showChoices(root, context, t, words) {
  const documents = new Documents(context, t, words);
  const choosing = new Choosing(context, t, words);
  const bottom = el('div', { class: 'bottom' });
  root.append(
    el('header', { class: 'stack' }, steps(t, 1), el('h1', {}, t('heading')), el('p', { class: 'lead' }, t('lead'))),
    el('div', { class: 'halves' }, card(t('documents'), { lead: t('documents-lead') }, documents.view()), choosing.view()),
    bottom,
  );
  const make = (/** @type {boolean} */ quick) => {
    if (choosing.problem === '') void work(() => api.preparations({ document_ids: documents.chosen, request: choosing.request(), quick }));
    else {
      context.alert(choosing.problem);
      choosing.showProblem();
    }
  };
  const offer = (why = '') => {
    const ways = [
      why !== '' && button(t('make-quick'), { kind: 'quiet', onClick: () => make(true) }),
      button(t('make'), { kind: 'primary', class: 'large', onClick: () => make(false) }),
    ];
    const told = el('div', { role: 'alert' });
    bottom.replaceChildren(told, el('div', { class: 'actions' }, ways));
    if (why !== '') told.append(notice('bad', t('make-failed', { message: why })));
  };
  const work = async (/** @type {() => Promise<{id: string}>} */ start, resumed = false) => {
    let why = '';
    try {
      const plan = await made(context, t, words, start, (node) => bottom.replaceChildren(node));
      if (context.signal.aborted) return;
      if (plan !== null) return context.go(`/prepare?plan=${plan}`);
      context.say(t('cancelled'));
    } catch (error) {
      if (context.signal.aborted) return;
      why = /** @type {Error} */ (error).message;
    }
    offer(why);
    if (!resumed) bottom.querySelector('button')?.focus();
  };
  offer();
  const before = begun();
  if (before !== null) void work(() => Promise.resolve({ id: before }), true);
  watchStatus((status) => choosing.told(status), context.signal);
  await documents.load();
}
