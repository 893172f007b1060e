// @ts-check
/** Puts the state on the page. */

import { CaptionView } from './caption-view.js';
import { hasText } from './captions.js';
import { element, make, setAlert, setText } from './dom.js';
import { text } from './i18n.js';
import { inCall } from './session.js';
import { outside, voiceFor } from './status.js';

/**
 * @typedef {import('./session.js').State} State
 * @typedef {'ko' | 'en'} PageLanguage
 */

/** Problems after which the conversation goes on where it was. */
const RESUMABLE = new Set(['lost', 'mic-lost']);

/** @param {State} state */
export function canResume(state) {
  return state.phase === 'error' && RESUMABLE.has(state.problem ?? '');
}

/**
 * Which of the texts the big word and its hint show now.
 * @param {State} state
 */
function wordKeys(state) {
  if (state.phase === 'error') return [`problem-${state.problem}`, `help-${state.problem}`];
  if (state.phase === 'idle' && state.captions.length > 0) return ['phase-ended', 'hint-ended'];
  if (state.phase === 'speaking' && state.held) return ['phase-held', ''];
  return [`phase-${state.phase}`, `hint-${state.phase}`];
}

/** @param {State} state */
function startKey(state) {
  if (canResume(state)) return 'reconnect';
  if (state.phase === 'error') return 'retry';
  return state.captions.length > 0 ? 'again' : 'start';
}

export class View {
  #page = document.documentElement;
  #captions = new CaptionView();
  /** @type {State | null} */
  #shown = null;
  /** @type {PageLanguage | null} */
  #language = null;
  #onCloseNotice;

  /** @param {(id: number) => void} onCloseNotice */
  constructor(onCloseNotice) {
    this.#onCloseNotice = onCloseNotice;
  }

  /**
   * @param {State} state
   * @param {PageLanguage} language
   */
  render(state, language) {
    const before = this.#shown;
    const relabel = this.#language !== language;
    this.#shown = state;
    this.#language = language;
    if (relabel) this.#label(language);
    this.#renderPhase(state, language);
    this.#renderPrivacy(state, language);
    if (relabel || before?.notices !== state.notices) this.#renderNotices(state, language);
    if (relabel || before?.captions !== state.captions) this.#captions.render(state.captions, language, relabel);
  }

  /**
   * Moves the orb and the meter; called for every animation frame while talking.
   * @param {number} microphone in [0, 1]
   * @param {number} voice in [0, 1]
   */
  levels(microphone, voice) {
    this.#page.style.setProperty('--mic', microphone.toFixed(3));
    this.#page.style.setProperty('--voice', voice.toFixed(3));
  }

  /** @param {PageLanguage} language */
  #label(language) {
    this.#page.lang = language;
    document.title = text(language, 'title');
    for (const node of document.querySelectorAll('[data-text]')) {
      node.textContent = text(language, node.getAttribute('data-text') ?? '');
    }
    for (const node of document.querySelectorAll('[data-label]')) {
      node.setAttribute('aria-label', text(language, node.getAttribute('data-label') ?? ''));
    }
    element('page-language').lang = language === 'ko' ? 'en' : 'ko';
  }

  /**
   * @param {State} state
   * @param {PageLanguage} language
   */
  #renderPhase(state, language) {
    const [word = '', hint = ''] = wordKeys(state);
    this.#page.dataset.phase = state.phase;
    this.#page.dataset.held = String(state.held);
    this.#page.dataset.talked = String(state.captions.some(hasText));
    setText(element('word'), text(language, word));
    const values = { place: String(state.place) };
    setText(element('hint'), [text(language, hint, values), state.phase === 'error' ? state.detail : ''].join(' ').trim());
    setText(element('start'), text(language, startKey(state)));
    element('setup').hidden = inCall(state);
    element('languages').hidden = canResume(state);
    element('start-hint').hidden = state.phase !== 'idle' || state.captions.length > 0;
    element('bar').hidden = !inCall(state);
    setAlert(element('mic-silent'), state.micSilent ? text(language, 'mic-silent') : '');
    for (const radio of document.querySelectorAll('input[name="language"]')) {
      if (radio instanceof HTMLInputElement) radio.checked = radio.value === state.language;
    }
  }

  /**
   * @param {State} state
   * @param {PageLanguage} language
   */
  #renderPrivacy(state, language) {
    const { status } = state;
    const sentences = [];
    let voiceNote = '';
    if (status !== null) {
      const { voice, model } = outside(status, state.language);
      const here = isLoopback(location.hostname);
      const nothing = voice === null && model === null;
      sentences.push(text(language, here ? (nothing ? 'private-all' : 'private-here') : 'private-there', { host: location.host }));
      if (model !== null) sentences.push(text(language, 'leaves-model', { model }));
      if (voice !== null) sentences.push(text(language, 'leaves-voice', { voice: voice.name }));
      const spoken = voiceFor(status, state.language);
      if (canResume(state)) voiceNote = '';
      else if (status.ready && spoken === undefined) voiceNote = 'no-voice';
      else if (spoken?.last_resort) voiceNote = 'rough-voice';
      element('privacy').dataset.outside = String(!nothing);
    }
    setText(element('privacy-text'), sentences.join(' '));
    setAlert(element('voice-note'), text(language, voiceNote));
  }

  /**
   * @param {State} state
   * @param {PageLanguage} language
   */
  #renderNotices(state, language) {
    const rows = state.notices.map(({ id, code, message }) => {
      const row = make('li', 'notice');
      const close = make('button', 'notice-close', '×');
      close.setAttribute('aria-label', text(language, 'close'));
      close.setAttribute('type', 'button');
      close.addEventListener('click', () => this.#onCloseNotice(id));
      row.append(make('span', 'notice-text', text(language, `notice-${code}`) || message), close);
      return row;
    });
    element('notices').replaceChildren(...rows);
  }

}

/** @param {string} host */
function isLoopback(host) {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.') || host.endsWith('.localhost');
}
