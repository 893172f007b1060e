// @ts-check
/** Push to talk: what pressing and letting go of the key mean. Pure; times are milliseconds. */

/** Shorter than this it was a slip: nothing is sent, and what was being said goes on. */
export const SLIP_MS = 250;
/** People let go while the last syllable still sounds. */
export const TAIL_MS = 180;

/** @typedef {'hold' | 'go-on' | 'begin' | 'commit'} Step hold the player; go on; throw away what was heard before; send it */

export class PushToTalk {
  /** @type {'up' | 'pressed' | 'talking' | 'tail'} */
  state = 'up';
  /** @type {number | null} */
  due = null;

  /** Does the microphone count? */
  get open() {
    return this.state !== 'up';
  }

  /**
   * @param {number} now
   * @returns {Step | null}
   */
  press(now) {
    if (this.state === 'tail') {
      this.state = 'talking';
      this.due = null;
      return null;
    }
    if (this.state !== 'up') return null;
    this.state = 'pressed';
    this.due = now + SLIP_MS;
    return 'hold';
  }

  /**
   * @param {number} now
   * @returns {Step | null}
   */
  release(now) {
    if (this.state === 'pressed') {
      this.reset();
      return 'go-on';
    }
    if (this.state === 'talking') {
      this.state = 'tail';
      this.due = now + TAIL_MS;
    }
    return null;
  }

  /**
   * @param {number} now
   * @returns {Step | null}
   */
  advance(now) {
    if (this.due === null || now < this.due) return null;
    this.due = null;
    if (this.state === 'pressed') {
      this.state = 'talking';
      return 'begin';
    }
    this.state = 'up';
    return 'commit';
  }

  reset() {
    this.state = 'up';
    this.due = null;
  }
}
