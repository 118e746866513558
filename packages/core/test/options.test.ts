import { describe, expect, it } from 'vitest';
import { checkOptions, type Expectation, either, expectations, oneOf } from '../src/options.ts';

describe('checkOptions', () => {
  const expected = { memory: expectations.bytes, name: expectations.text };

  it.each([{}, { memory: 0 }, { memory: 5, name: 'photos' }, { memory: undefined }])('takes %o', (options) => {
    expect(() => checkOptions('cache', options, expected)).not.toThrow();
  });

  it.each<readonly [unknown, string]>([
    [{ memory: 'lots' }, "Expected a byte size for cache.memory but received 'lots'"],
    [{ memory: null }, 'Expected a byte size for cache.memory but received null'],
    [{ name: '' }, "Expected a non-empty string for cache.name but received ''"],
    [{ name: { deep: { er: {} } } }, 'Expected a non-empty string for cache.name but received { deep: [Object] }'],
    [{ name: Symbol('x') }, 'Expected a non-empty string for cache.name but received Symbol(x)'],
    [{ memroy: 5 }, 'Unknown option cache.memroy. Known options: memory, name'],
    [{ memroy: undefined }, 'Unknown option cache.memroy. Known options: memory, name'],
    [{ toString: 5 }, 'Unknown option cache.toString. Known options: memory, name'],
    [undefined, 'Expected an options object for cache but received undefined'],
    [null, 'Expected an options object for cache but received null'],
    ['lots', "Expected an options object for cache but received 'lots'"],
  ])('refuses %o', (options, message) => {
    expect(() => checkOptions('cache', options, expected)).toThrow(new TypeError(message));
  });

  it('keeps a long value short', () => {
    const wrong = { memory: 'x'.repeat(5000) };
    expect(() => checkOptions('cache', wrong, expected)).toThrow(/ but received 'x{80}'\.\.\. 4920 more characters$/);
  });

  it('says that there are no options', () => {
    expect(() => checkOptions('native', { a: 1 }, {})).toThrow(
      new TypeError('Unknown option native.a. Known options: none'),
    );
  });
});

describe('expectations', () => {
  const infinite = Number.POSITIVE_INFINITY;

  it.each<readonly [keyof typeof expectations, readonly unknown[], readonly unknown[]]>([
    ['bytes', [0, 1, 1.5, 2 ** 40], [-1, Number.NaN, infinite, '1', 1n, undefined]],
    ['count', [1, 2 ** 40], [0, -1, 1.5, Number.NaN, infinite, '1']],
    ['wholeNumber', [0, 1], [-1, 0.5, Number.NaN, infinite, '1']],
    ['seconds', [0, 0.5, 1e9], [-1, Number.NaN, infinite, '1']],
    ['milliseconds', [0.5, 1], [0, -1, Number.NaN, infinite, '1']],
    ['boolean', [true, false], [0, 'true', undefined]],
    ['text', ['a', ' '], ['', 0, undefined]],
    ['function', [() => 1, Date], [{}, 'f', undefined]],
    ['object', [{}], [null, 'a', () => 1, []]],
    ['clock', [{ now: () => 0 }], [null, {}, 'now', () => 1]],
  ])('%s accepts %o and not %o', (name, good, bad) => {
    const [described, accepts] = expectations[name];
    expect(described).toMatch(/^an? /);
    expect(good.filter((value) => !accepts(value))).toEqual([]);
    expect(bad.filter((value) => accepts(value))).toEqual([]);
  });

  it.each<readonly [Expectation, string, readonly unknown[], readonly unknown[]]>([
    [oneOf('a', 2, true), "one of 'a', 2, true", ['a', 2, true], ['b', '2', 'true', undefined]],
    [either(expectations.seconds, expectations.function), 'a number of seconds or a function', [0, () => 1], ['1', -1]],
  ])('combine: %s', ([described, accepts], words, good, bad) => {
    expect(described).toBe(words);
    expect(good.every(accepts)).toBe(true);
    expect(bad.some(accepts)).toBe(false);
  });
});
