import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrame, HEADER_BYTES, TYPE_MICROPHONE, TYPE_REPLY, WireError, writeHeader } from '../../client_web/wire.js';

test('a header is laid out as <BBHIQ, little endian', () => {
  const frame = new ArrayBuffer(HEADER_BYTES + 2);
  writeHeader(frame, { type: TYPE_REPLY, stream: 0x0102, sequence: 0x03040506, position: 2 ** 32 + 7 });
  assert.deepEqual(
    [...new Uint8Array(frame)],
    [2, 0, 0x02, 0x01, 0x06, 0x05, 0x04, 0x03, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0],
  );
});

test('what was written is read back, for random headers', () => {
  for (let round = 0; round < 500; round += 1) {
    const header = {
      type: round % 2 === 0 ? TYPE_MICROPHONE : TYPE_REPLY,
      stream: Math.floor(Math.random() * 2 ** 16),
      sequence: Math.floor(Math.random() * 2 ** 32),
      position: Math.floor(Math.random() * Number.MAX_SAFE_INTEGER),
    };
    const frame = new ArrayBuffer(HEADER_BYTES + 6);
    new Int16Array(frame, HEADER_BYTES).set([1, -2, 32767]);
    writeHeader(frame, header);
    const { samples, flags, ...read } = decodeFrame(frame);
    assert.deepEqual(read, header);
    assert.equal(flags, 0);
    assert.deepEqual([...samples], [1, -2, 32767]);
  }
});

test('bytes that are no frame are refused', () => {
  assert.throws(() => decodeFrame(new ArrayBuffer(0)), WireError);
  assert.throws(() => decodeFrame(new ArrayBuffer(15)), WireError);
  const odd = new ArrayBuffer(17);
  new Uint8Array(odd)[0] = TYPE_REPLY;
  assert.throws(() => decodeFrame(odd), /middle of a sample/);
  assert.throws(() => decodeFrame(new ArrayBuffer(16)), /unknown frame type 0/);
  const far = new ArrayBuffer(16);
  new Uint8Array(far).fill(0xff, 8);
  new Uint8Array(far)[0] = TYPE_REPLY;
  assert.throws(() => decodeFrame(far), /out of range/);
});

test('random bytes give a frame or a WireError, never anything else', () => {
  for (let round = 0; round < 2000; round += 1) {
    const bytes = new Uint8Array(Math.floor(Math.random() * 40)).map(() => Math.floor(Math.random() * 256));
    if (bytes.length > 0) bytes[0] = (bytes[0] ?? 0) % 4;
    try {
      const frame = decodeFrame(bytes.buffer);
      assert.equal(frame.samples.length, (bytes.length - HEADER_BYTES) / 2);
    } catch (error) {
      assert.ok(error instanceof WireError, String(error));
    }
  }
});
