import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AcceptClass, acceptClass } from '../../src/http/accept.ts';

const chrome = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const safari = 'image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,*/*;q=0.5';
const firefox = 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5';

describe('acceptClass', () => {
  it.each<readonly [string, string | undefined, AcceptClass]>([
    ['no field', undefined, 'other'],
    ['an empty field', '', 'other'],
    ['Chrome', chrome, 'avif+webp'],
    ['Safari', safari, 'avif+webp'],
    ['Firefox', firefox, 'avif+webp'],
    ['AVIF alone', 'image/avif', 'avif'],
    ['WebP alone', 'image/webp', 'webp'],
    ['WebP before AVIF', 'image/webp, image/avif', 'avif+webp'],
    ['a type in capitals (RFC 9110 §8.3.1)', 'Image/AVIF, IMAGE/WEBP', 'avif+webp'],
    ['other types', 'image/png, image/jpeg', 'other'],
    ['blanks and tabs', ' image/avif \t;\tq=0.5 ,\timage/webp', 'avif+webp'],
    ['parameters', 'image/avif;level=1;q=0.9', 'avif'],
  ])('reads %s', (_, accept, expected) => {
    expect(acceptClass(accept)).toBe(expected);
  });

  it.each(['*/*', 'image/*', 'image/*;q=1, */*;q=0.1', '*', 'image/avi*'])(
    'does not take %s for an explicit type',
    (accept) => {
      expect(acceptClass(accept)).toBe('other');
    },
  );

  it.each<readonly [string, AcceptClass]>([
    ['image/avif;q=0', 'other'],
    ['image/avif;q=0.0, image/webp', 'webp'],
    ['image/avif;q=0.000, image/*', 'other'],
    ['image/avif;Q=0', 'other'],
    ['image/avif;q=0.001', 'avif'],
    ['image/avif;q=0.1, image/webp;q=0.9', 'avif+webp'],
    ['image/avif;q=high', 'other'],
  ])('weighs %s (RFC 9110 §12.4.2)', (accept, expected) => {
    expect(acceptClass(accept)).toBe(expected);
  });

  it.each<readonly [string, AcceptClass]>([
    ['avif', 'other'],
    ['image/avifx', 'other'],
    ['ximage/avif', 'other'],
    ['text/avif', 'other'],
    ['image / avif', 'other'],
    ['image/avif image/webp', 'other'],
    [',,;;,image/webp,,', 'webp'],
    ['"image/avif', 'other'],
    ['text/html;x="a, image/avif, b", image/webp', 'webp'],
    ['\u0000\uffff', 'other'],
    ['__proto__', 'other'],
  ])('makes the best of %j', (accept, expected) => {
    expect(acceptClass(accept)).toBe(expected);
  });

  it('does not read a field far longer than any browser sends', () => {
    expect(acceptClass(`image/avif, ${'a/b,'.repeat(200)}`)).toBe('avif');
    expect(acceptClass(`image/avif, ${'a/b,'.repeat(300)}`)).toBe('other');
  });

  it('answers the same when asked again, after thousands of other fields', () => {
    for (let index = 0; index < 2000; index += 1) expect(acceptClass(`image/webp, x/${index}`)).toBe('webp');
    expect([acceptClass(chrome), acceptClass(chrome)]).toEqual(['avif+webp', 'avif+webp']);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (accept) => {
        expect(['avif+webp', 'avif', 'webp', 'other']).toContain(acceptClass(accept));
      }),
    );
  });
});
