// @ts-check
/** What the check finds out about a microphone and a room. Pure: levels are RMS in [0, 1], one a frame of 20 ms. */

/** @typedef {'good' | 'fair' | 'poor'} Verdict */

/** Rooms: a quiet one is below the first, a fan or a street between, voices next door above the second (dBFS). */
const NOISE_DB = /** @type {const} */ ([-52, -42]);
/** Speech above noise: Whisper's errors rise below about 15 dB. */
const DISTANCE_DB = /** @type {const} */ ([20, 12]);
const FAINT_DB = -42;
/** A sound from the speakers that comes back this much above the room is heard by the interviewer, too. */
const ECHO_DB = /** @type {const} */ ([6, 14]);
/** -1 dBFS: the microphone is at its end. */
const CLIPPED_PEAK = 0.89;

/** @param {number} level */
export function decibels(level) {
  return level > 0 ? Math.max(-100, 20 * Math.log10(level)) : -100;
}

/**
 * @param {readonly number[]} values
 * @param {number} share in [0, 1]
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/**
 * @param {readonly number[]} levels while nobody spoke
 * @returns {{db: number, verdict: Verdict, dead: boolean}} `dead`: digital silence, a microphone that is off
 */
export function room(levels) {
  const db = decibels(quantile(levels, 0.7));
  return { db, verdict: graded(-db, [-NOISE_DB[0], -NOISE_DB[1]]), dead: quantile(levels, 1) === 0 };
}

/**
 * @param {readonly number[]} levels while somebody spoke, pauses included
 * @param {number} noiseDb
 * @param {number} peak the loudest sample in [0, 1]
 * @returns {{db: number, above: number, verdict: Verdict, clipped: boolean, faint: boolean}}
 */
export function voice(levels, noiseDb, peak) {
  const db = decibels(quantile(levels, 0.8));
  const above = db - noiseDb;
  const faint = db < FAINT_DB;
  const clipped = peak >= CLIPPED_PEAK;
  const distance = graded(above, DISTANCE_DB);
  return { db, above, clipped, faint, verdict: faint || clipped ? worse(distance, 'fair') : distance };
}

/**
 * @param {readonly number[]} levels while the speakers played
 * @param {number} noiseDb
 * @returns {{above: number, verdict: Verdict}}
 */
export function echo(levels, noiseDb) {
  const above = decibels(quantile(levels, 0.7)) - noiseDb;
  return { above, verdict: graded(-above, [-ECHO_DB[0], -ECHO_DB[1]]) };
}

/**
 * @param {number} value more is better
 * @param {readonly [number, number]} limits good from the first on, fair from the second
 * @returns {Verdict}
 */
function graded(value, [good, fair]) {
  return value >= good ? 'good' : value >= fair ? 'fair' : 'poor';
}

/**
 * @param {Verdict} a
 * @param {Verdict} b
 * @returns {Verdict}
 */
function worse(a, b) {
  return a === 'poor' || b === 'poor' ? 'poor' : a === 'fair' || b === 'fair' ? 'fair' : 'good';
}

/**
 * From the end of a sentence to the first sound of the reply, as the person at the microphone hears it.
 *
 * Voice is what lies in the upper half between room and loudest speech; a player's report comes up to 100 ms after the
 * sample it is about, and says how many were played since.
 */
export class ReplyWatch {
  #lastVoicedAt = 0;
  /** @type {number | null} */
  ms = null;

  /**
   * @param {number} level
   * @param {number} threshold
   * @param {number} now
   */
  heard(level, threshold, now) {
    if (this.ms === null && level >= threshold) this.#lastVoicedAt = now;
  }

  /**
   * @param {number} samples of the reply that were played
   * @param {number} rateHz
   * @param {number} now
   */
  played(samples, rateHz, now) {
    if (this.ms !== null || this.#lastVoicedAt === 0 || samples === 0) return;
    this.ms = Math.max(0, now - (samples / rateHz) * 1000 - this.#lastVoicedAt);
  }
}

/** @param {number} ms @returns {Verdict} what the wait for a reply feels like */
export function promptness(ms) {
  return ms <= 1500 ? 'good' : ms <= 3000 ? 'fair' : 'poor';
}

/**
 * Two soft notes, 1.4 s.
 * @param {number} rateHz
 */
export function chime(rateHz) {
  const samples = new Int16Array(Math.round(1.4 * rateHz));
  for (const [from, hz] of /** @type {const} */ ([[0, 523.25], [0.32, 783.99]])) {
    for (let i = Math.round(from * rateHz); i < samples.length; i += 1) {
      const t = i / rateHz - from;
      const value = 0.22 * Math.min(1, t / 0.012) * Math.exp(-3.2 * t) * Math.sin(2 * Math.PI * hz * t);
      samples[i] = Math.round((samples[i] ?? 0) + 32767 * value);
    }
  }
  return samples;
}
