import { describe, expect, it } from 'vitest';
import { parseCacheControl } from '../../src/http/cache-control.ts';
import { expiresLifetime, heuristicLifetime, isUnderstood } from '../../src/http/lifetime.ts';
import type { HttpHeaders } from '../../src/http/message.ts';
import { at, now } from './samples.ts';

describe('expiresLifetime (RFC 9111 §4.2.1, §5.3)', () => {
  it.each<readonly [string, HttpHeaders, number | undefined]>([
    ['nothing without Expires', { date: at(0) }, undefined],
    ['Expires minus Date', { expires: at(90), date: at(0) }, 90],
    ['Expires minus Date of a clock far behind', { expires: at(-800), date: at(-900) }, 100],
    ['Expires minus Date of a clock far ahead', { expires: at(1000), date: at(900) }, 100],
    ['Expires minus the time of receipt', { expires: at(90) }, 90],
    ['Expires minus the time of receipt, Date invalid', { expires: at(90), date: '0' }, 90],
    ['0 in the past', { expires: at(-90), date: at(0) }, 0],
    ['0 at the same second', { expires: at(0), date: at(0) }, 0],
    ['0 of "0"', { expires: '0', date: at(0) }, 0],
    ['0 of nothing', { expires: '', date: at(0) }, 0],
    ['0 of an ISO date', { expires: '2030-01-01T00:00:00Z', date: at(0) }, 0],
    ['0 of another zone', { expires: at(90).replace('GMT', 'UTC'), date: at(0) }, 0],
    ['0 of two lines', { expires: [at(90), at(90)], date: at(0) }, 0],
    ['90 of names in any case', { expires: at(90).toLowerCase(), date: at(0).toUpperCase() }, 90],
  ])('is %s', (_, headers, expected) => {
    expect(expiresLifetime(headers, now)).toBe(expected);
  });

  it('is whole seconds where the time of receipt is none', () => {
    expect(expiresLifetime({ expires: at(90) }, now + 1)).toBe(89);
  });
});

describe('heuristicLifetime (RFC 9111 §4.2.2)', () => {
  const silent = parseCacheControl(undefined);
  const day = 86_400;

  it.each<readonly [string, HttpHeaders, number]>([
    ['a tenth of the time since the change', { date: at(0), 'last-modified': at(-1000) }, 100],
    ['whole seconds', { date: at(0), 'last-modified': at(-1009) }, 100],
    ['counted from Date', { date: at(-500), 'last-modified': at(-1500) }, 100],
    ['counted from receipt where there is no Date', { 'last-modified': at(-1000) }, 100],
    ['counted from receipt where Date is none', { date: 'today', 'last-modified': at(-1000) }, 100],
    ['just under a day', { date: at(0), 'last-modified': at(-10 * day + 10) }, day - 1],
    ['a day', { date: at(0), 'last-modified': at(-10 * day) }, day],
    ['a day at most', { date: at(0), 'last-modified': at(-10_000 * day) }, day],
    ['0 without Last-Modified', { date: at(0) }, 0],
    ['0 where Last-Modified is no date', { date: at(0), 'last-modified': '2020-01-01' }, 0],
    ['0 where it was changed in the future', { date: at(0), 'last-modified': at(1000) }, 0],
  ])('is %s', (_, headers, expected) => {
    expect(heuristicLifetime(200, headers, silent, now)).toBe(expected);
  });

  const headers = { date: at(0), 'last-modified': at(-1000) };

  it.each([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501])(
    'guesses for status %i (RFC 9110 §15.1)',
    (status) => {
      expect(heuristicLifetime(status, headers, silent, now)).toBe(100);
    },
  );

  it.each([201, 202, 205, 299, 302, 303, 307, 400, 401, 403, 418, 429, 500, 502, 503, 504, 599])(
    'guesses for status %i only what is public',
    (status) => {
      expect(heuristicLifetime(status, headers, silent, now)).toBe(0);
      expect(heuristicLifetime(status, headers, parseCacheControl('public'), now)).toBe(100);
      expect(heuristicLifetime(status, headers, parseCacheControl('immutable, must-revalidate'), now)).toBe(0);
    },
  );
});

describe('isUnderstood (RFC 9111 §5.2.2.3)', () => {
  it.each([200, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 410, 416, 429, 500, 501, 502, 503, 504, 505])(
    'knows %i',
    (status) => {
      expect(isUnderstood(status)).toBe(true);
    },
  );

  it.each([100, 206, 299, 304, 305, 306, 399, 418, 451, 499, 506, 599, 999])('knows nothing of %i', (status) => {
    expect(isUnderstood(status)).toBe(false);
  });
});
