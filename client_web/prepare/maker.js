// @ts-check
/** What stays in sight below documents and choices: the button that makes the questions, its progress, or why it failed. */

import * as api from '../api.js';
import { button, notice } from '../components.js';
import { el } from '../dom.js';
import { begun, made } from './making.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {{document_ids: string[], request: api.PlanRequest}} Wanted */

export class Maker {
  #context;
  #t;
  #words;
  #wanted;
  node = el('div', { class: 'bottom' });

  /** @param {Context} context @param {Say} t @param {Say} words @param {() => Wanted | null} wanted null: it cannot begin like that */
  constructor(context, t, words, wanted) {
    this.#context = context;
    this.#t = t;
    this.#words = words;
    this.#wanted = wanted;
    this.#offer();
    const before = begun();
    if (before !== null) void this.#work(() => Promise.resolve({ id: before }));
  }

  /** @param {string} [why] it failed before @param {boolean} [quick] it may be tried without a language model */
  #offer(why = '', quick = false) {
    const t = this.#t;
    const told = el('div', { role: 'alert' });
    const ways = [
      quick && button(t('make-quick'), { kind: 'quiet', onClick: () => this.#make(true) }),
      button(t('make'), { kind: 'primary', class: 'large', onClick: () => this.#make(false) }),
    ];
    this.#show(told, el('div', { class: 'actions' }, ways));
    if (why !== '') told.append(notice('bad', t('make-failed', { message: why })));
  }

  /** @param {boolean} quick */
  #make(quick) {
    const wanted = this.#wanted();
    if (wanted !== null) void this.#work(() => api.preparations({ ...wanted, quick }));
  }

  /** @param {() => Promise<{id: string}>} start */
  async #work(start) {
    const context = this.#context;
    try {
      const plan = await made(context, this.#t, this.#words, start, (node) => this.#show(node));
      if (context.signal.aborted) return;
      if (plan !== null) return context.go(`/prepare?plan=${plan}`);
      context.say(this.#t('cancelled'));
      this.#offer();
    } catch (error) {
      if (context.signal.aborted) return;
      const { message, code } = /** @type {api.ApiError} */ (error);
      this.#offer(message, code === 'job_failed');
    }
  }

  /** The keyboard goes along. @param {...HTMLElement} nodes */
  #show(...nodes) {
    const within = this.node.contains(document.activeElement);
    this.node.replaceChildren(...nodes);
    const buttons = this.node.querySelectorAll('button');
    if (within) buttons[buttons.length - 1]?.focus();
  }
}
