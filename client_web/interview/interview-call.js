// @ts-check
/** One interview's machinery: microphone, player, and a connection that comes back. Tells what happened, decides nothing. */

import { session } from '../api.js';
import { needle, rms, SilenceWatch } from '../meter.js';
import { FRAME_MS, frameSamples } from '../mic-framer.js';
import { assertAllowed, Microphone, MicrophoneError } from '../microphone.js';
import { Player } from '../player.js';
import { Playout } from '../playout.js';
import { problemOfError, realtimeUrl, serverUrl } from '../server.js';
import { HEADER_BYTES } from '../wire.js';
import { Line } from './line.js';
import { PushToTalk } from './push.js';
import { afterGap, VOICED_RMS } from './reconnect.js';
import { MicRing } from './ring.js';

/** @typedef {import('../session.js').Event} Event */

export const RING_SECONDS = 5;
const RING_FRAMES = (RING_SECONDS * 1000) / FRAME_MS;
/** After a gap the candidate may go on by themselves; when nobody says anything for so long, the interviewer does. */
const NOBODY_SPOKE_MS = 6000;
/** Errors that only say that somebody was quicker. */
const HARMLESS = new Set(['response_cancel_not_active', 'input_audio_buffer_commit_empty', 'commit_in_progress']);
const EAGERNESS = Object.freeze({ quick: 'high', normal: 'auto', patient: 'low' });

/**
 * @typedef {object} Wishes
 * @property {string | null} microphone
 * @property {string | null} speaker
 * @property {'quick' | 'normal' | 'patient'} patience
 * @property {string | null} voice
 */

export class InterviewCall {
  #id;
  #wishes;
  #dispatch;
  #phase;
  /** @type {Line | null} */
  #line = null;
  #playout = new Playout((event) => this.#line?.send(event));
  /** @type {Player | null} */
  #player = null;
  /** @type {Microphone | null} */
  #microphone = null;
  /** @type {MicRing | null} */
  #ring = null;
  /** @type {ArrayBuffer} */
  #scratch = new ArrayBuffer(0);
  #silence = new SilenceWatch();
  #push = new PushToTalk();
  #pushToTalk = false;
  /** Frames go to the server; before that, and in a gap, only into the ring. */
  #sending = false;
  #begunOnce = false;
  /** @type {{phase: import('../session.js').Phase, goodAt: number} | null} */
  #gap = null;
  #paused = false;
  /** Paused on a line that is gone: the server of the new one has to be asked to go on. */
  #owesStart = false;
  #closed = false;
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  #timers = new Set();
  micNeedle = 0;

  /**
   * @param {object} options
   * @param {string} options.id of the interview
   * @param {Wishes} options.wishes
   * @param {(event: Event) => void} options.dispatch
   * @param {() => import('../session.js').Phase} options.phase as last told
   */
  constructor({ id, wishes, dispatch, phase }) {
    this.#id = id;
    this.#wishes = wishes;
    this.#dispatch = dispatch;
    this.#phase = phase;
  }

  get stats() {
    return { framesSent: this.#line?.framesSent ?? 0, ...this.#playout.stats };
  }

  voiceLevel() {
    return this.#playout.level();
  }

  /** Must begin inside the user's gesture. Never throws: failures are dispatched. */
  async start() {
    try {
      assertAllowed();
      await this.#openAudio();
      if (!this.#closed) this.#connect();
    } catch (error) {
      if (this.#closed) return;
      console.error('moui:', error);
      this.#fail(error instanceof MicrophoneError ? error.problem : 'audio-failed');
    }
  }

  stop() {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#line?.close();
    for (const resource of [this.#microphone, this.#player]) {
      resource?.close().catch((error) => console.warn('moui: closing audio failed', error));
    }
  }

  // --- what the candidate does ----------------------------------------------------------------------------------------

  /** @param {string} action of moui.interview.control */
  control(action) {
    if (action === 'pause') this.#player?.pause();
    if (action === 'resume' && this.#owesStart) return this.#goOnAfterPause();
    this.#line?.send({ type: 'moui.interview.control', action });
  }

  /** @param {boolean} muted */
  mute(muted) {
    if (this.#microphone !== null) this.#microphone.muted = muted;
    this.#dispatch({ type: 'local.muted', muted });
  }

  /** @param {boolean} on */
  usePushToTalk(on) {
    this.#pushToTalk = on;
    this.#push.reset();
    this.#sendSession({ turn_detection: this.#turnDetection() });
    this.#dispatch({ type: 'local.push-to-talk', on });
  }

  /** @param {boolean} down */
  hold(down) {
    if (!this.#pushToTalk || this.#paused || !this.#sending) return;
    this.#pushStep(down ? this.#push.press(performance.now()) : this.#push.release(performance.now()));
    if (this.#push.due !== null) this.#later(this.#push.due - performance.now(), () => this.#pushStep(this.#push.advance(performance.now())));
    this.#dispatch({ type: 'local.holding', holding: down });
  }

  /** @param {string | null} deviceId */
  async useMicrophone(deviceId) {
    try {
      await this.#microphone?.use(deviceId);
      this.#dispatch({ type: 'local.mic-away', away: false });
    } catch (error) {
      console.warn('moui:', error);
      this.#dispatch({ type: 'local.mic-away', away: true });
    }
  }

  /** @param {import('./push.js').Step | null} step */
  #pushStep(step) {
    if (step === 'hold') this.#player?.pause();
    else if (step === 'go-on') this.#player?.resume();
    else if (step === 'begin') {
      if (this.#phase() !== 'listening') this.#line?.send({ type: 'response.cancel' });
      this.#line?.send({ type: 'input_audio_buffer.clear' });
    } else if (step === 'commit') {
      this.#line?.send({ type: 'input_audio_buffer.commit' });
      this.#line?.send({ type: 'response.create' });
    }
  }

  // --- opening --------------------------------------------------------------------------------------------------------

  async #openAudio() {
    const player = await Player.open((report) => this.#playout.played(report), this.#wishes.speaker);
    if (this.#closed) return player.close();
    this.#player = player;
    this.#playout.attach(player);
    const handlers = {
      onFrame: (/** @type {ArrayBuffer} */ frame) => this.#onMicrophone(frame),
      onLost: () => void this.#onMicrophoneLost(),
    };
    const microphone = await Microphone.open(handlers, this.#wishes.microphone);
    if (this.#closed) return microphone.close();
    this.#microphone = microphone;
    const samples = frameSamples(microphone.rateHz);
    this.#ring = new MicRing(samples, RING_FRAMES);
    this.#scratch = new ArrayBuffer(HEADER_BYTES + 2 * samples);
  }

  #connect() {
    const url = realtimeUrl();
    url.searchParams.set('interview', this.#id);
    this.#line = new Line(url, {
      onEvent: (event) => this.#onEvent(event),
      onAudio: (frame) => this.#playout.audio(frame),
      onLost: (goodAt) => this.#onLost(goodAt),
      onOver: (code) => this.#onOver(code),
      reach: async (signal) => void (await fetch(serverUrl('/healthz'), { signal, cache: 'no-store' })),
      exists: (signal) => stillThere(this.#id, signal),
    });
  }

  #turnDetection() {
    return this.#pushToTalk ? null : { type: 'semantic_vad', eagerness: EAGERNESS[this.#wishes.patience] };
  }

  /**
   * @param {object} input
   * @param {object} [rest] of session.audio
   */
  #sendSession(input, rest = {}) {
    this.#line?.send({ type: 'session.update', session: { type: 'realtime', audio: { input, ...rest } } });
  }

  #configure() {
    const { voice } = this.#wishes;
    const input = { format: { type: 'audio/pcm', rate: this.#microphone?.rateHz }, turn_detection: this.#turnDetection() };
    this.#sendSession(input, voice === null ? {} : { output: { voice } });
  }

  /** The server knows what it will hear: the interview begins, or goes on. */
  #begin() {
    if (this.#sending || this.#owesStart) return;
    if (!this.#begunOnce) {
      this.#begunOnce = true;
      this.#sending = true;
      this.#dispatch({ type: 'local.line-up' });
      this.#line?.send({ type: 'response.create' });
    } else this.#goOn();
  }

  /** After a gap. */
  #goOn() {
    const { phase = 'listening', goodAt = performance.now() } = this.#gap ?? {};
    this.#gap = null;
    if (this.#paused) {
      this.#owesStart = true;
      this.#dispatch({ type: 'local.line-up' });
      return;
    }
    this.#sending = true;
    const seconds = (performance.now() - goodAt) / 1000;
    const frames = Math.min(Math.ceil((seconds * 1000) / FRAME_MS), this.#ring?.held ?? 0);
    const spokenFrames = this.#ring?.louder(frames, VOICED_RMS) ?? 0;
    const goesOn = !this.#pushToTalk && afterGap({ phase, seconds, ringSeconds: RING_SECONDS, spokenFrames }) === 'go-on';
    const lostWordsS = goesOn && spokenFrames > 0 ? Math.max(0, seconds - RING_SECONDS) : 0;
    this.#dispatch({ type: 'local.line-up', lostWordsS });
    if (!goesOn) return void this.#line?.send({ type: 'response.create' });
    this.#replay(frames);
    this.#later(NOBODY_SPOKE_MS, () => {
      if (this.#sending && this.#phase() === 'listening') this.#line?.send({ type: 'response.create' });
    });
  }

  /** @param {number} frames */
  #replay(frames) {
    this.#ring?.replay(frames, (samples) => {
      new Int16Array(this.#scratch, HEADER_BYTES).set(samples);
      this.#line?.sendMicrophone(this.#scratch, samples.length);
    });
  }

  #goOnAfterPause() {
    this.#owesStart = false;
    this.#paused = false;
    this.#sending = true;
    this.#line?.send({ type: 'response.create' });
    this.#dispatch({ type: 'local.resumed' });
  }

  // --- what happens ---------------------------------------------------------------------------------------------------

  /** @param {Event} event */
  #onEvent(event) {
    this.#playout.take(event);
    switch (event.type) {
      case 'session.created':
        this.#configure();
        break;
      case 'session.updated':
        this.#begin();
        break;
      case 'moui.interview.state':
        this.#paused = event.paused === true;
        break;
      case 'error':
        if (HARMLESS.has(event.error?.code)) return;
        if (event.error?.code === 'models_failed') return this.#fail(problemOfError('models_failed'), event.error.message);
        break;
    }
    if (event.type === 'moui.notice' && event.code === 'models_loading') this.#dispatch({ type: 'local.loading' });
    else this.#dispatch(event);
  }

  /** @param {number} goodAt */
  #onLost(goodAt) {
    this.#sending = false;
    this.#owesStart = false;
    this.#push.reset();
    this.#gap ??= { phase: this.#phase(), goodAt };
    this.#playout.newLine();
    this.#player?.resume();
    this.#dispatch({ type: 'local.line-lost' });
  }

  /** @param {number} code */
  #onOver(code) {
    if (this.#closed) return;
    if (code === 1011) return this.#fail('models-failed');
    this.stop();
    this.#dispatch({ type: 'local.line-over' });
  }

  async #onMicrophoneLost() {
    if (!this.#closed) await this.useMicrophone(null);
  }

  /** @param {ArrayBuffer} frame */
  #onMicrophone(frame) {
    const samples = new Int16Array(frame, HEADER_BYTES);
    if (this.#pushToTalk && !this.#push.open) samples.fill(0);
    const level = rms(samples);
    this.micNeedle = needle(level);
    this.#ring?.push(samples, level);
    if (this.#sending) this.#line?.sendMicrophone(frame, samples.length);
    const expected = this.#phase() === 'listening' && !this.#pushToTalk && !this.#paused;
    if (this.#microphone?.muted || this.#pushToTalk) return;
    if (this.#silence.feed(level, FRAME_MS / 1000, expected)) {
      this.#dispatch({ type: 'local.mic-silent', silent: this.#silence.silent });
    }
  }

  /**
   * @param {number} ms
   * @param {() => void} work
   */
  #later(ms, work) {
    const timer = setTimeout(() => (this.#timers.delete(timer), work()), ms + 1);
    this.#timers.add(timer);
  }

  /**
   * @param {string} problem
   * @param {string} [detail]
   */
  #fail(problem, detail = '') {
    if (this.#closed) return;
    this.stop();
    this.#dispatch({ type: 'local.failed', problem, detail });
  }
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 */
async function stillThere(id, signal) {
  try {
    return (await session(id, { signal })).summary.status !== 'finished';
  } catch (error) {
    if (/** @type {any} */ (error).status === 404) return false;
    throw error;
  }
}
