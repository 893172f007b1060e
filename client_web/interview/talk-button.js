// @ts-check
/** Push to talk in an interview: what push.js says is done, in time. */

import { PushToTalk } from './push.js';

/**
 * @typedef {object} Surroundings
 * @property {(event: object) => void} send to the server
 * @property {(held: boolean) => void} holdPlayer at once, before the server knows
 * @property {() => boolean} replying the interviewer speaks, or is about to
 */

export class TalkButton {
  #around;
  #push = new PushToTalk();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer = undefined;
  /** Is this how the candidate talks now? */
  used = false;

  /** @param {Surroundings} surroundings */
  constructor(surroundings) {
    this.#around = surroundings;
  }

  /** Nothing that the microphone hears now counts. */
  get closed() {
    return this.used && !this.#push.open;
  }

  /** @param {boolean} down */
  hold(down) {
    const now = performance.now();
    this.#do(down ? this.#push.press(now) : this.#push.release(now));
    this.#wait(now);
  }

  reset() {
    clearTimeout(this.#timer);
    this.#push.reset();
  }

  commit() {
    this.#around.send({ type: 'input_audio_buffer.commit' });
    this.#around.send({ type: 'response.create' });
  }

  /** @param {number} now */
  #wait(now) {
    clearTimeout(this.#timer);
    const { due } = this.#push;
    if (due === null) return;
    this.#timer = setTimeout(() => {
      this.#do(this.#push.advance(performance.now()));
      this.#wait(performance.now());
    }, due - now + 1);
  }

  /** @param {import('./push.js').Step | null} step */
  #do(step) {
    const { send, holdPlayer, replying } = this.#around;
    if (step === 'hold') holdPlayer(true);
    else if (step === 'go-on') holdPlayer(false);
    else if (step === 'begin') {
      if (replying()) send({ type: 'response.cancel' });
      else holdPlayer(false);
      send({ type: 'input_audio_buffer.clear' });
    } else if (step === 'commit') {
      holdPlayer(false);
      this.commit();
    }
  }
}
