// @ts-check
/** The last seconds of the microphone, kept for when the connection comes back. Pure; allocates nothing after `new`. */

export class MicRing {
  #samples;
  #levels;
  #frameSamples;
  #frames;
  #written = 0;

  /**
   * @param {number} frameSamples samples of one frame
   * @param {number} frames how many are kept; what is older is overwritten
   */
  constructor(frameSamples, frames) {
    this.#frameSamples = frameSamples;
    this.#frames = frames;
    this.#samples = new Int16Array(frameSamples * frames);
    this.#levels = new Float32Array(frames);
  }

  /** Frames kept now. */
  get held() {
    return Math.min(this.#written, this.#frames);
  }

  /**
   * @param {Int16Array} frame whole, as it left the worklet
   * @param {number} level its RMS
   */
  push(frame, level) {
    const slot = this.#written % this.#frames;
    this.#samples.set(frame.subarray(0, this.#frameSamples), slot * this.#frameSamples);
    this.#levels[slot] = level;
    this.#written += 1;
  }

  /**
   * The newest frames, oldest first.
   * @param {number} count
   * @param {(samples: Int16Array) => void} emit gets a view, valid until the next push
   */
  replay(count, emit) {
    for (let index = this.#written - Math.min(count, this.held); index < this.#written; index += 1) {
      const from = (index % this.#frames) * this.#frameSamples;
      emit(this.#samples.subarray(from, from + this.#frameSamples));
    }
  }

  /**
   * How many of the newest `count` frames are at least this loud.
   * @param {number} count
   * @param {number} level
   */
  louder(count, level) {
    let found = 0;
    for (let index = this.#written - Math.min(count, this.held); index < this.#written; index += 1) {
      if ((this.#levels[index % this.#frames] ?? 0) >= level) found += 1;
    }
    return found;
  }

  clear() {
    this.#written = 0;
  }
}
