// @ts-check
/** The WebSocket: events as JSON, audio as binary frames. Knows the wire, not the interview. */

import { decodeFrame, SUBPROTOCOL, TYPE_MICROPHONE, writeHeader } from './wire.js';

/** Unsent microphone audio above this (about 10 s at 48 kHz) means that the network is gone. */
const MOST_UNSENT_BYTES = 1_000_000;

/**
 * @typedef {object} Handlers
 * @property {(event: any) => void} onEvent
 * @property {(frame: import('./wire.js').Frame) => void} onAudio
 * @property {(end: {code: number, reason: string}) => void} onClose called once, never after close()
 */

export class Connection {
  #socket;
  #sequence = 0;
  #position = 0;
  #handlers;
  #over = false;

  /**
   * @param {string | URL} url
   * @param {Handlers} handlers
   */
  constructor(url, handlers) {
    this.#handlers = handlers;
    this.#socket = new WebSocket(url, [SUBPROTOCOL]);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.#socket.onclose = ({ code, reason }) => this.#end({ code, reason });
  }

  /** Frames sent since the connection was made. */
  get framesSent() {
    return this.#sequence;
  }

  /** @param {object} event */
  send(event) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(event));
  }

  /**
   * @param {ArrayBuffer} frame 16 bytes to be filled here, then PCM16; the caller may use it again at once
   * @param {number} samples
   */
  sendMicrophone(frame, samples) {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MOST_UNSENT_BYTES) {
      this.#abandon('the network does not take the audio');
      return;
    }
    writeHeader(frame, { type: TYPE_MICROPHONE, stream: 0, sequence: this.#sequence, position: this.#position });
    this.#socket.send(frame);
    this.#sequence += 1;
    this.#position += samples;
  }

  close() {
    this.#over = true;
    this.#socket.close(1000, 'done');
  }

  /** @param {unknown} data */
  #receive(data) {
    if (this.#over) return;
    try {
      if (data instanceof ArrayBuffer) this.#handlers.onAudio(decodeFrame(data));
      else this.#handlers.onEvent(JSON.parse(String(data)));
    } catch (error) {
      console.error('moui: cannot go on with what the server sent', error);
      this.#abandon('the server sent something that cannot be read');
    }
  }

  /** @param {string} reason */
  #abandon(reason) {
    this.#socket.close(4000, reason);
    this.#end({ code: 4000, reason });
  }

  /** @param {{code: number, reason: string}} end */
  #end(end) {
    if (this.#over) return;
    this.#over = true;
    this.#handlers.onClose(end);
  }
}
