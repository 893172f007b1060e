// @ts-check
/** The devices of the check: open until the page is left, measured on demand. */

import { rms } from '../meter.js';
import { Microphone } from '../microphone.js';
import { Player } from '../player.js';
import { HEADER_BYTES, OUTPUT_RATE_HZ } from '../wire.js';
import { chime } from './measures.js';

/** Streams that no reply has. */
const CHIMES = 2 ** 30;
const CHIME_MS = 1400;

/**
 * @typedef {object} SoundHandlers
 * @property {(level: number) => void} onLevel one a frame
 * @property {(frame: ArrayBuffer, samples: number) => void} onFrame
 * @property {(report: import('../player.js').Told) => void} onPlayed
 * @property {() => void} onLost
 */

export class SoundCheck {
  #microphone;
  /** @type {Set<(level: number, peak: number) => void>} */
  #ears;
  #chimes = 0;
  player;

  /**
   * @param {Player} player
   * @param {Microphone} microphone
   * @param {Set<(level: number, peak: number) => void>} ears
   */
  constructor(player, microphone, ears) {
    this.player = player;
    this.#microphone = microphone;
    this.#ears = ears;
  }

  /**
   * @param {{microphone: string | null, speaker: string | null}} devices
   * @param {SoundHandlers} handlers
   * @throws {import('../microphone.js').MicrophoneError}
   */
  static async open({ microphone, speaker }, { onLevel, onFrame, onPlayed, onLost }) {
    /** @type {Set<(level: number, peak: number) => void>} */
    const ears = new Set();
    const player = await Player.open(onPlayed, speaker);
    const hear = (/** @type {ArrayBuffer} */ frame) => {
      const samples = new Int16Array(frame, HEADER_BYTES);
      const level = rms(samples);
      onLevel(level);
      for (const ear of ears) ear(level, peakOf(samples));
      onFrame(frame, samples.length);
    };
    try {
      return new SoundCheck(player, await Microphone.open({ onFrame: hear, onLost }, microphone), ears);
    } catch (error) {
      await player.close();
      throw error;
    }
  }

  get rateHz() {
    return this.#microphone.rateHz;
  }

  get deviceId() {
    return this.#microphone.deviceId;
  }

  /** @param {string | null} deviceId @throws {import('../microphone.js').MicrophoneError} */
  useMicrophone(deviceId) {
    return this.#microphone.use(deviceId);
  }

  /**
   * @param {(level: number, peak: number) => void} ear
   * @returns {() => void} ends it
   */
  listen(ear) {
    this.#ears.add(ear);
    return () => this.#ears.delete(ear);
  }

  /**
   * @param {number} ms
   * @param {AbortSignal} signal
   * @returns {Promise<number[]>} the levels of this time
   */
  async levels(ms, signal) {
    /** @type {number[]} */
    const found = [];
    const end = this.listen((level) => found.push(level));
    await new Promise((resolve) => {
      setTimeout(resolve, ms);
      signal.addEventListener('abort', resolve, { once: true });
    });
    end();
    return found;
  }

  /**
   * Two notes.
   * @param {AbortSignal} signal
   * @returns {Promise<number[]>} what the microphone heard meanwhile
   */
  ring(signal) {
    this.#chimes += 1;
    const stream = CHIMES + this.#chimes;
    this.player.play(stream, 0, chime(OUTPUT_RATE_HZ));
    this.player.complete(stream);
    return this.levels(CHIME_MS, signal);
  }

  async close() {
    this.#ears.clear();
    await Promise.all([this.#microphone.close(), this.player.close()]);
  }
}

/** @param {Int16Array} samples */
function peakOf(samples) {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak / 32768;
}

/** @returns {boolean} whether a page may choose the loudspeaker in this browser */
export function canChooseSpeaker() {
  return 'setSinkId' in AudioContext.prototype;
}

/**
 * @param {'audioinput' | 'audiooutput'} kind
 * @returns {Promise<[id: string, name: string][]>} without the system's own, which has no name of its own
 */
export async function devices(kind) {
  const all = await navigator.mediaDevices.enumerateDevices();
  return all
    .filter((each) => each.kind === kind && !['', 'default', 'communications'].includes(each.deviceId))
    .map((each) => [each.deviceId, each.label || each.deviceId.slice(0, 8)]);
}
