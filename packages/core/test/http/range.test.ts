import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Validators } from '../../src/http/conditional.ts';
import type { HttpHeaders } from '../../src/http/message.ts';
import { contentRange, type RangeSelection, selectRange } from '../../src/http/range.ts';

const now = Date.UTC(2026, 5, 15);
const modified = 'Sun, 06 Nov 1994 08:49:37 GMT';
const later = 'Sun, 06 Nov 1994 08:49:38 GMT';
const validators: Validators = { etag: '"a"', lastModified: modified, date: later };

const select = (headers: HttpHeaders, length = 10, known = validators): RangeSelection =>
  selectRange(headers, length, known, now);
const part = (start: number, end: number): RangeSelection => ({ kind: 'part', start, end });
const whole: RangeSelection = { kind: 'whole' };
const unsatisfiable: RangeSelection = { kind: 'unsatisfiable' };
const long = '9'.repeat(30);
const endless = '9'.repeat(400);

describe('selectRange of ten bytes', () => {
  it.each<readonly [string, RangeSelection]>([
    ['bytes=0-0', part(0, 0)],
    ['bytes=0-4', part(0, 4)],
    ['bytes=2-5', part(2, 5)],
    ['bytes=9-9', part(9, 9)],
    ['bytes=0-', part(0, 9)],
    ['bytes=9-', part(9, 9)],
    ['bytes=-1', part(9, 9)],
    ['bytes=-5', part(5, 9)],
    ['bytes=-10', part(0, 9)],
    ['bytes=000-0004', part(0, 4)],
  ])('reads %s (RFC 9110 §14.1.2)', (range, expected) => {
    expect(select({ range })).toEqual(expected);
  });

  it.each<readonly [string, RangeSelection]>([
    ['bytes=5-10', part(5, 9)],
    ['bytes=0-999', part(0, 9)],
    ['bytes=-11', part(0, 9)],
    [`bytes=3-${long}`, part(3, 9)],
    [`bytes=3-${endless}`, part(3, 9)],
    [`bytes=-${long}`, part(0, 9)],
    [`bytes=-${endless}`, part(0, 9)],
  ])('clips %.40s at the end (RFC 9110 §14.1.2)', (range, expected) => {
    expect(select({ range })).toEqual(expected);
  });

  it.each([
    'bytes=10-',
    'bytes=10-10',
    'bytes=99-200',
    'bytes=-0',
    'bytes=-000',
    `bytes=${long}-`,
    `bytes=${endless}-${endless}`,
  ])('cannot satisfy %.40s (RFC 9110 §15.5.17)', (range) => {
    expect(select({ range })).toEqual(unsatisfiable);
  });

  it.each([
    'bytes=5-4',
    'bytes=99-20',
    `bytes=${endless}-5`,
    'bytes=-',
    'bytes=',
    'bytes=,',
    'bytes= , ,',
    'bytes',
    'bytes 0-4',
    'bytes=0',
    'bytes=a-b',
    'bytes=0-b',
    'bytes=0-4x',
    'bytes=x0-4',
    'bytes=--1',
    'bytes=-1-',
    'bytes=0-1-2',
    'bytes=+0-4',
    'bytes=0.0-4',
    'bytes=0-1e400',
    'bytes=1e1-',
    'bytes=0x1-0x2',
    'bytes=0 - 4',
    'bytes=0-4/10',
    'bytes:0-4',
    'bytes =0-4',
    'xbytes=0-4',
    '0-4',
    '',
  ])('ignores %j, which is no set of ranges (RFC 9110 §14.1.1, §14.2)', (range) => {
    expect(select({ range })).toEqual(whole);
  });

  it.each(['items=0-4', 'byte=0-4', 'lines=0-', 'none=0-4'])('ignores the unit of %s (RFC 9110 §14.2)', (range) => {
    expect(select({ range })).toEqual(whole);
  });

  it.each(['Bytes=0-4', 'BYTES=0-4', 'bYtEs=0-4'])('reads %s: units in any case (RFC 9110 §14.1)', (range) => {
    expect(select({ range })).toEqual(part(0, 4));
  });

  it.each(['bytes= 0-4', 'bytes=\t0-4\t', ' bytes=0-4 ', 'bytes=,0-4', 'bytes=0-4,', 'bytes=, ,0-4 ,\t,'])(
    'reads %j: empty members and blanks of a list do not count (RFC 9110 §5.6.1.2)',
    (range) => {
      expect(select({ range })).toEqual(part(0, 4));
    },
  );

  it.each<readonly [string, string | readonly string[]]>([
    ['two', 'bytes=0-1,3-4'],
    ['adjacent ones', 'bytes=0-1,2-3'],
    ['overlapping ones', 'bytes=0-,0-,0-,0-'],
    ['one beyond the end', 'bytes=0-1,20-'],
    ['none that can be satisfied', 'bytes=20-,30-'],
    ['one that is junk', 'bytes=0-1,x'],
    ['two lines', ['bytes=0-1', 'bytes=3-4']],
    ['hundreds', `bytes=${'0-,'.repeat(500)}`],
  ])('answers several ranges with the whole: %s (RFC 9110 §14.2, §17.15)', (_, range) => {
    expect(select({ range })).toEqual(whole);
  });

  it('answers the whole where no range is asked for', () => {
    expect(select({})).toEqual(whole);
    expect(select({ 'if-range': '"a"' })).toEqual(whole);
    expect(select({ 'if-range': '"b"' })).toEqual(whole);
  });
});

describe('selectRange of nothing (RFC 9110 §14.1.2)', () => {
  it.each<readonly [string, RangeSelection]>([
    ['bytes=0-', unsatisfiable],
    ['bytes=0-0', unsatisfiable],
    ['bytes=-0', unsatisfiable],
    ['bytes=-1', whole],
    ['bytes=-5', whole],
  ])('reads %s', (range, expected) => {
    expect(select({ range }, 0)).toEqual(expected);
  });
});

describe('selectRange with If-Range (RFC 9110 §13.1.5)', () => {
  const asked = (ifRange: string | readonly string[], known: Partial<Validators> = {}): RangeSelection =>
    select({ range: 'bytes=2-5', 'if-range': ifRange }, 10, { ...validators, ...known });

  it.each<readonly [string, string | readonly string[], string | undefined, RangeSelection]>([
    ['the tag', '"a"', '"a"', part(2, 5)],
    ['the tag between blanks', ' "a"\t', '"a"', part(2, 5)],
    ['a tag with a comma', '"a,b"', '"a,b"', part(2, 5)],
    ['an empty tag', '""', '""', part(2, 5)],
    ['another tag', '"b"', '"a"', whole],
    ['a part of the tag', '"a"', '"abc"', whole],
    ['a longer tag', '"abc"', '"a"', whole],
    ['the tag in another case', '"A"', '"a"', whole],
    ['a weak tag', 'W/"a"', '"a"', whole],
    ['the weak tag of a weak representation', 'W/"a"', 'W/"a"', whole],
    ['the strong form of a weak tag', '"a"', 'W/"a"', whole],
    ['a lower-case w', 'w/"a"', 'w/"a"', whole],
    ['a list, which is not allowed', '"a", "b"', '"a"', whole],
    ['two lines', ['"a"', '"a"'], '"a"', whole],
    ['a star, which is not allowed', '*', '"a"', whole],
    ['a tag without quotes', 'abcdef', 'abcdef', whole],
    ['a tag without its second quote', '"abc', '"abc', whole],
    ['nothing', '', '"a"', whole],
    ['a tag where there is none', '"a"', undefined, whole],
    ['undefined where there is no tag', 'undefined', undefined, whole],
  ])('compares with %s', (_, field, etag, expected) => {
    expect(asked(field, { etag })).toEqual(expected);
  });

  it.each<readonly [string, string, Partial<Validators>, RangeSelection]>([
    ['the date, a second old when it was sent', modified, {}, part(2, 5)],
    ['the date, long over when it was sent', modified, { date: 'Mon, 07 Nov 1994 00:00:00 GMT' }, part(2, 5)],
    ['the date between blanks', `\t${modified} `, {}, part(2, 5)],
    ['a date in the RFC 850 form that the origin sent so', rfc850(), { lastModified: rfc850() }, part(2, 5)],
    ['a date sent in its own second', modified, { date: modified }, whole],
    ['a date sent before it was', later, { lastModified: later, date: modified }, whole],
    ['a date whose answer had no Date', modified, { date: undefined }, whole],
    ['a date whose answer had no readable Date', modified, { date: 'yesterday' }, whole],
    ['a later date', later, { date: 'Mon, 07 Nov 1994 00:00:00 GMT' }, whole],
    ['an earlier date', 'Sun, 06 Nov 1994 08:49:36 GMT', {}, whole],
    ['a date where there is none', modified, { lastModified: undefined }, whole],
    ['what is no date, though the origin said it', 'yesterday', { lastModified: 'yesterday' }, whole],
    ['an ISO date', '1994-11-06T08:49:37Z', { lastModified: '1994-11-06T08:49:37Z' }, whole],
  ])('compares with %s (§8.8.2.2)', (_, field, known, expected) => {
    expect(asked(field, known)).toEqual(expected);
  });

  it('answers the whole, not 416, where it does not hold', () => {
    expect(select({ range: 'bytes=99-', 'if-range': '"b"' })).toEqual(whole);
    expect(select({ range: 'bytes=99-', 'if-range': '"a"' })).toEqual(unsatisfiable);
  });

  function rfc850(): string {
    return 'Sunday, 06-Nov-94 08:49:37 GMT';
  }
});

describe('selectRange of anything', () => {
  const lengths = fc.integer({ min: 0, max: 60 });
  const positions = fc.option(fc.integer({ min: 0, max: 70 }), { nil: '' as const });

  it('gives a part that lies inside, or none', () => {
    const fields = fc.oneof(
      fc.string(),
      fc.stringMatching(/^bytes=[-\d, ]*$/),
      fc.tuple(positions, positions).map(([first, last]) => `bytes=${first}-${last}`),
    );
    fc.assert(
      fc.property(fields, lengths, (range, length) => {
        const selection = select({ range }, length);
        if (selection.kind !== 'part') return;
        expect(selection.start).toBeGreaterThanOrEqual(0);
        expect(selection.end).toBeGreaterThanOrEqual(selection.start);
        expect(selection.end).toBeLessThan(length);
      }),
    );
  });

  it('gives the bytes that slice would', () => {
    fc.assert(
      fc.property(fc.nat(70), fc.nat(70), lengths, (first, more, length) => {
        const body = Array.from({ length }, (_, index) => index);
        const cut = (range: string): readonly number[] => {
          const selection = select({ range }, length);
          return selection.kind === 'part' ? body.slice(selection.start, selection.end + 1) : [];
        };
        expect(cut(`bytes=${first}-`)).toEqual(body.slice(first));
        expect(cut(`bytes=${first}-${first + more}`)).toEqual(body.slice(first, first + more + 1));
        expect(cut(`bytes=-${first}`)).toEqual(first === 0 ? [] : body.slice(-first));
      }),
    );
  });
});

describe('contentRange (RFC 9110 §14.4)', () => {
  it.each([
    [{ kind: 'part', start: 0, end: 1 }, 10, 'bytes 0-1/10'],
    [{ kind: 'part', start: 42, end: 1233 }, 1234, 'bytes 42-1233/1234'],
    [{ kind: 'unsatisfiable' }, 10, 'bytes */10'],
    [{ kind: 'unsatisfiable' }, 0, 'bytes */0'],
  ] as const)('writes %j of %i bytes as %s', (selection, length, expected) => {
    expect(contentRange(selection, length)).toBe(expected);
  });
});
