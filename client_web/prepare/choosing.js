// @ts-check
/** What kind of interview it is to be: every choice is kept by the browser for the next time. */

import { card, field, newId, notice, segmented, select, toggle } from '../components.js';
import { el } from '../dom.js';
import { preferences, savePreferences } from '../preferences.js';
import { DIFFICULTIES, INTERVIEWERS, keepChoices, keptChoices, KINDS, MINUTES, needsConsent, requestOf, spoken } from './choices.js';

/** @typedef {import('../router.js').Context} Context */
/** @typedef {import('../texts.js').Say} Say */
/** @typedef {import('../status.js').Status} Status */

export class Choosing {
  #context;
  #t;
  #words;
  #choices;
  #kept;
  #asks = el('div', { class: 'stack' });
  #voice = el('div', {});
  /** @type {Status | null} */
  #status = null;

  /** @param {Context} context @param {Say} t @param {Say} words */
  constructor(context, t, words) {
    this.#context = context;
    this.#t = t;
    this.#words = words;
    this.#kept = preferences();
    this.#choices = keptChoices(localStorage, this.#kept.interviewLanguage ?? context.language);
    context.interviewIn(spoken(this.#choices));
  }

  /** @returns {string} why it cannot begin like that, or '' */
  get problem() {
    return needsConsent(this.#choices) ? this.#t('pressure-needed') : '';
  }

  /** To where it can be mended. */
  showProblem() {
    this.#asks.querySelector('input')?.focus();
  }

  request() {
    return requestOf(this.#choices, this.#kept.voices[spoken(this.#choices)], Math.random());
  }

  /** The voices that there are. @param {Status} status */
  told(status) {
    this.#status = status;
    this.#renderVoice();
  }

  view() {
    const t = this.#t;
    const words = this.#words;
    const choose = (/** @type {Partial<import('./choices.js').Choices>} */ change) => this.#choose(change);
    const minutes = MINUTES.map((n) => /** @type {const} */ ([String(n), words('minutes', { n })]));
    const hard = DIFFICULTIES.map((each) => /** @type {const} */ ([each, words(`difficulty-${each}`)]));
    const people = INTERVIEWERS.map((n) => /** @type {const} */ ([String(n), t('interviewers-n', { n })]));
    const { keepAudio } = this.#kept;
    this.#renderAsks();
    this.#renderVoice();
    return card(
      t('choices'),
      { class: 'choices' },
      this.#kinds(),
      this.#asks,
      segmented(t('length'), minutes, String(this.#choices.minutes), (value) => choose({ minutes: Number(value) }), { class: 'tight' }),
      segmented(t('difficulty'), hard, this.#choices.difficulty, (difficulty) => choose({ difficulty })),
      segmented(t('interviewers'), people, String(this.#choices.interviewers), (value) => choose({ interviewers: Number(value) })),
      this.#voice,
      toggle(t('keep-audio'), keepAudio, (on) => savePreferences({ keepAudio: on }), { hint: t('keep-audio-hint') }),
    );
  }

  #kinds() {
    const name = newId('kind');
    const options = KINDS.map((kind) => {
      const input = el('input', { type: 'radio', name, value: kind, checked: kind === this.#choices.kind });
      input.addEventListener('change', () => this.#choose({ kind }));
      const about = el('span', { class: 'about' }, this.#t(`about-${kind}`));
      return el('label', { class: 'kind' }, input, el('span', { class: 'kind-name' }, this.#words(`kind-${kind}`)), about);
    });
    return el('fieldset', { class: 'kinds' }, el('legend', {}, this.#t('kind-of-interview')), el('div', { class: 'kind-grid' }, options));
  }

  /** @param {Partial<import('./choices.js').Choices>} change */
  #choose(change) {
    const before = spoken(this.#choices);
    this.#choices = { ...this.#choices, ...change };
    keepChoices(localStorage, this.#choices);
    if (change.kind !== undefined) this.#renderAsks();
    if (spoken(this.#choices) === before) return;
    this.#context.interviewIn(spoken(this.#choices));
    this.#renderVoice();
  }

  /** What only some kinds ask: the language, or whether pressure is wanted. */
  #renderAsks() {
    const t = this.#t;
    const { kind, language, pressure } = this.#choices;
    const languages = [/** @type {const} */ (['ko', this.#words('language-ko')]), /** @type {const} */ (['en', this.#words('language-en')])];
    this.#asks.replaceChildren(
      ...(kind === 'pressure' ? [toggle(t('pressure'), pressure, (on) => this.#choose({ pressure: on }), { hint: t('pressure-hint') })] : []),
      ...(kind === 'english' ? [] : [segmented(t('spoken'), languages, language, (value) => this.#choose({ language: value === 'en' ? 'en' : 'ko' }))]),
    );
    this.#asks.hidden = this.#asks.childElementCount === 0;
  }

  #renderVoice() {
    const language = spoken(this.#choices);
    const voices = (this.#status?.voices ?? []).filter((voice) => voice.language.slice(0, 2) === language);
    this.#voice.hidden = this.#status === null || !this.#status.ready;
    if (voices.length === 0) {
      this.#voice.replaceChildren(notice('warn', this.#t('voice-none')));
      return;
    }
    const named = voices.map((voice) => {
      const label = voice.local ? voice.name : this.#t('voice-cloud', { name: voice.name });
      return /** @type {const} */ ([voice.id, label]);
    });
    const chosen = this.#kept.voices[language] ?? '';
    const node = select([['', this.#t('voice-best')], ...named], chosen, (value) => {
      this.#kept.voices[language] = value === '' ? null : value;
      savePreferences({ voices: this.#kept.voices });
    });
    this.#voice.replaceChildren(field(this.#t('voice'), node));
  }
}
