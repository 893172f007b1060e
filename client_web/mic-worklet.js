// @ts-check
/** Runs on the audio thread: microphone samples in, 20 ms frames out to the page, which hands the buffers back. */

import { MicFramer } from './mic-framer.js';

class MicrophoneProcessor extends AudioWorkletProcessor {
  #framer = new MicFramer(sampleRate, (frame) => this.port.postMessage(frame, [frame]));
  #running = true;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) this.#framer.recycle(data);
      else if (data === 'stop') this.#running = false;
    };
  }

  /**
   * @param {Float32Array[][]} inputs
   * @returns {boolean}
   */
  process(inputs) {
    const channel = inputs[0]?.[0];
    if (channel !== undefined) this.#framer.push(channel);
    return this.#running;
  }
}

registerProcessor('moui-microphone', MicrophoneProcessor);
