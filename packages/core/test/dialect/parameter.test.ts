import { describe, expect, it } from 'vitest';
import { groups, originPath, parameter, readParameter, refusal } from '../../src/dialect/parameter.ts';
import { flag, wholeNumber } from '../../src/dialect/value.ts';
import { failure } from './failure.ts';

describe('parameter', () => {
  it('is a type of values with a place in the docs', () => {
    const row = parameter('size', wholeNumber(1, 9), 'Width.', 'width', 'breadth');
    expect(row).toMatchObject({ group: 'size', doc: 'Width.', aliases: ['width', 'breadth'] });
    expect([row.read('4'), row.write(4), row.allowed]).toEqual([4, '4', 'a whole number from 1 to 9']);
    expect(parameter('output', flag, '').aliases).toEqual([]);
  });

  it('has a group that comes once', () => {
    expect(new Set(groups).size).toBe(groups.length);
  });
});

describe('originPath', () => {
  const type = originPath();

  it.each<readonly [string, string | undefined]>([
    ['/logo.png', '/logo.png'],
    ['/a b/%C3%BC.png', '/a b/ü.png'],
    ['/100%25.png', '/100%.png'],
    ['/a%7Cb.png', '/a|b.png'],
    ['/https://example.org/logo.png', '/https://example.org/logo.png'],
    ['/https%3A%2F%2Fexample.org%2Flogo.png', '/https://example.org/logo.png'],
    ['logo.png', undefined],
    ['', undefined],
    ['https://example.org/logo.png', undefined],
    ['file:///etc/passwd', undefined],
  ])('reads %j as %s', (text, expected) => {
    expect(type.read(text)).toEqual(expected);
  });

  it('says what is allowed', () => {
    expect(type.allowed).toBe('an origin path such as /logo.png');
  });

  it.each([
    ['/../logo.png', 'NOT_FOUND'],
    ['/%2e%2e/logo.png', 'NOT_FOUND'],
    ['//evil.example/logo.png', 'NOT_FOUND'],
    ['/.hidden', 'NOT_FOUND'],
    ['/', 'NOT_FOUND'],
    ['/a%2Fb.png', 'NOT_FOUND'],
    ['/https://user@example.org/logo.png', 'NOT_FOUND'],
    ['/100%.png', 'MALFORMED_REQUEST'],
    ['/a\0.png', 'MALFORMED_REQUEST'],
    ['/\ud800.png', 'MALFORMED_REQUEST'],
  ])('refuses %j as a request would be', (text, code) => {
    expect(failure(() => type.read(text))).toMatchObject({ code });
  });

  it.each([
    '/logo.png',
    '/100%.png',
    '/%41.png',
    '/a b+c.png',
    '/a|b.png',
    '/a%7Cb|c.png',
    '/https://example.org/a%20b.png?x=1&y=2',
    '/https://example.org/a|b.png',
    '/https://example.org/a%7Cb|c.png?x=|',
  ])('writes %s without a bar, and so that it is read again', (path) => {
    const written = type.write(path);
    expect(written).not.toContain('|');
    expect(type.read(written)).toBe(path);
  });
});

describe('readParameter', () => {
  it('gives the value', () => {
    expect(readParameter('w', '4', wholeNumber(1, 9))).toBe(4);
    expect(readParameter('enlarge', 'false', flag)).toBe(false);
  });

  it('refuses others in one line that names them', () => {
    expect(failure(() => readParameter('w', '0', wholeNumber(1, 9)))).toMatchObject({
      code: 'INVALID_PARAMETER',
      status: 400,
      message: 'w: "0" is not allowed; expected a whole number from 1 to 9.',
    });
  });
});

describe('refusal', () => {
  it.each<readonly [string, string, string]>([
    ['a value', 'abc', '"abc"'],
    ['nothing', '', '""'],
    ['40 characters', 'a'.repeat(40), `"${'a'.repeat(40)}"`],
    ['more', 'a'.repeat(41), `"${'a'.repeat(40)}…"`],
    ['line breaks', '\r\nX-Evil: 1', '"\\r\\nX-Evil: 1"'],
    ['a null', '\0', '"\\u0000"'],
    ['a quote', '"', '"\\""'],
    ['an escape', '\x1b[2J', '"\\u001b[2J"'],
    ['DEL', '\x7f', '"%7F"'],
    ['a C1 line break', '\x85', '"%C2%85"'],
    ['a line separator', '\u2028', '"%E2%80%A8"'],
    ['text turned round', '\u202e', '"%E2%80%AE"'],
    ['a zero-width blank', '\u200b', '"%E2%80%8B"'],
    ['an invisible tag', '\u{e0041}', '"%F3%A0%81%81"'],
    ['what is cut in the middle of a character', `${'a'.repeat(39)}😀`, `"${'a'.repeat(39)}\\ud83d…"`],
  ])('shows %s without harm', (_, text, shown) => {
    expect(refusal('w', text, 'is not known').message).toBe(`w: ${shown} is not known.`);
  });
});
