// @ts-check
/** One interview's machinery: microphone, player, and a connection that comes back. Tells what happened, decides nothing. */

import { assertAllowed, MicrophoneError } from '../microphone.js';
import { Player } from '../player.js';
import { Playout } from '../playout.js';
import { problemOfError, realtimeUrl } from '../server.js';
import { CandidateMic, RING_SECONDS } from './candidate-mic.js';
import { Line } from './line.js';
import { takeOver } from './one-window.js';
import { exists, reach } from './reach.js';
import { afterGap } from './reconnect.js';
import { TalkButton } from './talk-button.js';
import { Asking, turnDetection, update } from './wishes.js';

/** @typedef {import('../session.js').Event} Event */

/** After a gap the candidate may go on by themselves; when nobody says anything for so long, the interviewer does. */
const NOBODY_SPOKE_MS = 6000;
/** Errors that only say that somebody was quicker. */
const HARMLESS = new Set(['response_cancel_not_active', 'input_audio_buffer_commit_empty', 'commit_in_progress']);

export class InterviewCall {
  #id;
  #wishes;
  #asking;
  #dispatch;
  #phase;
  /** @type {Line | null} */
  #line = null;
  #playout = new Playout((event) => this.#line?.send(event));
  /** @type {Player | null} */
  #player = null;
  #microphone = new CandidateMic({
    onFrame: (frame, samples) => this.#sending && this.#line?.sendMicrophone(frame, samples),
    closed: () => this.#button.closed,
    expected: () => this.#phase() === 'listening' && !this.#button.used && !this.#paused,
    onSilent: (silent) => this.#dispatch({ type: 'local.mic-silent', silent }),
    onAway: (away) => this.#dispatch({ type: 'local.mic-away', away }),
  });
  #button = new TalkButton({
    send: (event) => this.#line?.send(event),
    holdPlayer: (held) => (held ? this.#player?.pause() : this.#player?.resume()),
    replying: () => this.#phase() === 'speaking' || this.#phase() === 'thinking',
  });
  /** Frames go to the server; before that, and in a gap, only into the ring. */
  #sending = false;
  #begunOnce = false;
  /** @type {{phase: import('../session.js').Phase, goodAt: number} | null} */
  #gap = null;
  #paused = false;
  /** Paused on a line that is gone: the server of the new one has to be asked to go on. */
  #owesStart = false;
  #closed = false;
  #letGo = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #nobody = undefined;

  /**
   * @param {object} options
   * @param {string} options.id of the interview
   * @param {import('./wishes.js').Wishes} options.wishes
   * @param {(event: Event) => void} options.dispatch
   * @param {() => import('../session.js').Phase} options.phase as last told
   */
  constructor({ id, wishes, dispatch, phase }) {
    this.#id = id;
    this.#wishes = wishes;
    this.#asking = new Asking(wishes, (event) => this.#line?.send(event));
    this.#dispatch = dispatch;
    this.#phase = phase;
  }

  get stats() {
    return { framesSent: this.#line?.framesSent ?? 0, ...this.#playout.stats };
  }

  voiceLevel() {
    return this.#playout.level();
  }

  /** Where the needle of the microphone stands, in [0, 1]. */
  get micNeedle() {
    return this.#microphone.needle;
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
    this.#letGo();
    clearTimeout(this.#nobody);
    this.#button.reset();
    this.#line?.close();
    for (const resource of [this.#microphone, this.#player]) {
      resource?.close().catch((/** @type {unknown} */ error) => console.warn('moui: closing audio failed', error));
    }
  }

  // --- what the candidate does ----------------------------------------------------------------------------------------

  /** @param {string} action of moui.interview.control */
  control(action) {
    if (action === 'pause' && this.#phase() === 'speaking') this.#player?.pause();
    if (action === 'resume') this.#player?.resume();
    if (action === 'resume' && this.#owesStart) return this.#goOnAfterPause();
    this.#line?.send({ type: 'moui.interview.control', action });
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.#microphone.muted = muted;
    this.#dispatch({ type: 'local.muted', muted });
  }

  /** @param {boolean} on */
  usePushToTalk(on) {
    this.#button.used = on;
    this.#button.reset();
    this.#line?.send(update({ input: { turn_detection: turnDetection(this.#wishes, on) } }));
    if (on && this.#phase() === 'hearing') this.#button.commit(); // what was said so far is an answer
    this.#dispatch({ type: 'local.push-to-talk', on });
  }

  /** @param {boolean} down */
  hold(down) {
    if (!this.#button.used || this.#paused || !this.#sending) return;
    this.#button.hold(down);
    this.#dispatch({ type: 'local.holding', holding: down });
  }

  /** @param {string | null} deviceId */
  useMicrophone(deviceId) {
    return this.#microphone.use(deviceId);
  }

  // --- opening --------------------------------------------------------------------------------------------------------

  async #openAudio() {
    const player = await Player.open((report) => this.#playout.played(report), this.#wishes.speaker);
    if (this.#closed) return player.close();
    this.#player = player;
    this.#playout.attach(player);
    await this.#microphone.open(this.#wishes.microphone);
  }

  #connect() {
    this.#letGo = takeOver(this.#id, () => this.#dispatch({ type: 'moui.notice', code: 'continued_elsewhere', message: '' }));
    const url = realtimeUrl();
    url.searchParams.set('interview', this.#id);
    this.#line = new Line(url, {
      onEvent: (event) => this.#onEvent(event),
      onAudio: (frame) => this.#playout.audio(frame),
      onLost: (goodAt) => this.#onLost(goodAt),
      onOver: (code) => this.#onOver(code),
      reach,
      exists: (signal) => exists(this.#id, signal),
    });
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
    const { frames, spoken } = this.#microphone.recent(seconds);
    const goesOn = !this.#button.used && afterGap({ phase, seconds, ringSeconds: RING_SECONDS, spokenFrames: spoken }) === 'go-on';
    const lostWordsS = goesOn && spoken > 0 ? Math.max(0, seconds - RING_SECONDS) : 0;
    this.#dispatch({ type: 'local.line-up', lostWordsS });
    if (!goesOn) return void this.#line?.send({ type: 'response.create' });
    this.#microphone.replay(frames);
    clearTimeout(this.#nobody);
    this.#nobody = setTimeout(() => {
      if (this.#sending && this.#phase() === 'listening') this.#line?.send({ type: 'response.create' });
    }, NOBODY_SPOKE_MS);
  }

  #goOnAfterPause() {
    this.#owesStart = this.#paused = false;
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
        this.#asking.first(this.#microphone.rateHz, this.#button.used);
        break;
      case 'session.updated':
        this.#begin();
        break;
      case 'moui.interview.state':
        this.#paused = event.paused === true;
        break;
      case 'error':
        if (HARMLESS.has(event.error?.code) || this.#asking.again(event.error)) return;
        if (event.error?.code === 'models_failed') return this.#fail(problemOfError('models_failed'), event.error.message);
        break;
    }
    if (event.type === 'moui.notice' && event.code === 'models_loading') this.#dispatch({ type: 'local.loading' });
    else this.#dispatch(event);
  }

  /** @param {number} goodAt */
  #onLost(goodAt) {
    this.#sending = this.#owesStart = false;
    this.#button.reset();
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
