// @ts-check
/** Plays the candidate's answers, at any second of them. One thing plays at a time. */

import { turnAudio } from '../api.js';
import { MIC_RATE_HZ } from '../format.js';

/** @typedef {{number: number, start_sample: number, end_sample: number}} Answer a turn that was recorded */
/** @typedef {{turn: number | null, sample: number, playing: string}} Position `playing`: the key of what plays, '' when nothing does */

const LEAD_S = 0.25; // so that a first consonant is not cut off

/** What can be played has a key, so that whoever offers it knows that it is what plays. @param {number} turn @param {number} from @param {number} [to] */
export const keyOf = (turn, from, to) => `${turn}:${from}:${to ?? ''}`;

export class AnswerPlayer {
  #audio = new Audio();
  #session;
  #answers;
  /** @type {Map<number, Promise<string>>} */
  #sounds = new Map();
  /** @type {Answer | null} */
  #now = null;
  #key = '';
  /** Where to stop, in seconds of the recording. */
  #until = Infinity;
  #frame = 0;
  #asked = 0;
  #onMove;
  #onProblem;

  /**
   * @param {string} session
   * @param {readonly Answer[]} answers in their order
   * @param {(position: Position) => void} onMove many times a second while it plays
   * @param {(error: unknown) => void} onProblem
   */
  constructor(session, answers, onMove, onProblem) {
    this.#session = session;
    this.#answers = answers;
    this.#onMove = onMove;
    this.#onProblem = onProblem;
    for (const event of ['play', 'pause', 'seeked', 'ended']) this.#audio.addEventListener(event, () => this.#moved());
    this.#audio.addEventListener('ended', () => this.#next());
  }

  /** @param {number} turn */
  has(turn) {
    return this.#answers.some((answer) => answer.number === turn);
  }

  get position() {
    const turn = this.#now?.number ?? null;
    const sample = (this.#now?.start_sample ?? 0) + Math.round(this.#audio.currentTime * MIC_RATE_HZ);
    return { turn, sample, playing: this.#audio.paused ? '' : this.#key };
  }

  /** @param {number} speed 1 is as it was spoken */
  set speed(speed) {
    this.#audio.defaultPlaybackRate = speed;
    this.#audio.playbackRate = speed;
  }

  /**
   * @param {number} turn
   * @param {number} [from] sample of the session's clock; without it from the beginning
   * @param {number} [to] stops there
   */
  async play(turn, from, to) {
    const answer = this.#answers.find(({ number }) => number === turn);
    if (answer === undefined) return;
    const asked = (this.#asked += 1);
    const start = from === undefined ? 0 : (from - answer.start_sample) / MIC_RATE_HZ - LEAD_S;
    try {
      if (this.#now !== answer) {
        this.#audio.pause();
        const sound = await this.#sound(turn);
        if (asked !== this.#asked) return;
        this.#audio.src = sound;
        this.#now = answer;
      }
      this.#key = keyOf(turn, from ?? answer.start_sample, to);
      this.#until = to === undefined ? Infinity : (to - answer.start_sample) / MIC_RATE_HZ + LEAD_S;
      this.#audio.currentTime = Math.max(0, start);
      await this.#audio.play();
    } catch (error) {
      // A newer wish, or leaving, interrupts what was about to play: that is no problem.
      if (asked === this.#asked && /** @type {Error} */ (error).name !== 'AbortError') this.#onProblem(error);
    }
  }

  /** Plays it or, if it is what plays, pauses. @param {number} turn @param {number} from @param {number} [to] */
  press(turn, from, to) {
    if (this.position.playing === keyOf(turn, from, to)) this.#audio.pause();
    else void this.play(turn, from, to);
  }

  toggle() {
    this.#until = Infinity;
    if (this.#audio.paused) this.#audio.play().catch(this.#onProblem);
    else this.#audio.pause();
  }

  /** @param {number} sample in the answer that plays */
  seek(sample) {
    if (this.#now === null) return;
    this.#until = Infinity;
    this.#audio.currentTime = Math.max(0, (sample - this.#now.start_sample) / MIC_RATE_HZ);
  }

  stop() {
    this.#asked += 1;
    this.#audio.pause();
    this.#now = null;
    this.#moved();
  }

  close() {
    this.stop();
    cancelAnimationFrame(this.#frame);
    this.#audio.removeAttribute('src');
    for (const sound of this.#sounds.values()) void sound.then((url) => URL.revokeObjectURL(url), () => {});
    this.#sounds.clear();
  }

  /** The whole of it, so that every second can be jumped to. @param {number} turn @returns {Promise<string>} */
  #sound(turn) {
    const known = this.#sounds.get(turn);
    if (known !== undefined) return known;
    const format = this.#audio.canPlayType('audio/ogg; codecs="opus"') === '' ? 'wav' : 'ogg';
    const sound = turnAudio(this.#session, turn, format).then((bytes) => URL.createObjectURL(bytes));
    this.#sounds.set(turn, sound);
    sound.catch(() => this.#sounds.delete(turn));
    return sound;
  }

  #next() {
    const place = this.#answers.findIndex((answer) => answer === this.#now);
    const next = this.#answers[place + 1];
    if (next !== undefined && !Number.isFinite(this.#until)) void this.play(next.number);
  }

  #moved() {
    cancelAnimationFrame(this.#frame);
    if (this.#audio.currentTime >= this.#until && !this.#audio.paused) this.#audio.pause();
    this.#onMove(this.position);
    if (!this.#audio.paused) this.#frame = requestAnimationFrame(() => this.#moved());
  }
}
