import { describe, expect, it } from 'vitest';
import { isNotModified } from '../../src/http/conditional.ts';
import type { HttpHeaders } from '../../src/http/message.ts';

const now = Date.UTC(2026, 5, 15);
const modified = 'Sun, 06 Nov 1994 08:49:37 GMT';
const later = 'Sun, 06 Nov 1994 08:49:38 GMT';
const earlier = 'Sun, 06 Nov 1994 08:49:36 GMT';

const judge = (headers: HttpHeaders, etag = '"a"', lastModified: string | undefined = modified): boolean =>
  isNotModified(headers, { etag, lastModified }, now);

describe('isNotModified by If-None-Match (RFC 9110 §13.1.2)', () => {
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

describe('isNotModified by If-Modified-Since (RFC 9110 §13.1.3)', () => {
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
    expect(isNotModified({ 'if-modified-since': later }, { etag: '"a"', lastModified: undefined }, now)).toBe(false);
    expect(judge({ 'if-modified-since': later }, '"a"', 'yesterday')).toBe(false);
  });

  it('is false where nothing is asked', () => {
    expect(judge({})).toBe(false);
    expect(judge({ 'if-match': '"a"', 'if-unmodified-since': later, range: 'bytes=0-1' })).toBe(false);
  });
});
