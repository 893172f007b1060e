// @ts-check
/**
 * What is to be played, and how much of it was. Pure: `pull` is called by the worklet for every render quantum.
 *
 * Chunks belong to a *stream* (one reply). Positions count samples of that stream, so "played" is what the server
 * cuts the history by. Held or empty, it gives silence; a start, a stop or a gap never clicks.
 */

/** Played samples are reported at least this often while sound is made (100 ms at 24 kHz). */
export const REPORT_EVERY = 2400;
/** 3 ms: long enough not to click, shorter than one render quantum. */
const RAMP = 64;
/** A reply starts when this much is there (60 ms: more than one of the server's chunks), or all of it, or nothing more
 * came for a while. */
const FIRST_CUSHION = 1440;
/** After a gap inside a reply this much is kept in hand (150 ms): the network is uneven. After every other gap twice as
 * much, up to 600 ms: it is worse than thought. Where speech comes faster than it is heard, this costs nothing. */
const LATER_CUSHION = 3600;
const MOST_CUSHION = 14_400;
/** After so much sound without a gap (2 minutes) half of it will do. */
const EVEN_SAMPLES = 24_000 * 120;
/** Waiting for the cushion ends after its own length and 100 ms. */
const PATIENCE = 2400;
/** 15 minutes at 24 kHz: the bound of the queue. What does not fit is dropped and counted. */
const MOST_SAMPLES = 24_000 * 900;

/**
 * @typedef {{stream: number, position: number, samples: Int16Array}} Chunk
 * @typedef {{stream: number, samples: number, flushed: boolean}} Report
 */

export class PlayerQueue {
  /** @type {Chunk[]} */
  #chunks = [];
  #head = 0;
  #offset = 0;
  #queued = 0;
  #held = false;
  #sounding = false;
  #waited = 0;
  #cushion = FIRST_CUSHION;
  #sinceGap = 0;
  /** @type {number | null} the stream that ran out of samples: if more of it comes, that was a gap */
  #dry = null;
  #fadeIn = 0;
  #fadeOut = 0;
  #last = 0;
  /** @type {number | null} the stream whose `#played` is counted */
  #stream = null;
  #played = 0;
  #reported = 0;
  /** @type {Set<number>} streams that were flushed: what still arrives of them is stale */
  #dropped = new Set();
  /** @type {Set<number>} streams of which everything has arrived */
  #complete = new Set();
  #report;
  /** Gaps inside a reply since the start. */
  underruns = 0;
  /** Samples refused because the queue was full. */
  overflowed = 0;

  /** @param {(report: Report) => void} report */
  constructor(report) {
    this.#report = report;
  }

  get queuedSamples() {
    return this.#queued;
  }

  get held() {
    return this.#held;
  }

  /** @param {Chunk} chunk */
  push(chunk) {
    if (this.#dropped.has(chunk.stream) || chunk.samples.length === 0) return;
    if (this.#queued + chunk.samples.length > MOST_SAMPLES) {
      this.overflowed += chunk.samples.length;
      return;
    }
    if (chunk.stream === this.#dry) this.#countGap();
    if (this.#head > 64) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
    this.#chunks.push(chunk);
    this.#queued += chunk.samples.length;
  }

  /**
   * Nothing more of this stream will come: its last samples need no cushion.
   * @param {number} stream
   */
  complete(stream) {
    remember(this.#complete, stream);
  }

  /** Hold at once. What is queued stays. */
  pause() {
    if (this.#held) return;
    this.#held = true;
    this.#stopSound();
    this.#tell(false);
  }

  /** Go on with the very next sample. */
  resume() {
    this.#held = false;
    this.#waited = this.#cushion + PATIENCE;
  }

  /**
   * Throw away what was not played of this stream, now and later, and say how much was.
   * @param {number} stream
   */
  flush(stream) {
    remember(this.#dropped, stream);
    const current = this.#stream === stream;
    const kept = this.#chunks.slice(this.#head).filter((chunk) => chunk.stream !== stream);
    if (this.#chunks[this.#head]?.stream === stream) this.#offset = 0;
    this.#chunks = kept;
    this.#head = 0;
    this.#queued = kept.reduce((sum, chunk) => sum + chunk.samples.length, 0) - this.#offset;
    this.#held = false;
    if (current) this.#stopSound();
    this.#report({ stream, samples: current ? this.#played : 0, flushed: true });
    if (current) this.#reported = this.#played;
  }

  /**
   * Fill one render quantum.
   * @param {Float32Array} out
   * @returns {number} samples of replies among them
   */
  pull(out) {
    let written = 0;
    if (!this.#held && this.#mayStart(out.length)) written = this.#copy(out);
    if (written < out.length) this.#silence(out, written);
    if (written > 0 && this.#played - this.#reported >= REPORT_EVERY) this.#tell(false);
    return written;
  }

  /** @param {number} quantum */
  #mayStart(quantum) {
    if (this.#queued === 0) {
      this.#waited = 0;
      return false;
    }
    if (this.#sounding) return true;
    const first = /** @type {Chunk} */ (this.#chunks[this.#head]);
    this.#waited += quantum;
    const ready = this.#queued >= this.#cushion || this.#complete.has(first.stream) || this.#waited >= this.#cushion + PATIENCE;
    if (!ready) return false;
    this.#sounding = true;
    this.#fadeIn = RAMP;
    this.#waited = 0;
    return true;
  }

  /** @param {Float32Array} out */
  #copy(out) {
    let written = 0;
    while (written < out.length && this.#head < this.#chunks.length) {
      const chunk = /** @type {Chunk} */ (this.#chunks[this.#head]);
      if (chunk.stream !== this.#stream) this.#begin(chunk.stream);
      const count = Math.min(out.length - written, chunk.samples.length - this.#offset);
      for (let i = 0; i < count; i += 1) {
        let value = /** @type {number} */ (chunk.samples[this.#offset + i]) / 32768;
        if (this.#fadeIn > 0) {
          value *= 1 - this.#fadeIn / RAMP;
          this.#fadeIn -= 1;
        }
        out[written + i] = value;
        this.#last = value;
      }
      written += count;
      this.#offset += count;
      this.#queued -= count;
      this.#played = chunk.position + this.#offset;
      this.#sinceGap += count;
      if (this.#offset === chunk.samples.length) this.#nextChunk();
    }
    return written;
  }

  #nextChunk() {
    this.#offset = 0;
    this.#head += 1;
    if (this.#head === this.#chunks.length) {
      this.#chunks.length = 0;
      this.#head = 0;
    }
  }

  /** @param {number} stream */
  #begin(stream) {
    this.#tell(false);
    this.#stream = stream;
    if (this.#sinceGap >= EVEN_SAMPLES) {
      this.#cushion = Math.max(FIRST_CUSHION, this.#cushion / 2);
      this.#sinceGap = 0;
    }
    this.#played = 0;
    this.#reported = 0;
  }

  /**
   * @param {Float32Array} out
   * @param {number} from
   */
  #silence(out, from) {
    if (from > 0 || (this.#sounding && this.#queued === 0)) this.#ranDry();
    for (let i = from; i < out.length; i += 1) {
      out[i] = this.#fadeOut > 0 ? (this.#last * this.#fadeOut) / RAMP : 0;
      if (this.#fadeOut > 0) this.#fadeOut -= 1;
    }
  }

  #ranDry() {
    this.#stopSound();
    this.#dry = this.#stream;
    this.#tell(false);
  }

  #countGap() {
    this.underruns += 1;
    this.#dry = null;
    this.#cushion = Math.min(MOST_CUSHION, Math.max(LATER_CUSHION, 2 * this.#cushion));
    this.#sinceGap = 0;
  }

  /** The next silence begins with a short decay from the last value instead of a step. */
  #stopSound() {
    if (!this.#sounding) return;
    this.#sounding = false;
    this.#fadeOut = RAMP;
  }

  /** @param {boolean} flushed */
  #tell(flushed) {
    if (this.#stream === null || this.#played === this.#reported) return;
    this.#reported = this.#played;
    this.#report({ stream: this.#stream, samples: this.#played, flushed });
  }
}

/**
 * Keeps a set of stream numbers from growing with the length of the conversation.
 * @param {Set<number>} set
 * @param {number} stream
 */
function remember(set, stream) {
  set.delete(stream);
  set.add(stream);
  if (set.size > 32) {
    for (const oldest of set) {
      set.delete(oldest);
      break;
    }
  }
}
