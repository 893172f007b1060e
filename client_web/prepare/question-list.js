// @ts-check
/** The plan's questions as a list that can be rearranged, with the keyboard as well. */

import { button, card, icon, more, tag } from '../components.js';
import { el } from '../dom.js';
import { duration } from '../format.js';
import { added, asked, changed, moved, rounded } from './draft.js';
import { askForQuestion } from './dialogs.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {import('./draft.js').Drafted} Drafted */
/** @typedef {{act: string, glyph: 'up' | 'down' | 'pin' | 'trash', onClick: () => void, disabled?: boolean, pressed?: boolean}} Tool */

export class QuestionList {
  #context;
  #t;
  #words;
  #plan;
  #draft;
  #onChange;
  #list = el('ol', { class: 'questions' });

  /**
   * @param {Context} context
   * @param {Say} t
   * @param {Say} words
   * @param {import('../shapes.js').Plan} plan
   * @param {Drafted[]} draft
   * @param {(draft: Drafted[]) => void} onChange
   */
  constructor(context, t, words, plan, draft, onChange) {
    this.#context = context;
    this.#t = t;
    this.#words = words;
    this.#plan = plan;
    this.#draft = draft;
    this.#onChange = onChange;
    this.#render();
  }

  view() {
    const t = this.#t;
    const add = button([icon('plus'), t('add-question')], { kind: 'quiet', onClick: () => void this.#add() });
    return card(t('questions'), { lead: t('questions-lead'), class: 'plan-questions' }, this.#list, el('div', { class: 'actions' }, add));
  }

  async #add() {
    const made = await askForQuestion(this.#t, this.#words, null);
    if (made !== null) this.#change(added(this.#draft, made.text, made.seconds));
  }

  /** @param {Drafted} question */
  async #edit(question) {
    const made = await askForQuestion(this.#t, this.#words, question);
    if (made !== null) this.#change(changed(this.#draft, question.id, made));
  }

  /** @param {string} id @param {number} by */
  #move(id, by) {
    this.#change(moved(this.#draft, id, by));
    const n = this.#draft.findIndex((question) => question.id === id) + 1;
    this.#context.say(this.#t('moved', { n, of: this.#draft.length }));
  }

  /** @param {string} id @param {boolean} removed */
  #remove(id, removed) {
    if (removed && asked(this.#draft).length === 1) this.#context.alert(this.#t('none-left'));
    else this.#change(changed(this.#draft, id, { removed }));
  }

  /** @param {Drafted[]} draft */
  #change(draft) {
    this.#draft = draft;
    this.#render();
    this.#onChange(draft);
  }

  /** The keyboard stays where it was: on the same button of the same question, or on its neighbour. */
  #render() {
    const focused = document.activeElement;
    const key = this.#list.contains(focused) ? focused?.id ?? '' : '';
    let number = 0;
    const rows = this.#draft.map((question, index) => (question.removed ? this.#left(question) : this.#row(question, index, (number += 1))));
    this.#list.replaceChildren(...rows);
    if (key === '') return;
    const again = document.getElementById(key);
    const usable = again instanceof HTMLButtonElement && !again.disabled ? again : again?.parentElement?.querySelector('button:enabled');
    /** @type {HTMLElement | null | undefined} */ (usable)?.focus();
  }

  /** @param {Drafted} question */
  #left({ id, text }) {
    const back = button(this.#t('restore'), { kind: 'quiet', class: 'small', id: `remove-${id}`, onClick: () => this.#remove(id, false) });
    return el('li', { class: 'question removed', 'data-id': id }, el('p', { class: 'soft' }, tag(this.#t('removed-note')), ' ', el('s', {}, text)), back);
  }

  /** @param {Drafted} question @param {number} index @param {number} n */
  #row(question, index, n) {
    const t = this.#t;
    const { id, pinned, known, seconds } = question;
    const tools = this.#tools(n, id, [
      { act: 'up', glyph: 'up', onClick: () => this.#move(id, -1), disabled: index === 0 },
      { act: 'down', glyph: 'down', onClick: () => this.#move(id, 1), disabled: index === this.#draft.length - 1 },
      { act: 'pin', glyph: 'pin', onClick: () => this.#change(changed(this.#draft, id, { pinned: !pinned })), pressed: pinned },
      { act: 'remove', glyph: 'trash', onClick: () => this.#remove(id, true) },
    ]);
    const edit = button(question.text, {
      class: 'question-text',
      id: `edit-${id}`,
      title: t('edit', { n }),
      'aria-description': t('edit', { n }),
      onClick: () => void this.#edit(question),
    });
    edit.className = 'question-text';
    return el(
      'li',
      { class: 'question', 'data-id': id },
      el('span', { class: 'number', 'aria-hidden': 'true' }, n),
      el('div', { class: 'question-body' }, edit, this.#tags(question, seconds), known !== null && this.#background(known)),
      el('div', { class: 'tools' }, tools),
    );
  }

  /** @param {number} n @param {string} id @param {Tool[]} tools */
  #tools(n, id, tools) {
    return tools.map(({ act, glyph, onClick, disabled = false, pressed }) => {
      const label = this.#t(act, { n });
      const state = pressed === undefined ? {} : { 'aria-pressed': String(pressed) };
      return button(icon(glyph), { kind: 'quiet', class: 'round', id: `${act}-${id}`, 'aria-label': label, title: label, onClick, disabled, ...state });
    });
  }

  /** @param {Drafted} question @param {number} seconds */
  #tags({ known }, seconds) {
    const t = this.#t;
    const kind = known === null ? null : tag(this.#words(`kind-${known.kind}`));
    const person = this.#plan.interviewers.length > 1 && known !== null ? this.#plan.interviewers[known.interviewer]?.name : undefined;
    return el(
      'p',
      { class: 'tags' },
      kind,
      tag(t(`from-${known?.source ?? 'own'}`), known?.source === 'bank' ? '' : 'accent'),
      el('span', { class: 'soft' }, duration(this.#words, rounded(seconds))),
      known !== null && known.preparation_s > 0 && el('span', { class: 'soft' }, t('preparation', { time: duration(this.#words, known.preparation_s) })),
      person !== undefined && el('span', { class: 'soft' }, t('asked-by', { name: person })),
    );
  }

  /** What it is about, for who wants to see it. @param {import('../shapes.js').PlannedQuestion} known */
  #background({ evidence, shows }) {
    const t = this.#t;
    return [
      evidence !== '' && el('p', { class: 'about-line' }, el('span', { class: 'soft' }, t('about'), ' '), evidence.replace(/^[-–•*·]\s+/, '')),
      shows !== '' && more(t('shows'), el('p', { class: 'soft' }, shows)),
    ];
  }
}
