// @ts-check
/** How loud it is, and whether the microphone is dead. Pure. */

const FLOOR_DB = -60;
/** A microphone that gives nothing but zeros is muted or dead; noise suppression leaves at least dither. */
const DEAD_AFTER_S = 6;
/** Never above this since the start, while it was the user's turn: the wrong device, or turned down. */
const AUDIBLE_RMS = 10 ** (-55 / 20);
const UNHEARD_AFTER_S = 8;

/**
 * @param {Int16Array} samples
 * @returns {number} RMS in [0, 1]
 */
export function rms(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length) / 32768;
}

/**
 * Where the needle stands: -60 dBFS is 0, -10 dBFS (loud speech) is 1, evenly by ear between them.
 * @param {number} level RMS in [0, 1]
 */
export function needle(level) {
  if (level <= 0) return 0;
  const decibels = 20 * Math.log10(level);
  return Math.min(1, Math.max(0, (decibels - FLOOR_DB) / (-10 - FLOOR_DB)));
}

/**
 * Rises at once, falls slowly.
 * @param {number} shown
 * @param {number} now
 */
export function smooth(shown, now) {
  return now > shown ? shown + 0.6 * (now - shown) : shown + 0.15 * (now - shown);
}

/** Says when the user ought to know that nothing comes from the microphone. Time is counted in its frames. */
export class SilenceWatch {
  #zeroS = 0;
  #unheardS = 0;
  #everHeard = false;
  silent = false;

  /**
   * @param {number} level RMS of the frame
   * @param {number} seconds length of the frame
   * @param {boolean} usersTurn
   * @returns {boolean} whether `silent` changed
   */
  feed(level, seconds, usersTurn) {
    this.#zeroS = level === 0 ? this.#zeroS + seconds : 0;
    if (level >= AUDIBLE_RMS) this.#everHeard = true;
    if (usersTurn && !this.#everHeard) this.#unheardS += seconds;
    const before = this.silent;
    this.silent = this.#zeroS >= DEAD_AFTER_S || (!this.#everHeard && this.#unheardS >= UNHEARD_AFTER_S);
    return this.silent !== before;
  }
}
