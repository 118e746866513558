import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ContentCoding, selectCoding } from '../../src/http/accept-encoding.ts';

describe('selectCoding (RFC 9110 §12.5.3)', () => {
  it.each<readonly [string, string | undefined, ContentCoding]>([
    ['no field', undefined, 'identity'],
    ['an empty field', '', 'identity'],
    ['Chrome', 'gzip, deflate, br, zstd', 'br'],
    ['an old browser', 'gzip, deflate', 'gzip'],
    ['curl --compressed', 'deflate, gzip, br, zstd', 'br'],
    ['gzip alone', 'gzip', 'gzip'],
    ['br alone', 'br', 'br'],
    ['identity alone', 'identity', 'identity'],
    ['other codings alone', 'deflate, compress, zstd', 'identity'],
    ['x-gzip (§8.4.1.3)', 'x-gzip', 'gzip'],
    ['capitals (§8.4.1)', 'GZip, Deflate', 'gzip'],
    ['capitals of x-gzip', 'X-GZIP', 'gzip'],
    ['blanks and tabs', ' gzip\t;\tq=0.5 ,\tbr;q=0.4 ', 'gzip'],
    ['no blanks', 'gzip,br', 'br'],
    ['a star', '*', 'br'],
  ])('reads %s', (_, field, expected) => {
    expect(selectCoding(field)).toBe(expected);
  });

  it.each<readonly [string, ContentCoding]>([
    ['gzip;q=1, br;q=0.9', 'gzip'],
    ['gzip;q=0.9, br;q=1', 'br'],
    ['br;q=0.5, gzip;q=0.5', 'br'],
    ['gzip;q=0.002, br;q=0.001', 'gzip'],
    ['gzip;q=0.001', 'gzip'],
    ['gzip;q=1.000, br;q=0.999', 'gzip'],
    ['gzip;Q=0.9, br;Q=0.8', 'gzip'],
    ['gzip;q=1., br;q=0.', 'gzip'],
    ['gzip;q=0.5, identity;q=1', 'identity'],
    ['gzip;q=0.5, identity;q=0.5', 'gzip'],
    ['gzip;q=0.5, identity;q=0.4', 'gzip'],
    ['gzip;q=0.1', 'gzip'],
    ['*;q=0.5, identity', 'identity'],
    ['*;q=0.5, gzip', 'gzip'],
    ['br;q=0.2, *;q=0.8', 'gzip'],
    ['x-gzip;q=0.9, br;q=0.8', 'gzip'],
  ])('follows the weights of %s (§12.4.2)', (field, expected) => {
    expect(selectCoding(field)).toBe(expected);
  });

  it.each<readonly [string, ContentCoding]>([
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0', 'identity'],
    ['br;q=0.0, gzip;q=0.000', 'identity'],
    ['*, br;q=0', 'gzip'],
    ['*, br;q=0, gzip;q=0', 'identity'],
    ['*, br;q=0, x-gzip;q=0', 'identity'],
    ['identity;q=0, gzip', 'gzip'],
    ['identity;q=0, *', 'br'],
    ['gzip, *;q=0', 'gzip'],
    ['identity, *;q=0', 'identity'],
    ['br;q=0, br', 'identity'],
    ['br, br;q=0', 'identity'],
    ['gzip;q=0, x-gzip', 'identity'],
  ])('leaves out what %s refuses', (field, expected) => {
    expect(selectCoding(field)).toBe(expected);
  });

  it.each(['identity;q=0', '*;q=0', 'identity;q=0, deflate', 'br;q=0, gzip;q=0, identity;q=0'])(
    'answers %s plainly, because it refuses all there is',
    (field) => {
      expect(selectCoding(field)).toBe('identity');
    },
  );

  it.each<readonly [string, ContentCoding]>([
    ['br;q=high, gzip', 'gzip'],
    ['br;q=2, gzip', 'gzip'],
    ['br;q=1.001, gzip', 'gzip'],
    ['br;q=-1, gzip', 'gzip'],
    ['br;q=0.9999, gzip;q=0.1', 'gzip'],
    ['br;q=, gzip', 'gzip'],
    ['br;q, gzip', 'gzip'],
    ['br;, gzip', 'gzip'],
    ['br;level=9, gzip', 'gzip'],
    ['br;q=1;q=1, gzip', 'gzip'],
    ['br gzip', 'identity'],
    ['brotli, xgzip, gzipx, x-x-gzip', 'identity'],
    ['"br"', 'identity'],
    [',,;,;q=1,gzip,,', 'gzip'],
    ['__proto__, constructor', 'identity'],
    ['\u0000\uffff', 'identity'],
  ])('makes the best of %j', (field, expected) => {
    expect(selectCoding(field)).toBe(expected);
  });

  it('does not read a field far longer than any browser sends', () => {
    expect(selectCoding(`br, ${'x,'.repeat(200)}`)).toBe('br');
    expect(selectCoding(`br, ${'x,'.repeat(300)}`)).toBe('identity');
  });

  it('answers the same when asked again, after thousands of other fields', () => {
    for (let index = 0; index < 2000; index += 1) expect(selectCoding(`gzip, x${index}`)).toBe('gzip');
    expect([selectCoding('br, gzip;q=0.5'), selectCoding('br, gzip;q=0.5')]).toEqual(['br', 'br']);
  });

  it('gives nothing that was not named, and nothing that was refused', () => {
    const members = fc.tuple(
      fc.constantFrom('br', 'gzip', 'x-gzip', 'identity', '*', 'zstd'),
      fc.constantFrom('', ';q=0', ';q=0.3', ';q=1', ';q=0.000'),
    );
    fc.assert(
      fc.property(fc.array(members), (parts) => {
        const selected = selectCoding(parts.map(([coding, weight]) => coding + weight).join(', '));
        if (selected === 'identity') return;
        const names = selected === 'gzip' ? ['gzip', 'x-gzip'] : [selected];
        const own = parts.filter(([coding]) => names.includes(coding));
        const deciding = own.length > 0 ? own : parts.filter(([coding]) => coding === '*');
        expect(deciding).not.toEqual([]);
        expect(deciding.every(([, weight]) => !/^;q=0(\.0*)?$/.test(weight))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (field) => {
        expect(['br', 'gzip', 'identity']).toContain(selectCoding(field));
      }),
    );
  });
});
