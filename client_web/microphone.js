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

/**
 * @param {string | null} deviceId null: the system's choice; one that is gone gives way to it, too
 * @throws {MicrophoneError}
 */
async function capture(deviceId) {
  assertAllowed();
  const processing = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    const audio = deviceId === null ? processing : { ...processing, deviceId: { ideal: deviceId } };
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    throw new MicrophoneError(problemOf(error), error);
  }
}

export class Microphone {
  #context;
  /** @type {MediaStream} */
  #stream;
  /** @type {MediaStreamAudioSourceNode} */
  #source;
  #node;
  #onLost;
  #muted = false;

  /**
   * @param {AudioContext} context
   * @param {MediaStream} stream
   * @param {{onFrame: (frame: ArrayBuffer) => void, onLost: () => void}} handlers
   */
  constructor(context, stream, { onFrame, onLost }) {
    this.#context = context;
    this.#onLost = onLost;
    this.#node = new AudioWorkletNode(context, 'moui-microphone', {
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    this.#node.port.onmessage = ({ data }) => {
      onFrame(data);
      this.#node.port.postMessage(data, [data]);
    };
    this.#stream = stream;
    this.#source = this.#connect(stream);
  }

  /** @param {MediaStream} stream */
  #connect(stream) {
    for (const track of stream.getAudioTracks()) {
      track.onended = this.#onLost;
      track.enabled = !this.#muted;
    }
    const source = this.#context.createMediaStreamSource(stream);
    source.connect(this.#node);
    return source;
  }

  get rateHz() {
    return this.#context.sampleRate;
  }

  /** The device that is listened to; '' where the browser does not say. */
  get deviceId() {
    return this.#stream.getAudioTracks()[0]?.getSettings().deviceId ?? '';
  }

  /** Muted, the browser itself gives silence: frames go on, and time with them. */
  get muted() {
    return this.#muted;
  }

  set muted(muted) {
    this.#muted = muted;
    for (const track of this.#stream.getAudioTracks()) track.enabled = !muted;
  }

  /**
   * Listens to another device, at the rate of the first: who receives the frames notices nothing.
   * @param {string | null} deviceId
   * @throws {MicrophoneError} the old one stays
   */
  async use(deviceId) {
    const stream = await capture(deviceId);
    let source;
    try {
      source = this.#connect(stream);
    } catch (error) {
      release(stream);
      throw new MicrophoneError('mic-failed', error);
    }
    this.#source.disconnect();
    release(this.#stream);
    this.#source = source;
    this.#stream = stream;
  }

  /**
   * @param {{onFrame: (frame: ArrayBuffer) => void, onLost: () => void}} handlers `onFrame` gets a frame whose
   *   header is still empty, and must be done with it when it returns
   * @param {string | null} [deviceId]
   * @throws {MicrophoneError}
   */
  static async open(handlers, deviceId = null) {
    const stream = await capture(deviceId);
    try {
      const context = await captureContext();
      return new Microphone(context, stream, handlers);
    } catch (error) {
      release(stream);
      throw new MicrophoneError('mic-failed', error);
    }
  }

  async close() {
    this.#node.port.onmessage = null;
    this.#node.port.postMessage('stop');
    release(this.#stream);
    await this.#context.close();
  }
}

/** @param {MediaStream} stream */
function release(stream) {
  for (const track of stream.getTracks()) {
    track.onended = null;
    track.stop();
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
