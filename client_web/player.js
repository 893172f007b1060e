// @ts-check
/**
 * The interviewer's voice: a 24 kHz context of its own, so that the browser's output chain resamples, and its echo
 * canceller hears what is played. Speaks in streams; the page maps them to replies.
 */

import { OUTPUT_RATE_HZ } from './wire.js';

/**
 * @typedef {{type: 'chunk', stream: number, position: number, samples: Int16Array}
 *   | {type: 'complete' | 'flush', stream: number} | {type: 'pause' | 'resume' | 'stop'}} PlayerMessage
 * @typedef {import('./player-queue.js').Report & { underruns: number }} Told gaps inside replies since it was opened
 */

export class Player {
  #context;
  #node;
  #analyser;
  /** @type {Float32Array<ArrayBuffer>} */
  #window;
  /** Samples played so far, over all streams. */
  samplesPlayed = 0;

  /**
   * @param {AudioContext} context
   * @param {(report: Told) => void} onReport
   */
  constructor(context, onReport) {
    this.#context = context;
    this.#node = new AudioWorkletNode(context, 'moui-player', { numberOfInputs: 0, outputChannelCount: [1] });
    this.#analyser = new AnalyserNode(context, { fftSize: 1024 });
    this.#window = new Float32Array(this.#analyser.fftSize);
    this.#node.connect(this.#analyser).connect(context.destination);
    this.#node.port.onmessage = ({ data }) => onReport(data);
  }

  /**
   * Call this inside the user's gesture: a context made later starts suspended.
   * @param {(report: Told) => void} onReport
   * @param {string | null} [speaker] device id, where the browser lets a page choose; null: the system's
   */
  static async open(onReport, speaker = null) {
    const context = new AudioContext({ sampleRate: OUTPUT_RATE_HZ, latencyHint: 'interactive' });
    try {
      await Promise.all([context.resume(), context.audioWorklet.addModule(new URL('./player-worklet.js', import.meta.url))]);
      const player = new Player(context, onReport);
      if (speaker !== null) await player.useSpeaker(speaker);
      return player;
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  /**
   * @param {number} stream
   * @param {number} position
   * @param {Int16Array} samples a view on a buffer that is given away
   */
  play(stream, position, samples) {
    this.#post({ type: 'chunk', stream, position, samples }, [samples.buffer]);
  }

  /** @param {number} stream */
  complete(stream) {
    this.#post({ type: 'complete', stream });
  }

  pause() {
    this.#post({ type: 'pause' });
  }

  resume() {
    this.#post({ type: 'resume' });
  }

  /** @param {number} stream */
  flush(stream) {
    this.#post({ type: 'flush', stream });
  }

  /** RMS of what is sounding now, in [0, 1]. */
  level() {
    this.#analyser.getFloatTimeDomainData(this.#window);
    let sum = 0;
    for (const value of this.#window) sum += value * value;
    return Math.sqrt(sum / this.#window.length);
  }

  /** Seconds from a sample leaving the page to its being heard, as far as the browser knows. */
  get latencyS() {
    return (this.#context.baseLatency || 0) + (this.#context.outputLatency || 0);
  }

  /**
   * A loudspeaker that is not there any more is no reason not to speak: the system's own is used then.
   * @param {string | null} deviceId
   */
  async useSpeaker(deviceId) {
    const context = /** @type {AudioContext & {setSinkId?: (id: string) => Promise<void>}} */ (this.#context);
    try {
      await context.setSinkId?.(deviceId ?? '');
    } catch (error) {
      console.info('moui: the chosen loudspeaker cannot be used', error);
    }
  }

  async close() {
    this.#post({ type: 'stop' });
    this.#node.port.onmessage = null;
    this.#node.disconnect();
    await this.#context.close();
  }

  /**
   * @param {PlayerMessage} message
   * @param {Transferable[]} [transfer]
   */
  #post(message, transfer = []) {
    this.#node.port.postMessage(message, transfer);
  }
}
