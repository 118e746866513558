import { describe, expect, it } from 'vitest';
import { TintypeError } from '../../../src/errors.ts';
import { decodeFailure, encodeFailure } from '../../../src/transform/isolation/failure.ts';

describe('a failure that another process tells', () => {
  it('is the one it had', () => {
    const cause = new Error('VipsJpeg: premature end');
    const error = new TintypeError('INVALID_PARAMETER', { message: 'w: too large.', cause });
    expect(decodeFailure(encodeFailure(error))).toMatchObject({
      code: 'INVALID_PARAMETER',
      status: 400,
      message: 'w: too large.',
      cause: { message: 'VipsJpeg: premature end' },
    });
  });

  it.each([
    ['longer than a line', 'x'.repeat(201)],
    ['of two lines', 'w: too large.\nSet-Cookie: a'],
    ['with a separator of lines', 'w:\u2028too large.'],
    ['turned around', 'w:\u202etoo large.'],
    ['empty', ''],
    ['no text', { toString: 'x' }],
  ])('reaches clients in our words where it is %s', (_what, message) => {
    const said = Buffer.from(JSON.stringify({ code: 'BROKEN_IMAGE', message, cause: 'y'.repeat(5000) }));
    const failure = decodeFailure(said);
    expect(failure.message).toBe('The original image is damaged.');
    expect(failure.cause).toMatchObject({ message: 'y'.repeat(2000) });
  });

  it('reaches clients whole in the longest words that a render has', () => {
    const message =
      'The result would have 16384 × 16384 pixels; 4096 pixels a side and 16 megapixels are allowed. Ask for a smaller w or h.';
    expect(decodeFailure(encodeFailure(new TintypeError('INVALID_PARAMETER', { message }))).message).toBe(message);
  });

  it('is of our kind whatever it was there', () => {
    expect(decodeFailure(encodeFailure('nothing'))).toMatchObject({ code: 'RENDER_FAILED', status: 500 });
  });

  it.each(['CLIENT_GONE', 'NOT_FOUND', 'CLOSED', 'OVERLOADED', 'UNAUTHORIZED'])(
    'is no %s, which no render is',
    (code) => {
      const said = Buffer.from(JSON.stringify({ code, message: 'Come in.' }));
      expect(decodeFailure(said)).toMatchObject({ code: 'RENDER_FAILED', status: 500 });
    },
  );

  it.each(['', 'null', '{', '7', '{"code":"__proto__"}', '{"code":"NEVER_HEARD_OF"}', '{"code":["NOT_FOUND"]}'])(
    'is no other where it says %j',
    (said) => {
      expect(decodeFailure(Buffer.from(said))).toMatchObject({ code: 'RENDER_FAILED', status: 500 });
    },
  );
});
