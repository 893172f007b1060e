// @ts-check
/** Before an interview: is everything heard that has to be heard, and how long does an answer take here? */

import { ApiError, createSession } from '../api.js';
import { el } from '../dom.js';
import { inspect } from '../inspect.js';
import { head, microphoneCard, rehearsalCard, speakerCard } from '../interview/check-cards.js';
import { initialCheck } from '../interview/check-state.js';
import { keepPlace } from '../interview/keep-place.js';
import { echo, room } from '../interview/measures.js';
import { about, reach } from '../interview/reach.js';
import { Rehearsal } from '../interview/rehearsal.js';
import { canChooseSpeaker, devices, SoundCheck } from '../interview/sound-check.js';
import { needle, smooth } from '../meter.js';
import { assertAllowed, MicrophoneError } from '../microphone.js';
import { preferences, savePreferences } from '../preferences.js';
import { textOf } from '../texts.js';

/**
 * @typedef {import('../router.js').Context} Context
 * @typedef {import('../interview/check-state.js').CheckState} CheckState
 */

const QUIET_MS = 2500;
/** Steps of the rehearsal that a screen reader tells; the others are heard. */
const ALOUD = new Set(['loading', 'speak', 'nothing', 'failed']);
/** The browser's own processing settles first. */
const SETTLE_MS = 600;
/** Voice is at least this much louder than the room. */
const ABOVE_ROOM_DB = 12;

class CheckPage {
  #root;
  #context;
  #about;
  /** @type {SoundCheck | null} */
  #sound = null;
  /** @type {Rehearsal | null} */
  #rehearsal = null;
  #level = 0;
  #shownLevel = 0;
  #state = initialCheck(preferences().speaker);

  /**
   * @param {HTMLElement} root
   * @param {Context} context
   * @param {{plan: any, planId: string, sessionId: string | null}} about
   */
  constructor(root, context, about) {
    this.#root = root;
    this.#context = context;
    this.#about = about;
    inspect({ state: () => this.#state, stats: () => ({}) });
    this.#render();
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#listDevices(), { signal: context.signal });
    void this.#openIfAllowed();
    const animate = () => {
      if (context.signal.aborted) return;
      this.#shownLevel = smooth(this.#shownLevel, needle(this.#level));
      root.style.setProperty('--mic', this.#shownLevel.toFixed(3));
      requestAnimationFrame(animate);
    };
    animate();
  }

  leave() {
    this.#rehearsal?.stop();
    this.#sound?.close().catch((error) => console.warn('moui: closing audio failed', error));
  }

  relabel() {
    this.#render();
  }

  // --- microphone and room --------------------------------------------------------------------------------------------

  /** Who has allowed it before, and has just pressed something, need not be asked to press again. */
  async #openIfAllowed() {
    try {
      const found = await navigator.permissions.query({ name: /** @type {PermissionName} */ ('microphone') });
      if (found.state === 'granted' && navigator.userActivation?.hasBeenActive) await this.#open();
    } catch {
      // A browser that does not tell is asked with the button.
    }
  }

  async #open() {
    if (this.#state.microphone === 'asking' || this.#sound !== null) return;
    this.#change({ microphone: 'asking', problem: null });
    try {
      assertAllowed();
      const sound = await SoundCheck.open(preferences(), {
        onLevel: (level) => (this.#level = level),
        onFrame: (frame, samples) => this.#rehearsal?.send(frame, samples),
        onPlayed: (report) => this.#rehearsal?.played(report),
        onLost: () => this.#change({ away: true }),
      });
      if (this.#context.signal.aborted) return void sound.close();
      this.#sound = sound;
      this.#change({ microphone: 'on' });
      await this.#listDevices();
      await this.#measure();
    } catch (error) {
      if (this.#context.signal.aborted) return;
      console.error('moui:', error);
      const problem = error instanceof MicrophoneError ? error.problem : 'audio-failed';
      const t = textOf('call', this.#context.language);
      this.#change({ microphone: 'failed', problem: { title: `${t(`problem-${problem}`)}.`, help: t(`help-${problem}`) } });
    }
  }

  async #listDevices() {
    if (this.#sound === null) return;
    const [microphones, speakers] = await Promise.all([devices('audioinput'), canChooseSpeaker() ? devices('audiooutput') : null]);
    if (!this.#context.signal.aborted) this.#change({ microphones, speakers, microphoneId: this.#sound.deviceId });
  }

  async #measure() {
    if (this.#sound === null || this.#state.measuring) return;
    this.#change({ measuring: true, echo: null });
    await this.#sound.levels(SETTLE_MS, this.#context.signal);
    const levels = await this.#sound.levels(QUIET_MS, this.#context.signal);
    if (this.#context.signal.aborted) return;
    const found = room(levels);
    this.#change({ measuring: false, room: found });
    this.#say(`room-${found.dead ? 'dead' : found.verdict}`);
  }

  /** @param {string} id */
  async #useMicrophone(id) {
    savePreferences({ microphone: id });
    try {
      await this.#sound?.useMicrophone(id);
      this.#change({ away: false, microphoneId: this.#sound?.deviceId ?? id });
      await this.#measure();
    } catch (error) {
      console.warn('moui:', error);
      this.#change({ away: true });
    }
  }

  /** @param {string} id */
  #useSpeaker(id) {
    savePreferences({ speaker: id === '' ? null : id });
    this.#change({ speakerId: id, echo: null });
    void this.#sound?.player.useSpeaker(id);
  }

  // --- speakers and rehearsal -----------------------------------------------------------------------------------------

  async #play() {
    if (this.#sound === null || this.#state.playing) return;
    this.#change({ playing: true });
    const levels = await this.#sound.ring(this.#context.signal);
    if (this.#context.signal.aborted) return;
    const found = echo(levels, this.#state.room?.db ?? -60);
    this.#change({ playing: false, echo: found });
    this.#say(`echo-${found.verdict}`);
  }

  #rehearse() {
    if (this.#sound === null) return;
    this.#rehearsal?.stop();
    const { language } = this.#about.plan.request;
    void this.#ping();
    this.#rehearsal = new Rehearsal({
      sound: this.#sound,
      language,
      voice: preferences().voices[/** @type {'ko' | 'en'} */ (language)],
      threshold: 10 ** (((this.#state.room?.db ?? -60) + ABOVE_ROOM_DB) / 20),
      tell: (rehearsal) => this.#heard(rehearsal),
    });
    this.#change({ rehearsal: this.#rehearsal.state });
  }

  /** @param {import('../interview/rehearsal.js').RehearsalState} rehearsal */
  #heard(rehearsal) {
    const { step } = rehearsal;
    const before = this.#state.rehearsal?.step;
    this.#change({ rehearsal });
    if (step === before) return;
    if (ALOUD.has(step)) this.#say(['nothing', 'failed'].includes(step) ? step : `step-${step}`);
    else if (step === 'done') this.#context.say(`${textOf('check', this.#context.language)('understood')}: ${rehearsal.text}`);
  }

  async #ping() {
    const from = performance.now();
    try {
      await reach(this.#context.signal);
      this.#change({ networkMs: performance.now() - from, outputMs: (this.#sound?.player.latencyS ?? 0) * 1000 });
    } catch {
      this.#change({ networkMs: null });
    }
  }

  #stop() {
    this.#rehearsal?.stop();
    this.#rehearsal = null;
    this.#change({ rehearsal: null });
  }

  async #begin() {
    const { planId, sessionId } = this.#about;
    try {
      const id = sessionId ?? (await createSession({ plan_id: planId, keep_audio: preferences().keepAudio })).session_id;
      this.#context.go(`/interview/${id}`);
    } catch (error) {
      if (!this.#context.signal.aborted) this.#context.alert(error instanceof ApiError ? error.message : String(error));
    }
  }

  /** The page is made anew at every change: a screen reader is told apart from it. @param {string} key */
  #say(key) {
    this.#context.say(textOf('check', this.#context.language)(key));
  }

  // --- showing --------------------------------------------------------------------------------------------------------

  /** @param {Partial<CheckState>} change */
  #change(change) {
    this.#state = { ...this.#state, ...change };
    if (!this.#context.signal.aborted) this.#render();
  }

  #render() {
    const { language } = this.#context;
    const { plan, sessionId } = this.#about;
    const t = textOf('check', language);
    const actions = {
      open: () => void this.#open(),
      useMicrophone: (/** @type {string} */ id) => void this.#useMicrophone(id),
      useSpeaker: (/** @type {string} */ id) => this.#useSpeaker(id),
      measure: () => void this.#measure(),
      play: () => void this.#play(),
      rehearse: () => this.#rehearse(),
      stop: () => this.#stop(),
    };
    keepPlace(this.#root, () => {
      const onClick = () => void this.#begin();
      this.#root.replaceChildren(
        head(plan, sessionId === null, t, onClick),
        el('div', { class: 'ck-cards' }, el('div', { class: 'stack' }, microphoneCard(this.#state, t, actions), speakerCard(this.#state, t, actions)), rehearsalCard(this.#state, t, plan.request.language, actions)),
      );
    });
  }
}

/** @type {import('../router.js').Page} */
export const page = {
  title: ({ language }) => textOf('check', language)('title'),
  async show(root, context) {
    const found = await about(context.route.params.id ?? '', context.signal);
    if (context.signal.aborted) return undefined;
    context.interviewIn(found.plan.request.language);
    const shown = new CheckPage(root, context, found);
    return { leave: () => shown.leave(), relabel: () => shown.relabel() };
  },
};
