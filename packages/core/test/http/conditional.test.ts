import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, evaluateConditions, type Validators } from '../../src/http/conditional.ts';
import type { HttpHeaders } from '../../src/http/message.ts';

const now = Date.UTC(2026, 5, 15);
const modified = 'Sun, 06 Nov 1994 08:49:37 GMT';
const later = 'Sun, 06 Nov 1994 08:49:38 GMT';
const earlier = 'Sun, 06 Nov 1994 08:49:36 GMT';

const judge = (headers: HttpHeaders, etag = '"a"', lastModified: string | undefined = modified): boolean =>
  evaluateConditions(headers, { etag, lastModified }, 'origin', now) === 'not modified';

describe('evaluateConditions by If-None-Match (RFC 9110 §13.1.2)', () => {
  it.each<readonly [string, string | readonly string[], string, boolean]>([
    ['the tag', '"a"', '"a"', true],
    ['another tag', '"b"', '"a"', false],
    ['a weak form of the tag', 'W/"a"', '"a"', true],
    ['the strong form of a weak tag', '"a"', 'W/"a"', true],
    ['a lower-case w, which marks nothing', 'w/"a"', '"a"', false],
    ['a star', '*', '"a"', true],
    ['a star between blanks', ' * ', '"a"', true],
    ['a star in quotes', '"*"', '"a"', false],
    ['a list', '"x", "a", "y"', '"a"', true],
    ['a list without blanks', '"x","a"', '"a"', true],
    ['a list with tabs', '"x"\t,\t"a"', '"a"', true],
    ['a list with empty members', ', ,"a",', '"a"', true],
    ['a list of others', '"x", "y"', '"a"', false],
    ['two lines', ['"x"', '"a"'], '"a"', true],
    ['a comma inside the tag', '"x", "a,b"', '"a,b"', true],
    ['the halves of a tag with a comma', '"a,b"', '"a"', false],
    ['a backslash, which stands for itself (§8.8.3)', '"x\\", "a"', '"a"', true],
    ['the tag without its quotes', 'a', '"a"', false],
    ['the tag in another case', '"A"', '"a"', false],
    ['a longer tag', '"ab"', '"a"', false],
    ['nothing', '', '"a"', false],
  ])('compares with %s', (_, field, etag, expected) => {
    expect(judge({ 'if-none-match': field }, etag)).toBe(expected);
  });

  it('decides alone: If-Modified-Since is passed over (RFC 9110 §13.1.3)', () => {
    expect(judge({ 'if-none-match': '"b"', 'if-modified-since': later })).toBe(false);
    expect(judge({ 'if-none-match': '', 'if-modified-since': later })).toBe(false);
    expect(judge({ 'if-none-match': '"a"', 'if-modified-since': earlier })).toBe(true);
  });
});

describe('evaluateConditions by If-Modified-Since (RFC 9110 §13.1.3)', () => {
  it.each<readonly [string, string, boolean]>([
    ['the same date', modified, true],
    ['a later date', later, true],
    ['an earlier date', earlier, false],
    ['the same date in the RFC 850 form', 'Sunday, 06-Nov-94 08:49:37 GMT', true],
    ['the same date in the asctime form', 'Sun Nov  6 08:49:37 1994', true],
    ['a date between blanks', ` ${modified}\t`, true],
    ['an ISO date', '2030-01-01T00:00:00Z', false],
    ['a number', '9999999999', false],
    ['nothing', '', false],
    ['two dates', `${later}, ${later}`, false],
  ])('compares with %s', (_, field, expected) => {
    expect(judge({ 'if-modified-since': field })).toBe(expected);
  });

  it('is false where the representation has no date, or none that can be read', () => {
    expect(evaluate({ 'if-modified-since': later }, 'origin', { etag: '"a"', lastModified: undefined })).toBe('met');
    expect(judge({ 'if-modified-since': later }, '"a"', 'yesterday')).toBe(false);
  });

  it('is false where nothing is asked', () => {
    expect(judge({})).toBe(false);
    expect(judge({ 'if-match': '"a"', 'if-unmodified-since': later, range: 'bytes=0-1' })).toBe(false);
  });
});

const roles = ['origin', 'cache'] as const;
const validators: Validators = { etag: '"a"', lastModified: modified };

const evaluate = (headers: HttpHeaders, role: 'origin' | 'cache' = 'origin', known = validators): Condition =>
  evaluateConditions(headers, known, role, now);

describe('evaluateConditions by If-Match of an origin (RFC 9110 §13.1.1)', () => {
  it.each<readonly [string, string | readonly string[], string | undefined, Condition]>([
    ['the tag', '"a"', '"a"', 'met'],
    ['another tag', '"b"', '"a"', 'failed'],
    ['a star', ' * ', '"a"', 'met'],
    ['a star where there is no tag', '*', undefined, 'met'],
    ['a star in a list, which is not allowed', '*, "b"', '"a"', 'failed'],
    ['a list', '"x",\t"a"', '"a"', 'met'],
    ['a list of others', '"x", "y"', '"a"', 'failed'],
    ['a list with empty members', ',, "a",', '"a"', 'met'],
    ['two lines', ['"x"', '"a"'], '"a"', 'met'],
    ['a comma inside the tag', '"x", "a,b"', '"a,b"', 'met'],
    ['a backslash, which stands for itself', '"x\\", "a"', '"a"', 'met'],
    ['a weak form of the tag', 'W/"a"', '"a"', 'failed'],
    ['the strong form of a weak tag', '"a"', 'W/"a"', 'failed'],
    ['the weak tag itself', 'W/"a"', 'W/"a"', 'failed'],
    ['a lower-case w', 'w/"a"', 'w/"a"', 'failed'],
    ['a malformed tag itself', 'abcdef', 'abcdef', 'met'],
    ['a malformed tag in quotes', '"abcdef"', 'abcdef', 'failed'],
    ['a tag where there is none', '"a"', undefined, 'failed'],
    ['nothing', '', '"a"', 'failed'],
  ])('compares strongly with %s', (_, field, etag, expected) => {
    expect(evaluate({ 'if-match': field }, 'origin', { etag, lastModified: undefined })).toBe(expected);
  });

  it('decides alone: If-Unmodified-Since is passed over (§13.1.4)', () => {
    expect(evaluate({ 'if-match': '"a"', 'if-unmodified-since': earlier })).toBe('met');
    expect(evaluate({ 'if-match': '"b"', 'if-unmodified-since': later })).toBe('failed');
  });
});

describe('evaluateConditions by If-Unmodified-Since of an origin (RFC 9110 §13.1.4)', () => {
  it.each<readonly [string, string | readonly string[], Condition]>([
    ['the same date', modified, 'met'],
    ['a later date', later, 'met'],
    ['an earlier date', earlier, 'failed'],
    ['an earlier date between blanks', `\t${earlier} `, 'failed'],
    ['an earlier date in the RFC 850 form', 'Sunday, 06-Nov-94 08:49:36 GMT', 'failed'],
    ['an ISO date', '1994-01-01T00:00:00Z', 'met'],
    ['nothing', '', 'met'],
    ['two lines', [earlier, earlier], 'met'],
  ])('compares with %s', (_, field, expected) => {
    expect(evaluate({ 'if-unmodified-since': field })).toBe(expected);
  });

  it.each([undefined, 'yesterday'])('is passed over where the representation was modified %s', (lastModified) => {
    const known = { etag: '"a"', lastModified, date: later };
    expect(evaluate({ 'if-unmodified-since': earlier }, 'origin', known)).toBe('met');
  });
});

describe('evaluateConditions of a cache (RFC 9111 §4.3.2)', () => {
  it.each<HttpHeaders>([
    { 'if-match': '"b"' },
    { 'if-match': 'W/"a"' },
    { 'if-match': '' },
    { 'if-unmodified-since': earlier },
    { 'if-match': '"b"', 'if-unmodified-since': earlier },
  ])('leaves %j to the origin', (headers) => {
    expect(evaluate(headers, 'cache')).toBe('met');
    expect(evaluate({ ...headers, 'if-none-match': '"a"' }, 'cache')).toBe('not modified');
    expect(evaluate(headers, 'origin')).toBe('failed');
  });

  it.each<readonly [string, string, Partial<Validators>, Condition]>([
    ['Date, which is the same', modified, { date: modified }, 'not modified'],
    ['Date, which is earlier', later, { date: modified }, 'not modified'],
    ['Date, which is later', modified, { date: later }, 'met'],
    ['Date, which is none', later, { date: 'yesterday' }, 'met'],
    ['nothing', later, {}, 'met'],
    ['Last-Modified, though Date is later', modified, { lastModified: modified, date: later }, 'not modified'],
    ['Last-Modified, though it is none', later, { lastModified: 'yesterday', date: earlier }, 'met'],
  ])('compares If-Modified-Since with %s', (_, field, known, expected) => {
    const headers = { 'if-modified-since': field };
    expect(evaluate(headers, 'cache', { etag: undefined, lastModified: undefined, ...known })).toBe(expected);
  });

  it('has a Date in place of Last-Modified where an origin has nothing (RFC 9110 §13.1.3)', () => {
    const known = { etag: undefined, lastModified: undefined, date: modified };
    expect(evaluate({ 'if-modified-since': modified }, 'cache', known)).toBe('not modified');
    expect(evaluate({ 'if-modified-since': modified }, 'origin', known)).toBe('met');
  });
});

describe.each(roles)('evaluateConditions of either role: %s', (role) => {
  it.each<readonly [string, string, string, Condition]>([
    ['a tag without quotes', 'abcdef', 'abcdef', 'not modified'],
    ['a tag without quotes, in a list', '"x", abcdef', 'abcdef', 'not modified'],
    ['a tag without quotes but with a comma', 'abc,def', 'abc,def', 'not modified'],
    ['a tag without its second quote', '"abcdef', '"abcdef', 'not modified'],
    ['a lower-case w', 'w/"x"', 'w/"x"', 'not modified'],
    ['a tag in quotes against one without', '"abcdef"', 'abcdef', 'met'],
    ['a tag without quotes against one in quotes', 'abcdef', '"abcdef"', 'met'],
    ['a lower-case w against W', 'w/"x"', 'W/"x"', 'met'],
    ['a lower-case w against the bare tag', 'w/"x"', '"x"', 'met'],
    ['a tag of bytes above 127', '"\u00e9\u00ff"', '"\u00e9\u00ff"', 'not modified'],
  ])('compares malformed tags as they are written: %s', (_, field, etag, expected) => {
    expect(evaluate({ 'if-none-match': field }, role, { etag, lastModified: undefined })).toBe(expected);
  });

  it.each<readonly [string, HttpHeaders, Condition]>([
    ['a star where there is no tag', { 'if-none-match': '*' }, 'not modified'],
    ['a tag where there is none', { 'if-none-match': '"a"' }, 'met'],
    ['a tag where there is none, with a date', { 'if-none-match': '"a"', 'if-modified-since': later }, 'met'],
    ['undefined where there is no tag', { 'if-none-match': 'undefined' }, 'met'],
  ])('compares with %s', (_, headers, expected) => {
    expect(evaluate(headers, role, { etag: undefined, lastModified: modified })).toBe(expected);
  });

  it.each<readonly [string, HttpHeaders, Condition]>([
    ['nothing', {}, 'met'],
    ['fields that are no conditions here', { range: 'bytes=0-1', 'if-range': '"b"' }, 'met'],
    ['both hold', { 'if-match': '"a"', 'if-none-match': '"b"' }, 'met'],
    ['If-Match holds, If-None-Match does not', { 'if-match': '"a"', 'if-none-match': '"a"' }, 'not modified'],
    ['If-Match holds, If-Modified-Since does not', { 'if-match': '*', 'if-modified-since': later }, 'not modified'],
    ['both dates', { 'if-unmodified-since': modified, 'if-modified-since': modified }, 'not modified'],
    ['If-None-Match before If-Modified-Since', { 'if-none-match': '"b"', 'if-modified-since': later }, 'met'],
    ['two lines of If-Modified-Since', { 'if-modified-since': [later, later] }, 'met'],
  ])('keeps the order of RFC 9110 §13.2.2: %s', (_, headers, expected) => {
    expect(evaluate(headers, role)).toBe(expected);
  });

  it('takes a date in the future for a date (RFC 9110 §13.1.3)', () => {
    expect(evaluate({ 'if-modified-since': 'Thu, 01 Jan 2099 00:00:00 GMT' }, role)).toBe('not modified');
  });

  it('finds a tag among any others, and none that is not there', () => {
    const tags = fc.stringMatching(/^(W\/)?"[!#-~]*"$/);
    const opaque = (tag: string): string => tag.slice(tag.indexOf('"'));
    fc.assert(
      fc.property(fc.array(tags), tags, fc.constantFrom(',', ', ', '\t,\t', ' ,, '), (others, etag, comma) => {
        const known = { etag, lastModified: undefined };
        const field = others.join(comma);
        const isThere = others.some((other) => opaque(other) === opaque(etag));
        expect(evaluate({ 'if-none-match': field }, role, known)).toBe(isThere ? 'not modified' : 'met');
        const all = [...others, etag, ...others].join(comma);
        expect(evaluate({ 'if-none-match': all }, role, known)).toBe('not modified');
      }),
    );
  });

  it('never throws, and never fails for a cache', () => {
    const text = fc.option(fc.oneof(fc.string(), fc.constantFrom('*', '"a"', 'W/"a"', modified, later)), {
      nil: undefined,
    });
    fc.assert(
      fc.property(text, text, text, text, text, text, (...texts) => {
        const [match, unmodified, none, since, etag, lastModified] = texts;
        const headers = {
          'if-match': match,
          'if-unmodified-since': unmodified,
          'if-none-match': none,
          'if-modified-since': since,
        };
        const condition = evaluate(headers, role, { etag, lastModified });
        expect(role === 'cache' ? ['met', 'not modified'] : ['met', 'not modified', 'failed']).toContain(condition);
      }),
    );
  });
});
