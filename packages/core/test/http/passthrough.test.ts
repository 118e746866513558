import { describe, expect, it } from 'vitest';
import { mediaRange, toPassthrough } from '../../src/http/passthrough.ts';

describe('toPassthrough', () => {
  it.each([undefined, false, []])('passes nothing with %j', (option) => {
    const { isOn, anyStatus, passes } = toPassthrough(option);
    expect([isOn, anyStatus, passes({ 'content-type': 'text/css' })]).toEqual([false, false, false]);
  });

  it('passes everything with true, errors and what has no type too', () => {
    const { isOn, anyStatus, passes } = toPassthrough(true);
    expect([isOn, anyStatus, passes({ 'content-type': 'text/css' }), passes({})]).toEqual([true, true, true, true]);
  });

  it('passes of an origin that clients name found originals alone', () => {
    const { isOn, anyStatus, passes } = toPassthrough(true, false);
    expect([isOn, anyStatus, passes({})]).toEqual([true, false, true]);
    expect(toPassthrough(false, false).isOn).toBe(false);
    expect(toPassthrough(['text/css'], false)).toMatchObject({ isOn: true, anyStatus: false });
  });

  const listed = toPassthrough(['text/css', 'Font/*', 'application/ld+json']);

  it('passes with a list no errors', () => {
    expect([listed.isOn, listed.anyStatus]).toEqual([true, false]);
  });

  it.each([
    'text/css',
    'TEXT/CSS',
    ' text/css ',
    'text/css; charset=utf-8',
    'text/css;charset="a,b"',
    'font/woff2',
    'FONT/ttf;x=1',
    'application/ld+json',
  ])('passes the type %j', (type) => {
    expect(listed.passes({ 'content-type': type })).toBe(true);
  });

  it.each([
    'text/html',
    'text/cssx',
    'text/css2; text/css',
    'xtext/css',
    'text',
    'fonts/woff2',
    'font',
    'application/json',
    'application/ld+jsonx',
    'x/y; text/css',
    '',
  ])('does not pass the type %j', (type) => {
    expect(listed.passes({ 'content-type': type })).toBe(false);
  });

  it('does not pass what has no type', () => {
    expect(listed.passes({})).toBe(false);
  });
});

describe('mediaRange (RFC 9110 §12.5.1)', () => {
  it.each(['text/css', 'font/*', 'application/ld+json', 'application/vnd.x-1', 'Text/CSS'])('is %s', (range) => {
    expect(range).toMatch(mediaRange);
  });

  it.each([
    '*/*',
    '*',
    'text',
    'text/',
    '/css',
    'text/css; q=1',
    'text/c*',
    't*/css',
    'text/css, a/b',
    'a/b/c',
    'a/**',
  ])('is not %s', (range) => {
    expect(range).not.toMatch(mediaRange);
  });
});
