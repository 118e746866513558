import { describe, expect, it } from 'vitest';
import { foundAlone, mediaRange, toPassthrough, withoutPictures } from '../../src/http/passthrough.ts';

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
    const { isOn, anyStatus, passes } = foundAlone(toPassthrough(true));
    expect([isOn, anyStatus, passes({})]).toEqual([true, false, true]);
    expect(foundAlone(toPassthrough(false)).isOn).toBe(false);
  });

  it.each<readonly [string, Record<string, string>, boolean]>([
    ['a text', { 'content-type': 'text/css' }, true],
    ['what says nothing of itself', {}, true],
    ['a text that is coded', { 'content-type': 'text/css', 'content-encoding': 'gzip' }, false],
    ['a vector picture', { 'content-type': 'image/svg+xml; charset=utf-8' }, false],
    ['a picture of another format', { 'content-type': 'IMAGE/bmp' }, false],
  ])('passes beside a watermark no picture: %s', (_, headers, isPassed) => {
    const rule = withoutPictures(toPassthrough(true));
    expect([rule.anyStatus, rule.passes(headers)]).toEqual([false, isPassed]);
    expect(withoutPictures(toPassthrough(['font/*'])).passes(headers)).toBe(false);
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
