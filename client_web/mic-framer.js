// @ts-check
/** Cuts the microphone's render quanta into frames of 20 ms. Pure: the worklet gives it samples, a test does too. */

import { HEADER_BYTES } from './wire.js';

export const FRAME_MS = 20;
/** Buffers in flight between worklet and page; each comes back after it was sent. */
const POOL_SIZE = 16;

/**
 * @param {number} rateHz
 * @returns {number} samples in one frame
 */
export function frameSamples(rateHz) {
  return Math.round((rateHz * FRAME_MS) / 1000);
}

export class MicFramer {
  /** @type {ArrayBuffer[]} */
  #pool = [];
  /** @type {Int16Array} */
  #samples;
  #filled = 0;
  #samplesPerFrame;
  #emit;
  /** Buffers made because the pool was empty: the page was slow to hand them back. */
  grown = 0;

  /**
   * @param {number} rateHz
   * @param {(frame: ArrayBuffer) => void} emit gets a whole frame: 16 bytes left free for the header, then PCM16
   */
  constructor(rateHz, emit) {
    this.#samplesPerFrame = frameSamples(rateHz);
    this.#emit = emit;
    for (let i = 0; i < POOL_SIZE; i += 1) this.#pool.push(this.#makeBuffer());
    this.#samples = this.#take();
  }

  #makeBuffer() {
    return new ArrayBuffer(HEADER_BYTES + 2 * this.#samplesPerFrame);
  }

  #take() {
    let buffer = this.#pool.pop();
    if (buffer === undefined) {
      // Speech is worth more than the rule: a stalled page costs an allocation, not the user's words.
      this.grown += 1;
      buffer = this.#makeBuffer();
    }
    return new Int16Array(buffer, HEADER_BYTES);
  }

  /**
   * @param {Float32Array} input mono in [-1, 1]; louder is clipped
   */
  push(input) {
    for (let i = 0; i < input.length; i += 1) {
      const scaled = Math.round((input[i] ?? 0) * 32768);
      this.#samples[this.#filled] = scaled > 32767 ? 32767 : scaled < -32768 ? -32768 : scaled;
      this.#filled += 1;
      if (this.#filled === this.#samplesPerFrame) this.#finishFrame();
    }
  }

  #finishFrame() {
    const done = /** @type {ArrayBuffer} */ (this.#samples.buffer);
    this.#samples = this.#take();
    this.#filled = 0;
    this.#emit(done);
  }

  /** @param {ArrayBuffer} buffer a frame that was sent and may be used again */
  recycle(buffer) {
    const fits = buffer.byteLength === HEADER_BYTES + 2 * this.#samplesPerFrame;
    if (fits && this.#pool.length < POOL_SIZE) this.#pool.push(buffer);
  }
}
