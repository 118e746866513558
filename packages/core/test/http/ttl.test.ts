import { describe, expect, it } from 'vitest';
import { type OriginalSummary, operatorLifetime, type TtlOptions } from '../../src/http/ttl.ts';

const original: OriginalSummary = { path: '/cat.jpg', bytes: 1000, headers: { 'x-kind': 'logo' } };

describe('operatorLifetime', () => {
  it.each<readonly [string, TtlOptions, number | 'heuristic']>([
    ['is a year', {}, 31_536_000],
    ['is a year where it is undefined', { lifetime: undefined } as unknown as TtlOptions, 31_536_000],
    ['is what is given', { lifetime: 60 }, 60],
    ['may be 0', { lifetime: 0 }, 0],
    ['may be part of a second', { lifetime: 0.5 }, 0.5],
    ['may be a guess', { lifetime: 'heuristic' }, 'heuristic'],
    ['is what a function gives', { lifetime: () => 7 }, 7],
    ['is at most 2^31 (RFC 9111 §1.2.2)', { lifetime: 1e300 }, 2 ** 31],
    ['is at most 2^31, of a function too', { lifetime: () => 1e300 }, 2 ** 31],
  ])('%s', (_, ttl, expected) => {
    expect(operatorLifetime(original, ttl)).toBe(expected);
  });

  it('asks a function about the original', () => {
    const asked: OriginalSummary[] = [];
    operatorLifetime(original, { lifetime: (summary) => asked.push(summary) });
    expect(asked).toEqual([original]);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY, '60', 'heuristic', undefined, null])(
    'refuses %s from a function',
    (value) => {
      const shown = typeof value === 'string' ? `'${value}'` : value;
      expect(() => operatorLifetime(original, { lifetime: () => value as number })).toThrow(
        new TypeError(`Expected a number of seconds from ttl.lifetime but received ${shown}`),
      );
    },
  );
});
