// @ts-check
/** The plan as it was made: looked through, changed, begun. */

import * as api from '../api.js';
import { button, facts, icon, linkButton, notice, working } from '../components.js';
import { el } from '../dom.js';
import { isChanged, keep, length, restored, wanted } from './draft.js';
import { matrixCard } from './matrix-view.js';
import { QuestionList } from './question-list.js';
import { steps } from './steps.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {import('../shapes.js').StoredPlan} StoredPlan */

const KEPT = 'moui.plan.';

/** @param {HTMLElement} root @param {Context} context @param {Say} t @param {Say} words @param {string} id */
export async function showPlan(root, context, t, words, id) {
  const header = el('header', { class: 'stack' }, steps(t, 2), el('h1', {}, t('plan')), working(t('plan-loading')));
  root.append(header);
  const stored = await api.plan(id, { signal: context.signal });
  const { plan, matrix } = stored;
  context.interviewIn(plan.request.language);
  header.lastElementChild?.remove();
  header.querySelector('h1')?.replaceChildren(plan.position || t('plan'));
  header.append(el('p', { class: 'lead' }, t('plan-lead')), ...plan.notes.map((note) => notice('info', note)));

  const draft = restored(plan.questions, sessionStorage.getItem(KEPT + id));
  const bottom = new Bottom(context, t, stored);
  const list = new QuestionList(context, t, words, plan, draft, (changed) => {
    sessionStorage.setItem(KEPT + id, keep(changed));
    bottom.update(changed);
  });
  bottom.update(draft);
  root.append(
    el('div', { class: 'plan-facts' }, facts(headlines(t, words, plan))),
    list.view(),
    ...(matrix.rows.length > 0 ? [matrixCard(t, words, matrix.rows)] : []),
    bottom.node,
  );
}

/** @param {Say} t @param {Say} words @param {import('../shapes.js').Plan} plan @returns {[string, string][]} */
function headlines(t, words, { request, interviewers }) {
  const people = interviewers.map(({ name, title }) => (title === '' ? name : `${name} (${title})`));
  return [
    [t('kind-of-interview'), words(`kind-${request.kind}`)],
    [t('length'), `${words('minutes', { n: request.minutes })} · ${words(`difficulty-${request.difficulty}`)}`],
    [t('spoken'), words(`language-${request.language}`)],
    [t('asked-by-whom'), people.join(', ')],
  ];
}

/** What stays in sight: how much time it takes, and the way on. */
class Bottom {
  #context;
  #t;
  #stored;
  /** @type {import('./draft.js').Drafted[]} */
  #draft = [];
  #meter;
  #text = el('p', { class: 'time' });
  #begin;

  /** @param {Context} context @param {Say} t @param {StoredPlan} stored */
  constructor(context, t, stored) {
    this.#context = context;
    this.#t = t;
    this.#stored = stored;
    this.#meter = el('meter', { min: 0, max: stored.plan.request.minutes * 60, 'aria-label': t('length') });
    this.#begin = button([t('begin'), icon('arrow')], { kind: 'primary', class: 'large', onClick: () => void this.#go() });
    this.node = el(
      'div',
      { class: 'bottom plan-bottom' },
      el('div', { class: 'budget' }, this.#text, this.#meter),
      el('div', { class: 'actions' }, linkButton(t('again'), '#/prepare', { kind: 'quiet' }), this.#begin),
    );
  }

  /** @param {import('./draft.js').Drafted[]} draft */
  update(draft) {
    this.#draft = draft;
    const seconds = length(draft);
    const of = this.#stored.plan.request.minutes;
    const over = seconds > of * 60;
    this.#meter.value = Math.min(seconds, of * 60);
    this.#text.textContent = this.#t('time', { minutes: Math.max(1, Math.round(seconds / 60)), of }) + (over ? ` · ${this.#t('time-over')}` : '');
    this.node.classList.toggle('over', over);
    this.#begin.disabled = wanted(draft).length === 0;
  }

  async #go() {
    const { id, plan } = this.#stored;
    this.#begin.disabled = true;
    this.#begin.setAttribute('aria-busy', 'true');
    try {
      if (isChanged(this.#draft, plan.questions)) await api.saveQuestions(id, wanted(this.#draft), { signal: this.#context.signal });
      sessionStorage.removeItem(KEPT + id);
      this.#context.go(`/check/${id}`);
    } catch (error) {
      if (this.#context.signal.aborted) return;
      this.#begin.disabled = false;
      this.#begin.removeAttribute('aria-busy');
      this.#context.alert(/** @type {Error} */ (error).message);
    }
  }
}
