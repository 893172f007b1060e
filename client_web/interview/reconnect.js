// @ts-check
/**
 * When to connect again, and whether the network is still there. Pure, without a clock of its own: `now` is passed in
 * (milliseconds), `due` says when `advance` wants to be asked next.
 */

/** Between two attempts. With SOONEST and the time an attempt takes, 2 s after the network is back all is well. */
const SOONEST_MS = 400;
/** A SYN that was lost is sent again by the system after 1, 3, 7 s: an attempt of our own is quicker. */
const ATTEMPT_MS = 1500;
/** After so many attempts the server may only be slow. */
const HASTY_ATTEMPTS = 20;
const PATIENT_ATTEMPT_MS = 6000;
const BUSY_MS = 5000;
/** So often the server may break before it has said hello; then there is no point. */
const MOST_BREAKS = 5;

/** @typedef {'attempt' | 'abandon' | null} Wish connect; give up the attempt under way (its close is to be told) */

export class Reconnect {
  /** @type {'trying' | 'up' | 'waiting' | 'over'} */
  state = 'over';
  /** @type {number | null} */
  due = null;
  /** Attempts since the line was last up. */
  attempts = 0;
  #breaks = 0;

  /** @param {number} now */
  begin(now) {
    this.state = 'waiting';
    this.due = now;
    this.attempts = 0;
    this.#breaks = 0;
  }

  /** The server has greeted us. */
  opened() {
    this.state = 'up';
    this.due = null;
    this.attempts = 0;
    this.#breaks = 0;
  }

  /**
   * @param {number} code of the WebSocket's close (docs/protocol.md), 4000 where the page itself gave it up
   * @param {number} now
   * @returns {boolean} whether it will be tried again
   */
  closed(code, now) {
    if (this.state === 'over') return false;
    const wasUp = this.state === 'up';
    if (code === 1011 && !wasUp) this.#breaks += 1;
    if (code === 1000 || code === 1008 || this.#breaks >= MOST_BREAKS) {
      this.stop();
      return false;
    }
    this.state = 'waiting';
    this.due = now + (code === 1013 ? BUSY_MS : wasUp ? 0 : SOONEST_MS);
    return true;
  }

  /**
   * The system says that there is a network again.
   * @param {number} now
   */
  online(now) {
    if (this.state === 'waiting') this.due = now;
  }

  stop() {
    this.state = 'over';
    this.due = null;
  }

  /**
   * @param {number} now
   * @returns {Wish}
   */
  advance(now) {
    if (this.due === null || now < this.due) return null;
    if (this.state === 'trying') return 'abandon';
    this.state = 'trying';
    this.attempts += 1;
    this.due = now + (this.attempts > HASTY_ATTEMPTS ? PATIENT_ATTEMPT_MS : ATTEMPT_MS);
    return 'attempt';
  }
}

/** A server that says nothing for so long is asked whether it is there. */
const QUIET_MS = 1500;
/** An answer that takes longer does not come: a busy machine answers in milliseconds, the worst seen took 0.9 s. */
const ANSWER_MS = 4000;

/** A browser is not told when the path to the server is gone: a WebSocket stays open for minutes. So it is asked. */
export class Heartbeat {
  /** When the server was last known to be there: what was said since may not have arrived. */
  goodAt = 0;
  /** @type {number | null} */
  due = null;
  #asked = false;

  /** @param {number} now something came from the server */
  heard(now) {
    this.goodAt = now;
    this.#asked = false;
    this.due = now + QUIET_MS;
  }

  /** @param {number} now there is reason to doubt: the system says that the network is gone */
  doubt(now) {
    if (this.due !== null && !this.#asked) this.due = now;
  }

  stop() {
    this.due = null;
    this.#asked = false;
  }

  /**
   * @param {number} now
   * @returns {'ask' | 'lost' | null}
   */
  advance(now) {
    if (this.due === null || now < this.due) return null;
    if (this.#asked) return 'lost';
    this.#asked = true;
    this.due = now + ANSWER_MS;
    return 'ask';
  }
}

/** Louder than this, a frame may be speech: -45 dBFS. */
export const VOICED_RMS = 10 ** (-45 / 20);
/** A cough is shorter: 0.4 s of frames of 20 ms. */
const SPOKEN_FRAMES = 20;

/**
 * How an interview goes on after a gap.
 *
 * An answer that was being given is simply gone on with: the server kept what it had understood, the ring has the rest,
 * and the interviewer does not say a word about it. What was cut on the interviewer's side it must take up itself.
 * @param {object} gap
 * @param {import('../session.js').Phase} gap.phase when the connection was lost
 * @param {number} gap.seconds since the server was last known to be there
 * @param {number} gap.ringSeconds
 * @param {number} gap.spokenFrames frames of the gap, as far as the ring goes, that may be speech
 * @returns {'go-on' | 'ask'} `ask`: let the interviewer take it up
 */
export function afterGap({ phase, seconds, ringSeconds, spokenFrames }) {
  const candidates = phase === 'hearing' || phase === 'listening';
  if (!candidates) return 'ask';
  if (spokenFrames >= SPOKEN_FRAMES) return 'go-on';
  return phase === 'listening' && seconds <= ringSeconds ? 'go-on' : 'ask';
}
