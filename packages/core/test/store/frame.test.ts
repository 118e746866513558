import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame, frameHeader, frameKey, frameKeyEnd } from '../../src/store/frame.ts';

const key = 'd:group:key';
const header = { type: 'image/avif', width: 320, tags: ['a', 'ü'], nothing: null };
const body = Uint8Array.from({ length: 1000 }, (_, index) => index & 0xff);

describe('a frame', () => {
  it('gives back header and body', () => {
    const frame = decodeFrame(key, encodeFrame(key, header, body));
    expect(frame?.header).toEqual(header);
    expect(Buffer.from(frame?.body ?? [])).toEqual(Buffer.from(body));
  });

  it('gives back anything that was put into it', () => {
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), fc.uint8Array(), (name, value, bytes) => {
        const frame = decodeFrame(name, encodeFrame(name, value, bytes));
        expect(frame?.header).toEqual(JSON.parse(JSON.stringify(value)));
        expect(Buffer.from(frame?.body ?? [1]).equals(bytes)).toBe(true);
      }),
    );
  });

  it('has an empty body where it was given none', () => {
    expect(decodeFrame(key, encodeFrame(key, {}))?.body).toHaveLength(0);
  });

  it('shows its own bytes as the body instead of copying them', () => {
    const bytes = encodeFrame(key, header, body);
    expect(decodeFrame(key, bytes)?.body.buffer).toBe(bytes.buffer);
  });

  it('owns its memory', () => {
    const bytes = encodeFrame(key, {}, Uint8Array.of(1));
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
  });

  it('is read from the middle of a larger buffer', () => {
    const bytes = encodeFrame(key, header, body);
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 7);
    expect(decodeFrame(key, larger.subarray(7, 7 + bytes.length))?.header).toEqual(header);
  });

  it.each(['', 'd:group:ke', 'd:group:key2', 'd:group:kez', 'D:group:key'])('is nothing for the key "%s"', (other) => {
    expect(decodeFrame(other, encodeFrame(key, header, body))).toBeUndefined();
  });

  it('is nothing for a key that only its encoding makes equal', () => {
    expect(decodeFrame('\ufffd', encodeFrame('\ud800', header))).toEqual(expect.objectContaining({ header }));
    expect(decodeFrame('\ud801', encodeFrame('\ud800', header))).toBeUndefined();
  });

  it('is nothing with any one bit changed', () => {
    const bytes = encodeFrame(key, { a: 1 }, Uint8Array.of(1, 2, 3));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decodeFrame(key, changed), `bit ${bit}`).toBeUndefined();
    }
  });

  it('is nothing when cut short anywhere, or with bytes after its end', () => {
    const bytes = encodeFrame(key, { a: 1 }, Uint8Array.of(1, 2, 3));
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeFrame(key, bytes.subarray(0, length)), `${length} bytes`).toBeUndefined();
    }
    expect(decodeFrame(key, Buffer.concat([bytes, Buffer.from([0])]))).toBeUndefined();
    expect(decodeFrame(key, Buffer.concat([bytes, bytes]))).toBeUndefined();
  });

  it('is nothing where the bytes are anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeFrame(key, bytes)).toBeUndefined();
      }),
    );
  });

  it('cannot be made of a header without a JSON form', () => {
    expect(() => encodeFrame(key, { size: 1n })).toThrow(TypeError);
  });
});

describe('the beginning of a frame', () => {
  it.each(['', key, 'x'.repeat(5000), 'café'])('tells the key %#', (name) => {
    const frame = encodeFrame(name, header, body);
    const end = frameKeyEnd(frame.subarray(0, 24));
    expect(end).toBe(24 + Buffer.byteLength(name));
    expect(frameKey(frame.subarray(0, end))).toBe(name);
    expect(frameKey(frame)).toBe(name);
    if (name !== '') expect(frameKey(frame.subarray(0, (end ?? 0) - 1))).toBeUndefined();
  });

  it.each([
    ['too short', encodeFrame(key, {}).subarray(0, 23)],
    ['empty', new Uint8Array(0)],
    ['zeros, as after a power cut', new Uint8Array(300)],
    ['no frame', Buffer.from('a text that is longer than a head')],
  ])('is none where it is %s', (_name, bytes) => {
    expect(frameKeyEnd(bytes)).toBeUndefined();
    expect(frameKey(bytes)).toBeUndefined();
  });

  it('gives the header without a look at the body, for its own key only', () => {
    const frame = encodeFrame(key, header, body);
    frame[frame.length - 1] = 0x55;
    expect(decodeFrame(key, frame)).toBeUndefined();
    expect(frameHeader(key, frame)).toEqual(header);
    expect(frameHeader('d:group:other', frame)).toBeUndefined();
    expect(frameHeader(key, frame.subarray(0, -1))).toBeUndefined();
    expect(frameHeader(key, new Uint8Array(3))).toBeUndefined();
  });
});
