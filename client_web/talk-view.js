// @ts-check
/** Puts the state of free talk on its page. */

import { CaptionView } from './caption-view.js';
import { hasText } from './captions.js';
import { button, icon, notice, segmented } from './components.js';
import { el, setAlert, setText } from './dom.js';
import { orb } from './orb.js';
import { preferences } from './preferences.js';
import { inCall } from './session.js';
import { voiceFor } from './status.js';
import { textOf } from './texts.js';

/**
 * @typedef {import('./session.js').State} State
 * @typedef {import('./texts.js').PageLanguage} PageLanguage
 * @typedef {{ start: () => void, stop: () => void, language: (language: string) => void, closeNotice: (id: number) => void }} Actions
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

export class TalkView {
  #root;
  #actions;
  #parts;
  #captions;
  /** @type {State | null} */
  #shown = null;
  /** @type {PageLanguage | null} */
  #language = null;

  /**
   * @param {HTMLElement} root in the document already
   * @param {Actions} actions
   */
  constructor(root, actions) {
    this.#root = root;
    this.#actions = actions;
    this.#parts = build(root, actions);
    this.#captions = new CaptionView();
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
    const t = textOf(['talk', 'call'], language);
    if (relabel) this.#label(t);
    if (relabel) this.#renderLanguages(state, t);
    this.#renderPhase(state, t);
    this.#renderVoice(state, t);
    if (relabel || before?.notices !== state.notices) this.#renderNotices(state, t);
    if (relabel || before?.captions !== state.captions) this.#captions.render(state.captions, language, relabel);
  }

  /**
   * Moves the orb and the meter; called for every animation frame while talking.
   * @param {number} microphone in [0, 1]
   * @param {number} voice in [0, 1]
   */
  levels(microphone, voice) {
    this.#root.style.setProperty('--mic', microphone.toFixed(3));
    this.#root.style.setProperty('--voice', voice.toFixed(3));
  }

  focusStart() {
    this.#parts.start.focus();
  }

  focusStop() {
    this.#parts.stop.focus();
  }

  /** @param {import('./texts.js').Say} t */
  #label(t) {
    const { stop, startHint, captions, latest, meter } = this.#parts;
    setText(stop, t('stop'));
    setText(startHint, t('startHint'));
    setText(latest, t('latest'));
    captions.setAttribute('aria-label', t('captions'));
    meter.setAttribute('aria-label', t('level'));
  }

  /** @param {State} state @param {import('./texts.js').Say} t */
  #renderLanguages(state, t) {
    const { languages } = this.#parts;
    const focused = languages.contains(document.activeElement);
    const choices = /** @type {const} */ ([['ko', t('korean')], ['en', t('english')]]);
    languages.replaceChildren(segmented(t('interviewLanguage'), choices, state.language, this.#actions.language));
    if (focused) /** @type {HTMLElement | null} */ (languages.querySelector('input:checked'))?.focus();
  }

  /** @param {State} state @param {import('./texts.js').Say} t */
  #renderPhase(state, t) {
    const { word, hint, start, setup, languages, startHint, bar, micSilent } = this.#parts;
    const [wordKey = '', hintKey = ''] = wordKeys(state);
    Object.assign(this.#root.dataset, { phase: state.phase, held: state.held, talked: state.captions.some(hasText) });
    setText(word, t(wordKey));
    const detail = state.phase === 'error' ? state.detail : '';
    setText(hint, [t(hintKey, { place: state.place }), detail].join(' ').trim());
    setText(start, t(startKey(state)));
    setup.hidden = inCall(state);
    languages.hidden = canResume(state);
    startHint.hidden = state.phase !== 'idle' || state.captions.length > 0;
    bar.hidden = !inCall(state);
    setAlert(micSilent, state.micSilent ? t('mic-silent') : '');
  }

  /** @param {State} state @param {import('./texts.js').Say} t */
  #renderVoice(state, t) {
    const { status } = state;
    const spoken = status === null ? undefined : voiceFor(status, state.language, preferences().voices[state.language]);
    let key = '';
    if (status?.ready && spoken === undefined) key = 'no-voice';
    else if (spoken?.last_resort) key = 'rough-voice';
    setAlert(this.#parts.voiceNote, canResume(state) ? '' : t(key));
  }

  /** @param {State} state @param {import('./texts.js').Say} t */
  #renderNotices(state, t) {
    const rows = state.notices.map(({ id, code, message }) => {
      const onClose = () => this.#actions.closeNotice(id);
      return notice('info', t(`notice-${code}`) || message, { onClose, closeLabel: t('close') });
    });
    this.#parts.notices.replaceChildren(...rows);
  }
}

/**
 * @param {HTMLElement} root
 * @param {Actions} actions
 */
function build(root, actions) {
  const word = el('h1', { id: 'word' });
  const hint = el('p', { id: 'hint' });
  const micSilent = el('p', { id: 'mic-silent', class: 'warning', role: 'alert', hidden: true });
  const notices = el('div', { id: 'notices', role: 'status' });
  const languages = el('div', { id: 'languages' });
  const voiceNote = el('p', { id: 'voice-note', class: 'warning', hidden: true });
  const start = button('', { kind: 'primary', class: 'large', id: 'start', onClick: actions.start });
  const startHint = el('p', { id: 'start-hint', class: 'hint' });
  const setup = el('div', { id: 'setup' }, languages, voiceNote, start, startHint);
  const captions = el('section', { id: 'captions', tabIndex: 0 }, el('ol', { id: 'lines' }));
  const latest = button('', { kind: 'quiet', class: 'small', id: 'latest', hidden: true });
  const track = el('span', { class: 'track' }, el('span', { class: 'fill' }));
  const meter = el('div', { class: 'meter', role: 'img' }, icon('mic'), track);
  const stop = button('', { kind: 'danger', id: 'stop', onClick: actions.stop });
  const bar = el('div', { id: 'bar', hidden: true }, meter, stop);
  root.append(
    el('div', { class: 'stage' }, orb(), el('div', { role: 'status' }, word, hint), micSilent, notices, setup),
    captions,
    latest,
    el('div', { id: 'spoken', class: 'unseen', role: 'log' }),
    bar,
  );
  return { word, hint, micSilent, notices, languages, voiceNote, start, startHint, setup, captions, latest, meter, stop, bar };
}
