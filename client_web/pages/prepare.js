// @ts-check
/** From documents to an interview: what there is, what is wanted, and the plan that came of it. */

import { card } from '../components.js';
import { el } from '../dom.js';
import { Choosing } from '../prepare/choosing.js';
import { Documents } from '../prepare/documents.js';
import { Maker } from '../prepare/maker.js';
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
  const maker = new Maker(context, t, words, () => {
    if (choosing.problem === '') return { document_ids: documents.chosen, request: choosing.request() };
    context.alert(choosing.problem);
    choosing.showProblem();
    return null;
  });
  root.append(
    el('header', { class: 'stack' }, steps(t, 1), el('h1', {}, t('heading')), el('p', { class: 'lead' }, t('lead'))),
    el('div', { class: 'halves' }, card(t('documents'), { lead: t('documents-lead') }, documents.view()), choosing.view()),
    maker.node,
  );
  watchStatus((status) => choosing.told(status), context.signal);
  await documents.load();
}
