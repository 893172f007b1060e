// @ts-check
/** Puts the interview on its page: the presence in the middle, where it stands above, words and tools below. */

import { CaptionView } from '../caption-view.js';
import { hasText } from '../captions.js';
import { button, icon } from '../components.js';
import { el, setText } from '../dom.js';
import { orb } from '../orb.js';
import { textOf } from '../texts.js';
import { banners } from './banners.js';
import { RING_SECONDS } from './candidate-mic.js';
import { clock, duration } from './clock.js';
import { curtain } from './curtain.js';
import { elapsed, preparationLeft, presence } from './state.js';
import { Toolbar } from './toolbar.js';

/**
 * @typedef {import('./state.js').Interview} Interview
 * @typedef {import('./toolbar.js').Shown} Shown
 * @typedef {import('../texts.js').PageLanguage} PageLanguage
 * @typedef {{ name: string, title: string }} Persona
 * @typedef {{ interviewers: readonly Persona[], questions: readonly {id: string, text: string}[] }} Plan
 * @typedef {'open' | 'open-again' | null} Opening what stands before the interview, waiting for a press
 */
/**
 * @typedef {import('./toolbar.js').Actions & {
 *   begin: () => void, ready: () => void, resume: () => void, leave: () => void, useMicrophone: () => void,
 *   closeNotice: (id: number) => void, closeGap: () => void, notes: (text: string) => void, go: (path: string) => void,
 * }} ViewActions
 */

/** What is not the interview's own is said as in any conversation. */
export const TEXTS = Object.freeze(['interview', 'call']);
/** Beyond this a wait is long enough to be told that the last words are not all that is kept. */
const LONG_LOSS_MS = RING_SECONDS * 1000;

export class InterviewView {
  #root;
  #plan;
  #actions;
  #parts;
  #captions;
  #tools;
  /** @type {PageLanguage | null} */
  #language = null;
  /** @type {Interview | null} */
  #before = null;
  #curtain = '';

  /**
   * @param {HTMLElement} root in the document already
   * @param {Plan} plan
   * @param {ViewActions} actions
   * @param {string} notes as they are kept
   */
  constructor(root, plan, actions, notes) {
    this.#root = root;
    this.#plan = plan;
    this.#actions = actions;
    this.#tools = new Toolbar(actions);
    this.#parts = build(root, this.#tools, actions, notes);
    this.#captions = new CaptionView();
  }

  /** @param {import('./keys.js').Action} name */
  focusTool(name) {
    this.#tools.focus(name);
  }

  focusNotes() {
    this.#parts.notes.focus();
  }

  /**
   * @param {Interview} state
   * @param {Shown} shown
   * @param {PageLanguage} language
   * @param {Opening} opening
   */
  render(state, shown, language, opening) {
    const relabel = this.#language !== language;
    const before = this.#before;
    this.#language = language;
    this.#before = state;
    const t = textOf(TEXTS, language);
    const now = presence(state);
    const { talk } = state;
    Object.assign(this.#root.dataset, {
      phase: now === 'preparing' || now === 'paused' ? 'idle' : now === 'lost' ? 'connecting' : now,
      presence: now,
      held: talk.held && now === 'speaking',
      captions: shown.captions && talk.captions.some(hasText),
      notes: shown.notes,
      muted: state.muted,
    });
    if (relabel) this.#label(t);
    this.#renderPlace(state, t);
    this.#renderNow(state, t);
    this.#renderBanners(state, t);
    this.#tools.render(state, shown, t);
    this.#parts.notesPanel.hidden = !shown.notes;
    this.#parts.captions.hidden = !shown.captions;
    if (!shown.captions) this.#parts.latest.hidden = true;
    if (relabel || before?.talk.captions !== talk.captions) this.#captions.render(talk.captions, language, relabel);
    this.#renderCurtain(state, t, opening, relabel);
  }

  /**
   * What moves: called for every animation frame.
   * @param {Interview} state
   * @param {number} microphone in [0, 1]
   * @param {number} voice in [0, 1]
   * @param {number} now
   */
  tick(state, microphone, voice, now) {
    this.#root.style.setProperty('--mic', microphone.toFixed(3));
    this.#root.style.setProperty('--voice', voice.toFixed(3));
    const { elapsedNow, countdown } = this.#parts;
    const seconds = Math.min(elapsed(state, now), 359_999);
    setText(elapsedNow, clock(seconds));
    if (elapsedNow.dateTime !== duration(seconds)) elapsedNow.dateTime = duration(seconds);
    const left = preparationLeft(state, now);
    if (left !== null) setText(countdown, clock(Math.ceil(left)));
    const long = state.lostAt !== null && now - state.lostAt > LONG_LOSS_MS;
    if (this.#root.dataset.long !== String(long)) {
      this.#root.dataset.long = String(long);
      if (this.#language !== null) this.#renderNow(state, textOf(TEXTS, this.#language));
    }
  }

  /** @param {import('../texts.js').Say} t */
  #label(t) {
    const { title, captions, latest, notes, notesPanel, notesLabel, notesHint, ready, resume, later } = this.#parts;
    setText(title, t('title'));
    captions.setAttribute('aria-label', t('captions'));
    setText(latest, t('latest'));
    setText(notesLabel, t('notesLabel'));
    setText(notesHint, t('notesHint'));
    for (const node of [notes, notesPanel]) node.setAttribute('aria-label', t('notesLabel'));
    setText(ready, t('ready'));
    setText(resume, t('resume'));
    setText(later, t('later'));
  }

  /** Who asks, how far it is, how long it has been. @param {Interview} state @param {import('../texts.js').Say} t */
  #renderPlace(state, t) {
    const { who, role, progress, steps, total } = this.#parts;
    const persona = this.#plan.interviewers[state.interviewer] ?? this.#plan.interviewers[0];
    setText(who, persona?.name ?? '');
    setText(role, persona?.title ?? '');
    const place = state.step === 'closing' || state.step === 'farewell' ? 'progressAfter' : state.number === 0 ? 'progressBefore' : 'progress';
    setText(progress, t(place, { number: state.number, count: state.count }));
    if (steps.childElementCount !== state.count) steps.replaceChildren(...Array.from({ length: state.count }, () => el('span', {})));
    for (const [index, step] of [...steps.children].entries()) {
      const done = index + 1 < state.number || place === 'progressAfter';
      /** @type {HTMLElement} */ (step).dataset.step = done ? 'done' : index + 1 === state.number ? 'now' : 'ahead';
    }
    setText(total, state.totalS > 0 ? `/ ${clock(state.totalS)}` : '');
  }

  /**
   * What is going on, where it is not the ordinary give and take: that the figure shows without words.
   * @param {Interview} state
   * @param {import('../texts.js').Say} t
   */
  #renderNow(state, t) {
    const { word, hint, preparation, topic, pausedActions, unseen } = this.#parts;
    const now = presence(state);
    const name = t(`state-${now}`, { place: state.talk.place });
    setText(unseen, state.talk.held && now === 'speaking' ? t('phase-held') : name);
    const said = ['connecting', 'loading', 'queued', 'paused', 'lost', 'preparing'].includes(now);
    setText(word, said ? name : '');
    const long = this.#root.dataset.long === 'true';
    const spoke = now === 'lost' && !long && state.ending === '';
    setText(hint, said ? t(now === 'lost' ? (spoke ? 'hint-lost' : 'hint-lost-wait') : `hint-${now}`, { seconds: RING_SECONDS }) : '');
    preparation.hidden = now !== 'preparing';
    const question = this.#plan.questions.find(({ id }) => id === state.questionId);
    const showTopic = state.preparationFrom !== null && question !== undefined;
    topic.hidden = !showTopic;
    setText(/** @type {HTMLElement} */ (topic.firstElementChild), t('topic'));
    setText(/** @type {HTMLElement} */ (topic.lastElementChild), question?.text ?? '');
    pausedActions.hidden = now !== 'paused';
  }

  /**
   * @param {Interview} state
   * @param {import('../texts.js').Say} t
   */
  #renderBanners(state, t) {
    const rows = banners(state, t, this.#actions);
    const { banners: place } = this.#parts;
    const key = JSON.stringify([this.#language, rows.map(([name]) => name)]);
    if (place.dataset.rows === key) return;
    place.dataset.rows = key;
    place.replaceChildren(...rows.map(([, make]) => make()));
  }

  /**
   * @param {Interview} state
   * @param {import('../texts.js').Say} t
   * @param {Opening} opening
   * @param {boolean} relabel
   */
  #renderCurtain(state, t, opening, relabel) {
    const kind = opening ?? (state.talk.phase === 'error' ? `error ${state.talk.problem}` : state.ending);
    const { place } = this.#parts;
    this.#root.dataset.curtain = String(kind !== '');
    if (kind === this.#curtain && !relabel) return;
    this.#curtain = kind;
    place.replaceChildren(...(kind === '' ? [] : [curtain(kind, state, t, this.#actions)]));
    if (kind !== '' && opening === null) place.querySelector('h1')?.focus();
  }
}

/**
 * @param {HTMLElement} root
 * @param {Toolbar} tools
 * @param {ViewActions} actions
 * @param {string} kept
 */
function build(root, tools, actions, kept) {
  const title = el('h1', { class: 'unseen' });
  const who = el('span', { class: 'iv-name' });
  const role = el('span', { class: 'iv-role' });
  const progress = el('span', { class: 'iv-count' });
  const steps = el('span', { class: 'iv-steps', 'aria-hidden': 'true' });
  const elapsedNow = el('time', { class: 'iv-elapsed' });
  const total = el('span', { class: 'iv-total' });
  const unseen = el('p', { id: 'presence', class: 'unseen' });
  const word = el('p', { class: 'iv-word' });
  const hint = el('p', { class: 'iv-hint' });
  const countdown = el('span', { class: 'iv-countdown', role: 'timer' });
  const ready = button('', { kind: 'primary', onClick: actions.ready });
  const preparation = el('div', { class: 'iv-preparation', hidden: true }, countdown, ready);
  const topic = el('div', { class: 'iv-topic', hidden: true }, el('p', { class: 'iv-topic-label' }), el('p', {}));
  const resume = button('', { kind: 'primary', onClick: actions.resume });
  const later = button('', { kind: 'quiet', onClick: actions.leave });
  const pausedActions = el('div', { class: 'actions', hidden: true }, resume, later);
  const banner = el('div', { class: 'iv-banners', role: 'status' });
  const captions = el('section', { id: 'captions', tabIndex: 0 }, el('ol', { id: 'lines' }));
  const latest = button('', { kind: 'quiet', class: 'small', id: 'latest', hidden: true });
  const notes = el('textarea', { value: kept, on: { input: () => actions.notes(notes.value) } });
  const notesLabel = el('h2', {});
  const notesHint = el('p', { class: 'hint' });
  const notesPanel = el('section', { class: 'iv-notepad', hidden: true }, notesLabel, notes, notesHint);
  const place = el('div', { class: 'iv-curtain' });
  root.append(
    title,
    el('div', { class: 'iv-top' }, el('p', { class: 'iv-who' }, who, role), el('p', { class: 'iv-progress' }, progress, steps), el('p', { class: 'iv-clock' }, elapsedNow, total)),
    banner,
    el(
      'div',
      { class: 'iv-body' },
      el('div', { class: 'iv-stage' }, el('div', { class: 'iv-figure' }, orb(), el('span', { class: 'iv-badge', 'aria-hidden': 'true' }, icon('mic-off'))), unseen, word, hint, preparation, topic, pausedActions, captions, latest),
      notesPanel,
    ),
    el('div', { id: 'spoken', class: 'unseen', role: 'log' }),
    el('div', { class: 'iv-bottom' }, tools.hold, tools.node),
    place,
  );
  return { title, who, role, progress, steps, elapsedNow, total, unseen, word, hint, countdown, ready, preparation, topic, resume, later, pausedActions, banners: banner, captions, latest, notes, notesLabel, notesHint, notesPanel, place };
}
