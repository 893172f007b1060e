// @ts-check
/**
 * The binary frames of subprotocol `moui.binary.v1`, and nothing else (see docs/protocol.md).
 *
 * Little endian, 16 bytes of header `<BBHIQ`: type, flags, stream, sequence, position; then PCM16 mono.
 * `position` counts samples since the start of the stream, at the stream's own rate.
 */

export const SUBPROTOCOL = 'moui.binary.v1';
export const HEADER_BYTES = 16;
export const TYPE_MICROPHONE = 1;
export const TYPE_REPLY = 2;
/** Rate of every sample the server sends. */
export const OUTPUT_RATE_HZ = 24_000;

const TWO_TO_32 = 2 ** 32;

/** The peer sent bytes that are no frame. */
export class WireError extends Error {}

/**
 * @typedef {object} Frame
 * @property {number} type
 * @property {number} flags
 * @property {number} stream
 * @property {number} sequence
 * @property {number} position
 * @property {Int16Array} samples a view on the frame's own buffer: no copy is made
 */

/**
 * Writes the header into the first 16 bytes of a frame that already holds its samples behind them.
 * @param {ArrayBuffer} frame
 * @param {{type: number, stream: number, sequence: number, position: number}} header
 */
export function writeHeader(frame, header) {
  const view = new DataView(frame, 0, HEADER_BYTES);
  view.setUint8(0, header.type);
  view.setUint8(1, 0);
  view.setUint16(2, header.stream, true);
  view.setUint32(4, header.sequence >>> 0, true);
  // Two halves instead of setBigUint64: no BigInt is made fifty times a second, and 2^53 samples are 11,900 years.
  view.setUint32(8, header.position % TWO_TO_32, true);
  view.setUint32(12, Math.floor(header.position / TWO_TO_32), true);
}

/**
 * @param {ArrayBuffer} frame
 * @returns {Frame}
 * @throws {WireError}
 */
export function decodeFrame(frame) {
  if (frame.byteLength < HEADER_BYTES) throw new WireError(`frame of ${frame.byteLength} bytes has no header`);
  if (frame.byteLength % 2 !== 0) throw new WireError('frame ends in the middle of a sample');
  const view = new DataView(frame, 0, HEADER_BYTES);
  const type = view.getUint8(0);
  if (type !== TYPE_MICROPHONE && type !== TYPE_REPLY) throw new WireError(`unknown frame type ${type}`);
  const position = view.getUint32(12, true) * TWO_TO_32 + view.getUint32(8, true);
  if (!Number.isSafeInteger(position)) throw new WireError('sample position is out of range');
  return {
    type,
    flags: view.getUint8(1),
    stream: view.getUint16(2, true),
    sequence: view.getUint32(4, true),
    position,
    samples: new Int16Array(frame, HEADER_BYTES),
  };
}
