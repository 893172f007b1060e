// @ts-check
/** The connection of an interview: made again by itself when it is lost (reconnect.js says when). */

import { Connection } from '../connection.js';
import { Heartbeat, Reconnect } from './reconnect.js';

/**
 * @typedef {object} LineHandlers
 * @property {(event: import('../session.js').Event) => void} onEvent
 * @property {(frame: import('../wire.js').Frame) => void} onAudio
 * @property {(goodAt: number) => void} onLost it will be tried again; the server was last known to be there at `goodAt`
 * @property {(code: number) => void} onOver it will not
 * @property {(signal: AbortSignal) => Promise<unknown>} reach rejects when the server cannot be reached
 * @property {(signal: AbortSignal) => Promise<boolean>} exists is there still something to connect to? Rejects like `reach`
 */

export class Line {
  #url;
  #handlers;
  #reconnect = new Reconnect();
  #heartbeat = new Heartbeat();
  /** @type {Connection | null} */
  #connection = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer = undefined;
  #asking = new AbortController();
  #leaving = new AbortController();

  /**
   * @param {URL} url
   * @param {LineHandlers} handlers
   */
  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
    const { signal } = this.#leaving;
    addEventListener('online', () => (this.#reconnect.online(now()), this.#heartbeat.doubt(now()), this.#turn()), { signal });
    addEventListener('offline', () => (this.#heartbeat.doubt(now()), this.#turn()), { signal });
    this.#reconnect.begin(now());
    this.#turn();
  }

  get up() {
    return this.#reconnect.state === 'up';
  }

  get framesSent() {
    return this.#connection?.framesSent ?? 0;
  }

  /** @param {object} event lost while there is no connection */
  send(event) {
    if (this.up) this.#connection?.send(event);
  }

  /**
   * @param {ArrayBuffer} frame
   * @param {number} samples
   */
  sendMicrophone(frame, samples) {
    if (this.up) this.#connection?.sendMicrophone(frame, samples);
  }

  close() {
    this.#leaving.abort();
    this.#asking.abort();
    clearTimeout(this.#timer);
    this.#reconnect.stop();
    this.#heartbeat.stop();
    this.#connection?.close();
  }

  /** Does what is due, and comes back when the next thing is. */
  #turn() {
    clearTimeout(this.#timer);
    if (this.#leaving.signal.aborted) return;
    const wish = this.#reconnect.advance(now());
    if (wish === 'attempt') this.#connect();
    else if (wish === 'abandon') this.#abandon();
    const beat = this.#heartbeat.advance(now());
    if (beat === 'ask') void this.#ask();
    else if (beat === 'lost') this.#abandon();
    const due = Math.min(this.#reconnect.due ?? Infinity, this.#heartbeat.due ?? Infinity);
    if (due < Infinity) this.#timer = setTimeout(() => this.#turn(), Math.max(0, due - now()) + 1);
  }

  #connect() {
    const connection = new Connection(this.#url, {
      onEvent: (event) => this.#receive(event),
      onAudio: (frame) => (this.#heartbeat.heard(now()), this.#handlers.onAudio(frame)),
      onClose: ({ code }) => this.#closed(code),
    });
    this.#connection = connection;
  }

  /** @param {import('../session.js').Event} event */
  #receive(event) {
    this.#heartbeat.heard(now());
    if (event.type === 'session.created') this.#reconnect.opened();
    this.#handlers.onEvent(event);
    this.#turn();
  }

  #abandon() {
    this.#connection?.close();
    this.#closed(4000);
  }

  /** @param {number} code */
  #closed(code) {
    const wasUp = this.up;
    const { goodAt } = this.#heartbeat;
    this.#heartbeat.stop();
    this.#asking.abort();
    this.#connection = null;
    const again = this.#reconnect.closed(code, now());
    if (wasUp && again) this.#handlers.onLost(code === 4000 ? goodAt : now());
    if (!again) return this.#over(code);
    // A handshake that is refused looks like a server that is gone: only a request tells.
    if (!wasUp) void this.#look();
    this.#turn();
  }

  /** Is there still something to connect to? */
  async #look() {
    try {
      if (!(await this.#handlers.exists(this.#leaving.signal)) && !this.#leaving.signal.aborted && !this.up) this.#over(1008);
    } catch {
      // No answer: the network, or the server, is not back yet. It is tried again anyway.
    }
  }

  async #ask() {
    const asking = (this.#asking = new AbortController());
    try {
      await this.#handlers.reach(asking.signal);
      if (!asking.signal.aborted) this.#heartbeat.heard(now());
    } catch {
      if (!asking.signal.aborted) this.#abandon();
      return;
    }
    this.#turn();
  }

  /** @param {number} code */
  #over(code) {
    this.close();
    this.#handlers.onOver(code);
  }
}

const now = () => performance.now();
