// @ts-check
/** The candidate's microphone: frames for the server, the last seconds of them in the ring, and what is wrong with it. */

import { needle, rms, SilenceWatch } from '../meter.js';
import { FRAME_MS, frameSamples } from '../mic-framer.js';
import { Microphone } from '../microphone.js';
import { HEADER_BYTES } from '../wire.js';
import { VOICED_RMS } from './reconnect.js';
import { MicRing } from './ring.js';

export const RING_SECONDS = 5;
const RING_FRAMES = (RING_SECONDS * 1000) / FRAME_MS;

/**
 * @typedef {object} MicHandlers
 * @property {(frame: ArrayBuffer, samples: number) => void} onFrame header still empty; used again when it returns
 * @property {() => boolean} closed push to talk: nothing that is heard now counts
 * @property {() => boolean} expected somebody ought to be heard now
 * @property {(silent: boolean) => void} onSilent
 * @property {(away: boolean) => void} onAway unplugged, or back
 */

export class CandidateMic {
  #handlers;
  /** @type {Microphone | null} */
  #microphone = null;
  #ring = new MicRing(0, 0);
  #scratch = new ArrayBuffer(HEADER_BYTES);
  #silence = new SilenceWatch();
  #over = false;
  /** Where the needle of the level meter stands, in [0, 1]. */
  needle = 0;

  /** @param {MicHandlers} handlers */
  constructor(handlers) {
    this.#handlers = handlers;
  }

  /**
   * @param {string | null} deviceId
   * @throws {import('../microphone.js').MicrophoneError}
   */
  async open(deviceId) {
    const handlers = {
      onFrame: (/** @type {ArrayBuffer} */ frame) => this.#hear(frame),
      onLost: () => void this.use(null),
    };
    const microphone = await Microphone.open(handlers, deviceId);
    if (this.#over) return microphone.close();
    const samples = frameSamples(microphone.rateHz);
    this.#ring = new MicRing(samples, RING_FRAMES);
    this.#scratch = new ArrayBuffer(HEADER_BYTES + 2 * samples);
    this.#microphone = microphone;
  }

  get rateHz() {
    return this.#microphone?.rateHz;
  }

  get muted() {
    return this.#microphone?.muted === true;
  }

  set muted(muted) {
    if (this.#microphone !== null) this.#microphone.muted = muted;
  }

  /** @param {string | null} deviceId the system's own is taken when it is not there */
  async use(deviceId) {
    if (this.#over || this.#microphone === null) return;
    try {
      await this.#microphone.use(deviceId);
      this.#handlers.onAway(false);
    } catch (error) {
      console.warn('moui:', error);
      this.#handlers.onAway(true);
    }
  }

  /**
   * @param {number} seconds
   * @returns {{frames: number, spoken: number}} what the ring has of the last `seconds`, and how much may be speech
   */
  recent(seconds) {
    const frames = Math.min(Math.ceil((seconds * 1000) / FRAME_MS), this.#ring.held);
    return { frames, spoken: this.#ring.louder(frames, VOICED_RMS) };
  }

  /** @param {number} frames the newest ones, given once more */
  replay(frames) {
    this.#ring.replay(frames, (samples) => {
      new Int16Array(this.#scratch, HEADER_BYTES).set(samples);
      this.#handlers.onFrame(this.#scratch, samples.length);
    });
  }

  async close() {
    this.#over = true;
    await this.#microphone?.close();
  }

  /** @param {ArrayBuffer} frame */
  #hear(frame) {
    const samples = new Int16Array(frame, HEADER_BYTES);
    const closed = this.#handlers.closed();
    if (closed) samples.fill(0);
    const level = rms(samples);
    this.needle = needle(level);
    this.#ring.push(samples, level);
    this.#handlers.onFrame(frame, samples.length);
    if (closed || this.muted) return;
    if (this.#silence.feed(level, FRAME_MS / 1000, this.#handlers.expected())) this.#handlers.onSilent(this.#silence.silent);
  }
}
