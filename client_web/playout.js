// @ts-check
/** Between replies and the player: which stream is which reply, and what of it was played. One a conversation. */

import { TYPE_REPLY } from './wire.js';

/** Replies whose stream number is remembered: late reports and flushes refer to recent ones only. */
const MOST_REPLIES = 32;
/** Streams are numbered anew by every connection; the player's memory of flushed ones is not to meet new ones. */
const STREAMS_OF_A_LINE = 65_536;

export class Playout {
  #send;
  /** @type {import('./player.js').Player | null} */
  #player = null;
  /** @type {Map<string, number>} */
  #streams = new Map();
  #line = 0;
  /** What happened, for those who look. The last two are of the latest reply. */
  stats = { framesReceived: 0, flushes: 0, underruns: 0, samplesPlayed: 0, loudestReply: 0 };

  /** @param {(event: object) => void} send to the server */
  constructor(send) {
    this.#send = send;
  }

  /** @param {import('./player.js').Player | null} player */
  attach(player) {
    this.#player = player;
  }

  /** What is still to be heard belongs to a connection that is gone. */
  newLine() {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    this.#line += 1;
    for (const stream of streams) this.#player?.flush(stream);
  }

  /**
   * Carries out what the server says of replies; other events are let pass.
   * @param {import('./session.js').Event} event
   */
  take(event) {
    switch (event.type) {
      case 'response.created':
        this.#remember(event.response);
        break;
      case 'response.output_audio.done':
      case 'response.done':
        this.#complete(event.response_id ?? event.response?.id);
        break;
      case 'moui.playback.pause':
        this.#player?.pause();
        break;
      case 'moui.playback.resume':
        this.#player?.resume();
        break;
      case 'moui.playback.flush':
        this.#flush(event.response_id);
        break;
    }
  }

  /** @param {import('./wire.js').Frame} frame */
  audio(frame) {
    if (frame.type !== TYPE_REPLY) return;
    this.stats.framesReceived += 1;
    this.#player?.play(this.#line * STREAMS_OF_A_LINE + frame.stream, frame.position, frame.samples);
  }

  /**
   * @param {import('./player.js').Told} report
   * @returns {boolean} whether it was about a reply of this line
   */
  played({ stream, samples, flushed, underruns }) {
    this.stats.underruns = underruns;
    for (const [responseId, known] of this.#streams) {
      if (known !== stream) continue;
      this.stats.samplesPlayed = samples;
      this.#send({ type: 'moui.playout', response_id: responseId, samples, flushed });
      return true;
    }
    return false;
  }

  /** RMS of the interviewer's voice now, in [0, 1]. */
  level() {
    const level = this.#player?.level() ?? 0;
    this.stats.loudestReply = Math.max(this.stats.loudestReply, level);
    return level;
  }

  /** @param {any} response */
  #remember(response) {
    const stream = response?.moui?.stream;
    if (typeof stream !== 'number') return;
    Object.assign(this.stats, { samplesPlayed: 0, loudestReply: 0 });
    this.#streams.set(response.id, this.#line * STREAMS_OF_A_LINE + stream);
    if (this.#streams.size > MOST_REPLIES) {
      for (const oldest of this.#streams.keys()) {
        this.#streams.delete(oldest);
        break;
      }
    }
  }

  /** @param {string} responseId */
  #complete(responseId) {
    const stream = this.#streams.get(responseId);
    if (stream !== undefined) this.#player?.complete(stream);
  }

  /** @param {string} responseId */
  #flush(responseId) {
    this.stats.flushes += 1;
    const stream = this.#streams.get(responseId);
    if (stream !== undefined) this.#player?.flush(stream);
    else this.#send({ type: 'moui.playout', response_id: responseId, samples: 0, flushed: true });
  }
}
