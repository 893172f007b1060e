// @ts-check
/** Runs on the audio thread of a 24 kHz context: replies in, sound out, played samples reported to the page. */

import { PlayerQueue } from './player-queue.js';

class PlayerProcessor extends AudioWorkletProcessor {
  #queue = new PlayerQueue((report) => this.port.postMessage({ ...report, underruns: this.#queue.underruns }));
  #running = true;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#obey(data);
  }

  /** @param {import('./player.js').PlayerMessage} message */
  #obey(message) {
    if (message.type === 'chunk') this.#queue.push(message);
    else if (message.type === 'complete') this.#queue.complete(message.stream);
    else if (message.type === 'pause') this.#queue.pause();
    else if (message.type === 'resume') this.#queue.resume();
    else if (message.type === 'flush') this.#queue.flush(message.stream);
    else this.#running = false;
  }

  /**
   * @param {Float32Array[][]} _inputs
   * @param {Float32Array[][]} outputs
   * @returns {boolean}
   */
  process(_inputs, outputs) {
    const channel = outputs[0]?.[0];
    if (channel !== undefined) this.#queue.pull(channel);
    return this.#running;
  }
}

registerProcessor('moui-player', PlayerProcessor);
