// @ts-check
/** The interview: one focus, hands free. What it needs is around it and within reach, and out of the way. */

import { reportJob, session } from '../api.js';
import { ask, toggle } from '../components.js';
import { el } from '../dom.js';
import { inspect } from '../inspect.js';
import { InterviewCall } from '../interview/interview-call.js';
import { keysHelp } from '../interview/keys-help.js';
import { actionOf, focusOf } from '../interview/keys.js';
import { readNotes, writeNotes } from '../interview/notes.js';
import { known, planOf } from '../interview/record.js';
import { initialInterview, presence, reduceInterview } from '../interview/state.js';
import { InterviewView, TEXTS } from '../interview/view.js';
import { WakeLock } from '../interview/wake-lock.js';
import { needle, smooth } from '../meter.js';
import { preferences, savePreferences } from '../preferences.js';
import { textOf } from '../texts.js';
import { recordTimings } from '../timings-log.js';

/** @typedef {import('../router.js').Context} Context */

const KEYS = 'moui.keys';
/** Time to read that it is over, before the report opens by itself. */
const TO_REPORT_MS = 4000;
/** These are told to a screen reader; the others are heard anyway. */
const ALOUD = new Set(['listening', 'preparing', 'paused', 'lost', 'queued', 'loading']);

class InterviewPage {
  #context;
  #id;
  #record;
  #state;
  #view;
  #wake;
  /** @type {InterviewCall | null} */
  #call = null;
  /** @type {import('../interview/view.js').Opening} */
  #opening;
  #shown = { captions: preferences().captions, notes: false, keys: localStorage.getItem(KEYS) !== 'off' };
  #levels = { microphone: 0, voice: 0 };

  /**
   * @param {HTMLElement} root
   * @param {Context} context
   * @param {any} record of the interview
   */
  constructor(root, context, record) {
    this.#context = context;
    this.#id = context.route.params.session ?? '';
    this.#record = record;
    this.#state = initialInterview(record.plan.request.language, known(record));
    this.#wake = new WakeLock(context.signal);
    this.#opening = record.turns.length > 0 ? 'open-again' : 'open';
    this.#view = new InterviewView(root, planOf(record), this.#actions(), readNotes(this.#id));
    this.#listen(context.signal);
    inspect({ state: () => this.#state, stats: () => ({ ...this.#call?.stats }) });
    if (record.summary.status === 'finished') this.#tooLate();
    else if (navigator.userActivation?.hasBeenActive) this.#begin();
    this.#render();
    const animate = () => {
      if (context.signal.aborted) return;
      this.#animate();
      requestAnimationFrame(animate);
    };
    animate();
  }

  relabel() {
    this.#render();
  }

  leave() {
    this.#call?.stop();
  }

  /** It was held to its end: there is nothing to go on with. */
  #tooLate() {
    this.#opening = null;
    this.#state = reduceInterview(this.#state, { type: 'local.line-over' }, 0);
  }

  /** @returns {import('../interview/view.js').ViewActions} */
  #actions() {
    return {
      act: (action) => this.#act(action),
      hold: (down) => this.#call?.hold(down),
      begin: () => this.#begin(),
      ready: () => this.#call?.control('ready'),
      resume: () => this.#act('pause'),
      leave: () => this.#leaveForLater(),
      useMicrophone: () => void this.#call?.useMicrophone(preferences().microphone),
      closeNotice: (id) => this.#dispatch({ type: 'local.notice-closed', id }),
      closeGap: () => this.#dispatch({ type: 'local.gap-told' }),
      notes: (text) => writeNotes(this.#id, text),
      go: (path) => this.#context.go(path === 'report' ? `/report/${this.#id}` : path),
    };
  }

  #begin() {
    this.#call?.stop();
    this.#opening = null;
    const { language } = this.#record.plan.request;
    const { microphone, speaker, patience, voices } = preferences();
    const voice = voices[/** @type {'ko' | 'en'} */ (language)];
    this.#call = new InterviewCall({
      id: this.#id,
      wishes: { microphone, speaker, patience, voice },
      dispatch: (event) => this.#dispatch(event),
      phase: () => this.#state.talk.phase,
    });
    this.#dispatch({ type: 'local.start' });
    void this.#call.start();
    this.#wake.want(true);
  }

  #leaveForLater() {
    this.#call?.stop();
    this.#dispatch({ type: 'local.stop' });
  }

  /** @param {import('../session.js').Event} event */
  #dispatch(event) {
    if (event.type === 'moui.turn.timings') recordTimings(event);
    const before = this.#state;
    this.#state = reduceInterview(before, event, performance.now());
    if (this.#state === before || this.#context.signal.aborted) return;
    this.#render();
    this.#tell(before);
    if (before.ending === '' && this.#state.ending !== '') this.#ended();
  }

  #render() {
    this.#view.render(this.#state, this.#shown, this.#context.language, this.#opening);
  }

  /** @param {import('../interview/state.js').Interview} before */
  #tell(before) {
    const now = presence(this.#state);
    const t = textOf(TEXTS, this.#context.language);
    if (before.line === 'lost' && this.#state.line === 'up') this.#context.say(t('back'));
    else if (now !== presence(before) && ALOUD.has(now)) this.#context.say(t(`state-${now}`, { place: this.#state.talk.place }));
  }

  #ended() {
    this.#wake.want(false);
    this.#call?.stop();
    if (this.#state.ending !== 'finished' && this.#state.ending !== 'ended_early') return;
    reportJob(this.#id).catch((error) => console.warn('moui: the report was not begun', error));
    const typing = document.activeElement instanceof HTMLTextAreaElement;
    if (typing) return;
    setTimeout(() => !this.#context.signal.aborted && this.#context.go(`/report/${this.#id}`), TO_REPORT_MS);
  }

  #animate() {
    const talking = this.#state.line === 'up' && !this.#state.paused;
    const { microphone, voice } = this.#levels;
    this.#levels.microphone = talking ? smooth(microphone, this.#state.muted ? 0 : (this.#call?.micNeedle ?? 0)) : 0;
    this.#levels.voice = talking ? smooth(voice, needle(this.#call?.voiceLevel() ?? 0)) : 0;
    this.#view.tick(this.#state, this.#levels.microphone, this.#levels.voice, performance.now());
  }

  // --- keys and tools -------------------------------------------------------------------------------------------------

  /** @param {import('../interview/keys.js').Action} action */
  #act(action) {
    const { line, paused, ending } = this.#state;
    const talking = line === 'up' && ending === '';
    if (action === 'mute') this.#call?.mute(!this.#state.muted);
    else if (action === 'push') this.#call?.usePushToTalk(!this.#state.pushToTalk);
    else if (action === 'captions') this.#show({ captions: !this.#shown.captions });
    else if (action === 'notes') this.#show({ notes: !this.#shown.notes });
    else if (action === 'help') void this.#help();
    else if (action === 'end') void this.#end();
    else if (action === 'pause' && talking) this.#call?.control(paused ? 'resume' : 'pause');
    else if (talking && !paused) this.#call?.control(action);
  }

  /** @param {Partial<import('../interview/toolbar.js').Shown>} change */
  #show(change) {
    Object.assign(this.#shown, change);
    if (change.captions !== undefined) savePreferences({ captions: change.captions });
    if (change.keys !== undefined) localStorage.setItem(KEYS, change.keys ? 'on' : 'off');
    this.#render();
    if (change.notes === true) this.#view.focusNotes();
    else if (change.notes === false) this.#view.focusTool('notes');
  }

  async #help() {
    const t = textOf('interview', this.#context.language);
    const keys = toggle(t('keysOn'), this.#shown.keys, (on) => this.#show({ keys: on }), { hint: t('keysHint') });
    await keysHelp(t, keys, this.#context.signal);
  }

  async #end() {
    if (this.#state.line === 'opening' || this.#state.ending !== '') return this.#context.go('/history');
    const t = textOf('interview', this.#context.language);
    const words = { confirm: t('endConfirm'), cancel: t('cancel'), kind: /** @type {const} */ ('danger') };
    if (!(await ask(t('endTitle'), el('p', {}, t('endText')), words)) || this.#context.signal.aborted) return;
    if (this.#state.line === 'up') this.#call?.control('end');
    else this.#leaveForLater();
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const down = (/** @type {KeyboardEvent} */ event) => {
      const { typing, pressing } = focusOf(/** @type {HTMLElement | null} */ (event.target));
      if (document.querySelector('dialog[open]') !== null || this.#opening !== null || this.#state.ending !== '') return;
      if (event.code === 'Escape' && this.#shown.notes && typing) return this.#show({ notes: false });
      const holds = event.code === 'Space' && this.#state.pushToTalk && !(pressing && !isHold(event.target));
      if (holds) {
        event.preventDefault();
        if (!event.repeat) this.#call?.hold(true);
        return;
      }
      const action = this.#shown.keys ? actionOf(event, typing) : null;
      if (action === null) return;
      event.preventDefault();
      this.#act(action);
    };
    addEventListener('keydown', down, { signal });
    addEventListener('keyup', (event) => event.code === 'Space' && this.#call?.hold(false), { signal });
    addEventListener('blur', () => this.#call?.hold(false), { signal });
    navigator.mediaDevices?.addEventListener('devicechange', () => this.#state.micAway && void this.#call?.useMicrophone(preferences().microphone), { signal });
  }
}

/** @param {EventTarget | null} target */
function isHold(target) {
  return target instanceof HTMLElement && target.classList.contains('hold');
}

/** @type {import('../router.js').Page} */
export const page = {
  quiet: true,
  title: ({ language }) => textOf('interview', language)('title'),
  async show(root, context) {
    const record = await session(context.route.params.session ?? '', { signal: context.signal });
    if (context.signal.aborted) return undefined;
    context.interviewIn(record.plan.request.language);
    const shown = new InterviewPage(root, context, record);
    return { leave: () => shown.leave(), relabel: () => shown.relabel() };
  },
};
