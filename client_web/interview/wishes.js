// @ts-check
/** What the candidate chose, as the server is told it. Pure. */

/**
 * @typedef {object} Wishes
 * @property {string | null} microphone device id
 * @property {string | null} speaker device id
 * @property {'quick' | 'normal' | 'patient'} patience
 * @property {string | null} voice
 */

const EAGERNESS = Object.freeze({ quick: 'high', normal: 'auto', patient: 'low' });

/**
 * @param {Wishes} wishes
 * @param {boolean} pushToTalk
 */
export function turnDetection({ patience }, pushToTalk) {
  return pushToTalk ? null : { type: 'semantic_vad', eagerness: EAGERNESS[patience] };
}

/**
 * @param {Wishes} wishes
 * @param {number | undefined} rate of the microphone
 * @param {boolean} pushToTalk
 * @param {{ language: string }} [transcription] of free talk; an interview has its own language
 * @returns {import('../session.js').Event} the `session.update` that a connection begins with
 */
export function firstUpdate(wishes, rate, pushToTalk, transcription) {
  const language = transcription === undefined ? {} : { transcription };
  const input = { format: { type: 'audio/pcm', rate }, turn_detection: turnDetection(wishes, pushToTalk), ...language };
  const output = wishes.voice === null ? {} : { output: { voice: wishes.voice } };
  return update({ input, ...output });
}

/**
 * The chosen voice is not installed any more: a voice of the language does as well.
 * @param {Wishes} wishes
 * @param {{ param?: unknown } | undefined} error of the server
 * @returns {Wishes | null} what to ask for instead; null: this is not what the error is about
 */
export function withoutLostVoice(wishes, error) {
  return wishes.voice !== null && error?.param === 'session.audio.output.voice' ? { ...wishes, voice: null } : null;
}

/** @param {object} audio @returns {import('../session.js').Event} */
export function update(audio) {
  return { type: 'session.update', session: { type: 'realtime', audio } };
}

/** What a connection is asked to be like, and what is asked instead where that cannot be. */
export class Asking {
  #wishes;
  #send;
  #ask = () => {};

  /**
   * @param {Wishes} wishes
   * @param {(event: import('../session.js').Event) => void} send
   */
  constructor(wishes, send) {
    this.#wishes = wishes;
    this.#send = send;
  }

  /**
   * @param {number | undefined} rate of the microphone
   * @param {boolean} pushToTalk
   * @param {{ language: string }} [transcription] of free talk
   */
  first(rate, pushToTalk, transcription) {
    this.#ask = () => this.#send(firstUpdate(this.#wishes, rate, pushToTalk, transcription));
    this.#ask();
  }

  /** @param {{ param?: unknown } | undefined} error @returns {boolean} it need not be insisted on, and was asked anew */
  again(error) {
    const instead = withoutLostVoice(this.#wishes, error);
    if (instead === null) return false;
    this.#wishes = instead;
    this.#ask();
    return true;
  }
}
