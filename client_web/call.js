// @ts-check
/** One conversation's machinery: microphone, player, connection. Opens once, closes once, and tells what happened. */

import { Connection } from './connection.js';
import { needle, rms, SilenceWatch } from './meter.js';
import { assertAllowed, Microphone, MicrophoneError } from './microphone.js';
import { Asking } from './interview/wishes.js';
import { FRAME_MS } from './mic-framer.js';
import { Player } from './player.js';
import { Playout } from './playout.js';
import { fetchStatus, problemOfClose, problemOfError, realtimeUrl, ServerError } from './server.js';
import { HEADER_BYTES } from './wire.js';

/** @typedef {import('./session.js').Event} Event */

/** How much of an interrupted conversation is told to the server after a reconnect. */
const MOST_REMEMBERED = 40;
const POLL_MS = 1000;

export class Call {
  #dispatch;
  #language;
  #wishes;
  #asking;
  #history;
  #usersTurn;
  /** @type {Player | null} */
  #player = null;
  /** @type {Microphone | null} */
  #microphone = null;
  /** @type {Connection | null} */
  #connection = null;
  #playout = new Playout((event) => this.#connection?.send(event));
  #silence = new SilenceWatch();
  #closed = false;
  #configured = false;
  #begun = false;
  /** Where the needle of the level meter stands, in [0, 1]. */
  micNeedle = 0;

  /**
   * @param {object} options
   * @param {(event: Event) => void} options.dispatch
   * @param {import('./session.js').Language} options.language
   * @param {readonly import('./captions.js').Caption[]} options.history what was said before the connection was lost
   * @param {() => boolean} options.usersTurn
   * @param {import('./interview/wishes.js').Wishes} options.wishes
   */
  constructor({ dispatch, language, history, usersTurn, wishes }) {
    this.#dispatch = dispatch;
    this.#language = language;
    this.#wishes = wishes;
    this.#asking = new Asking(wishes, (event) => this.#connection?.send(event));
    this.#history = history.slice(-MOST_REMEMBERED);
    this.#usersTurn = usersTurn;
  }

  /** What happened, for those who look: the browser console and the tests. */
  get stats() {
    return { framesSent: this.#connection?.framesSent ?? 0, ...this.#playout.stats };
  }

  /** Must begin inside the user's gesture. Never throws: failures are dispatched. */
  async start() {
    try {
      assertAllowed();
      await this.#openAudio();
      await this.#waitUntilReady();
      if (!this.#closed) this.#connect();
    } catch (error) {
      if (this.#closed) return;
      console.error('moui:', error);
      if (error instanceof MicrophoneError) this.#fail(error.problem);
      else if (error instanceof ServerError) this.#fail(error.problem, error.message);
      else this.#fail('audio-failed');
    }
  }

  /** RMS of the interviewer's voice now, in [0, 1]. */
  voiceLevel() {
    return this.#playout.level();
  }

  stop() {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection?.close();
    this.#release(this.#microphone);
    this.#release(this.#player);
  }

  async #openAudio() {
    const player = await Player.open((report) => this.#playout.played(report), this.#wishes.speaker);
    if (this.#closed) return this.#release(player);
    this.#player = player;
    this.#playout.attach(player);
    const handlers = { onFrame: (/** @type {ArrayBuffer} */ frame) => this.#onMicrophone(frame), onLost: () => this.#fail('mic-lost') };
    const microphone = await Microphone.open(handlers, this.#wishes.microphone);
    if (this.#closed) return this.#release(microphone);
    this.#microphone = microphone;
  }

  /** The models may still be loading: that is a state, not an error. */
  async #waitUntilReady() {
    while (!this.#closed) {
      const status = await fetchStatus();
      this.#dispatch({ type: 'local.status', status });
      if (status.failed !== null) throw new ServerError('models-failed', status.failed);
      if (status.ready) return this.#closed ? undefined : this.#dispatch({ type: 'local.connecting' });
      if (!this.#closed) this.#dispatch({ type: 'local.loading' });
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #connect() {
    this.#connection = new Connection(realtimeUrl(), {
      onEvent: (event) => this.#onEvent(event),
      onAudio: (frame) => this.#playout.audio(frame),
      onClose: ({ code }) => this.#fail(problemOfClose(code, this.#configured)),
    });
  }

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
      case 'error':
        // Before the first session.updated nothing can go on: the server does not know what it will hear.
        if (this.#asking.again(event.error)) return;
        if (!this.#begun) return this.#fail(problemOfError(event.error?.code), event.error?.message);
        break;
    }
    this.#dispatch(event);
  }

  #configure() {
    const language = { language: this.#language };
    this.#asking.first(this.#microphone?.rateHz, false, language);
    this.#configured = true;
  }

  /** The interviewer opens the conversation, or takes it up where it was lost. */
  #begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#dispatch({ type: 'local.ready' });
    for (const { role, stable } of this.#history) {
      const content = [{ type: role === 'user' ? 'input_text' : 'output_text', text: stable }];
      this.#connection?.send({ type: 'conversation.item.create', item: { type: 'message', role, content } });
    }
    if (this.#history.at(-1)?.role !== 'assistant') this.#connection?.send({ type: 'response.create' });
  }

  /** @param {ArrayBuffer} frame */
  #onMicrophone(frame) {
    const samples = new Int16Array(frame, HEADER_BYTES);
    const level = rms(samples);
    this.micNeedle = needle(level);
    if (this.#configured && this.#connection !== null) {
      this.#connection.sendMicrophone(frame, samples.length);
    }
    if (this.#silence.feed(level, FRAME_MS / 1000, this.#usersTurn())) {
      this.#dispatch({ type: 'local.mic-silent', silent: this.#silence.silent });
    }
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

  /** @param {{close: () => Promise<void>} | null} resource */
  #release(resource) {
    resource?.close().catch((error) => console.warn('moui: closing audio failed', error));
  }
}
