// @ts-check
/** The user's voice: permission, capture with echo cancellation, frames of 20 ms. */

/** The server takes 8 to 48 kHz; a studio interface at 96 or 192 kHz is asked to come down. */
const HIGHEST_RATE_HZ = 48_000;

/** @typedef {'insecure' | 'mic-refused' | 'mic-missing' | 'mic-busy' | 'mic-failed'} MicrophoneProblem */

/** Carries the problem as the key of a text in texts/call.js. */
export class MicrophoneError extends Error {
  /**
   * @param {MicrophoneProblem} problem
   * @param {unknown} [cause]
   */
  constructor(problem, cause) {
    super(problem, { cause });
    this.problem = problem;
  }
}

/**
 * What the browser's exception means to a person.
 * @param {unknown} error
 * @returns {MicrophoneProblem}
 */
export function problemOf(error) {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'mic-refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'mic-missing';
  if (name === 'NotReadableError' || name === 'AbortError') return 'mic-busy';
  return 'mic-failed';
}

/**
 * Outside a secure context browsers hide the microphone and the audio worklets altogether.
 * @throws {MicrophoneError}
 */
export function assertAllowed() {
  const devices = /** @type {MediaDevices | undefined} */ (navigator.mediaDevices);
  if (!isSecureContext || devices === undefined) throw new MicrophoneError('insecure');
}

export class Microphone {
  #context;
  #stream;
  #node;

  /**
   * @param {AudioContext} context
   * @param {MediaStream} stream
   * @param {{onFrame: (frame: ArrayBuffer) => void, onLost: () => void}} handlers
   */
  constructor(context, stream, { onFrame, onLost }) {
    this.#context = context;
    this.#stream = stream;
    this.#node = new AudioWorkletNode(context, 'moui-microphone', {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    this.#node.port.onmessage = ({ data }) => {
      onFrame(data);
      this.#node.port.postMessage(data, [data]);
    };
    for (const track of stream.getAudioTracks()) track.onended = onLost;
    context.createMediaStreamSource(stream).connect(this.#node);
  }

  get rateHz() {
    return this.#context.sampleRate;
  }

  /**
   * @param {{onFrame: (frame: ArrayBuffer) => void, onLost: () => void}} handlers `onFrame` gets a frame whose
   *   header is still empty, and must be done with it when it returns
   * @throws {MicrophoneError}
   */
  static async open(handlers) {
    assertAllowed();
    /** @type {MediaStream} */
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
    } catch (error) {
      throw new MicrophoneError(problemOf(error), error);
    }
    try {
      const context = await captureContext();
      return new Microphone(context, stream, handlers);
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      throw new MicrophoneError('mic-failed', error);
    }
  }

  async close() {
    this.#node.port.onmessage = null;
    this.#node.port.postMessage('stop');
    for (const track of this.#stream.getTracks()) {
      track.onended = null;
      track.stop();
    }
    await this.#context.close();
  }
}

async function captureContext() {
  let context = new AudioContext({ latencyHint: 'interactive' });
  if (context.sampleRate > HIGHEST_RATE_HZ) {
    await context.close();
    context = new AudioContext({ latencyHint: 'interactive', sampleRate: HIGHEST_RATE_HZ });
  }
  await Promise.all([context.resume(), context.audioWorklet.addModule(new URL('./mic-worklet.js', import.meta.url))]);
  return context;
}
