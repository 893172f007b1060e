// @ts-check
/** How the interviewer speaks and waits: language, patience, voices, captions, sound. Saved at once. */

import { voiceSample } from '../api.js';
import { button, field, segmented, select, toggle } from '../components.js';
import { el, setText } from '../dom.js';
import { preferences, savePreferences } from '../preferences.js';
import { watchStatus } from '../status-watch.js';
import { companyOf, plainName, voicesFor } from '../status.js';

/**
 * @typedef {import('../texts.js').Say} Say
 * @typedef {import('../router.js').Context} Context
 * @typedef {import('../status.js').Voice} Voice
 */

/** @param {Say} t @param {Context} context */
export function talking(t, context) {
  const kept = preferences();
  const voices = el('div', { class: 'stack' });
  watchStatus((status) => {
    voices.replaceChildren(...(/** @type {const} */ (['ko', 'en'])).map((language) => voiceField(t, context, language, voicesFor(status, language))));
  }, context.signal);
  const languages = /** @type {const} */ ([['', t('asPage')], ['ko', t('korean')], ['en', t('english')]]);
  return [
    segmented(t('interviewLanguage'), languages, kept.interviewLanguage ?? '', (value) =>
      savePreferences({ interviewLanguage: value === 'ko' || value === 'en' ? value : null }),
    ),
    patience(t, kept.patience),
    voices,
    toggle(t('captions'), kept.captions, (captions) => savePreferences({ captions }), { hint: t('captionsHint') }),
    toggle(t('keepAudio'), kept.keepAudio, (keepAudio) => savePreferences({ keepAudio }), { hint: t('keepAudioHint') }),
  ];
}

/** @param {Say} t @param {import('../preferences.js').Preferences['patience']} chosen */
function patience(t, chosen) {
  const explained = el('p', { class: 'hint', 'aria-live': 'polite' }, t(`patience-${chosen}`));
  const choices = /** @type {const} */ ([['quick', t('quick')], ['normal', t('normal')], ['patient', t('patient')]]);
  const choose = (/** @type {string} */ value) => {
    savePreferences({ patience: /** @type {any} */ (value) });
    setText(explained, t(`patience-${value}`));
  };
  return el('div', {}, segmented(t('patience'), choices, chosen, choose), explained);
}

/**
 * @param {Say} t
 * @param {Context} context
 * @param {'ko' | 'en'} language
 * @param {readonly Voice[]} voices best first
 */
function voiceField(t, context, language, voices) {
  if (voices.length === 0) return el('div', { class: 'field' }, el('p', { class: 'label' }, t(`voice-${language}`)), el('p', { class: 'hint' }, t('none')));
  const best = voices.find((voice) => voice.local);
  const kept = preferences().voices[language];
  let voice = voices.find(({ id }) => id === kept) ?? best;
  const hint = el('p', { class: 'hint', 'aria-live': 'polite' });
  const listen = button(t('listen'), { class: 'small', 'aria-label': t(`listen-${language}`) });
  const player = new SamplePlayer(listen, t(`listen-${language}`), t, context);
  listen.addEventListener('click', () => voice !== undefined && void player.toggle(voice.id));
  const show = () => {
    listen.disabled = voice === undefined;
    setText(hint, voice === undefined ? t('writtenHint') : t(hintOf(voice), { company: companyOf(voice) }));
  };
  const choose = (/** @type {string} */ id) => {
    savePreferences({ voices: { ...preferences().voices, [language]: id === '' ? null : id } });
    voice = voices.find((each) => each.id === id) ?? best;
    show();
  };
  show();
  const first = best === undefined ? t('written') : t('best', { name: plainName(best) });
  /** @type {[string, string][]} */
  const choices = [['', first], ...voices.map((each) => /** @type {[string, string]} */ ([each.id, nameOf(t, each)]))];
  const choice = field(t(`voice-${language}`), select(choices, voices.some(({ id }) => id === kept) ? kept ?? '' : '', choose));
  return el('div', { class: 'voice' }, choice, listen, hint);
}

/** @param {Say} t @param {Voice} voice */
function nameOf(t, voice) {
  const what = voice.local ? (voice.last_resort ? t('basic') : '') : t('cloud', { company: companyOf(voice) });
  return what === '' ? plainName(voice) : `${plainName(voice)} (${what})`;
}

/** @param {Voice} voice */
function hintOf(voice) {
  if (!voice.local) return 'cloudHint';
  return voice.last_resort ? 'basicHint' : '';
}

/** One sample at a time on its button; pressed again it stops. */
class SamplePlayer {
  #button;
  #name;
  #t;
  #context;
  /** @type {HTMLAudioElement | null} */
  #audio = null;

  /**
   * @param {HTMLButtonElement} listen
   * @param {string} name what it is called while nothing plays
   * @param {Say} t
   * @param {Context} context
   */
  constructor(listen, name, t, context) {
    this.#button = listen;
    this.#name = name;
    this.#t = t;
    this.#context = context;
    context.signal.addEventListener('abort', () => this.#stop());
  }

  /** @param {string} voice */
  async toggle(voice) {
    if (this.#audio !== null) return this.#stop();
    const audio = (this.#audio = new Audio());
    this.#label('stopListening', this.#t('stopListening'));
    try {
      const sound = await voiceSample(voice, { signal: this.#context.signal });
      if (this.#audio !== audio) return;
      audio.src = URL.createObjectURL(sound);
      audio.addEventListener('ended', () => this.#stop());
      await audio.play();
    } catch (error) {
      if (this.#audio !== audio || this.#context.signal.aborted) return;
      this.#stop();
      this.#context.alert(this.#t('soundFailed', { reason: error instanceof Error ? error.message : '' }));
    }
  }

  #stop() {
    this.#audio?.pause();
    if (this.#audio?.src) URL.revokeObjectURL(this.#audio.src);
    this.#audio = null;
    this.#label('listen', this.#name);
  }

  /** @param {string} key @param {string} name */
  #label(key, name) {
    setText(this.#button, this.#t(key));
    this.#button.setAttribute('aria-label', name);
  }
}
