import { describe, expect, it } from 'vitest';
import { createAllowLists } from '../../src/dialect/allow-lists.ts';
import { native } from '../../src/dialect/native.ts';
import type { NativeOptions } from '../../src/dialect/native-options.ts';
import type { HintValues } from '../../src/http/client-hints.ts';
import { failure } from './failure.ts';

const parse = (options: NativeOptions, query: string, hints?: HintValues) =>
  native(options).parse({ path: '/cat.jpg', query }, hints)?.transformation;

describe('widths', () => {
  const widths = [800, 400, 1];
  const there = 'there are 1, 400, 800';

  it.each([
    'w=400',
    'width=800',
    'w=200&dpr=2',
    'w=800&dpr=0.5',
    'w=400|rotate=90|w=800',
    'h=77',
    'rotate=90',
    'w=1&dpr=0.5',
  ])('take %s', (query) => {
    expect(parse({ widths }, query)).toEqual(parse({}, query));
    const stages = query.split('|').map((stage) => Object.fromEntries(new URLSearchParams(stage)));
    expect(native({ widths }).format('/cat.jpg', stages)).toContain('/cat.jpg?');
  });

  it.each([
    ['w=300', `w: "300" is not allowed here; ${there}.`],
    ['width=300', `w: "300" is not allowed here; ${there}.`],
    ['w=0.5', `w: "0.5" is not allowed here; ${there}.`],
    ['w=1.0', `w: "1.0" is not allowed here; ${there}.`],
    ['w=400&dpr=3', `w: "400" with a dpr of 3 is not allowed here; ${there} device pixels.`],
    ['w=0.5&dpr=2', `w: "0.5" with a dpr of 2 is not allowed here; ${there} device pixels.`],
    ['w=400|w=300', `w: "300" is not allowed here; ${there}.`],
    [
      'w=400|h=3|w=300&dpr=2',
      `w: "400" with a dpr of 2 is not allowed here; ${there} device pixels.`.replace('400', '300'),
    ],
  ])('refuse %s', (query, message) => {
    expect(failure(() => parse({ widths }, query))).toMatchObject({ code: 'INVALID_PARAMETER', status: 400, message });
    const stages = query.split('|').map((stage) => Object.fromEntries(new URLSearchParams(stage)));
    expect(failure(() => native({ widths }).format('/cat.jpg', stages))).toMatchObject({ message });
  });

  it('say first what is no width anywhere', () => {
    expect(failure(() => parse({ widths }, 'w=x'))?.message).toMatch(/^w: "x" is not allowed; expected a whole number/);
  });

  it('hold for what the URL says, not for presets and defaults', () => {
    const options: NativeOptions = { widths, presets: { a: { w: 300 } }, defaults: { w: 50 } };
    expect(parse(options, 'preset=a')?.stages).toEqual([{ resize: { width: 300 } }]);
    expect(parse(options, '')?.stages).toEqual([{ resize: { width: 50 } }]);
    expect(failure(() => parse(options, 'preset=a&w=300'))?.message).toMatch(/^w: "300" is not allowed here/);
  });

  it('count the density that a preset or the defaults say', () => {
    const options: NativeOptions = { widths, defaults: { dpr: 2 } };
    expect(parse(options, 'w=400')?.stages).toEqual([{ resize: { width: 800 } }]);
    expect(failure(() => parse(options, 'w=800'))?.message).toMatch(/^w: "800" with a dpr of 2/);
    expect(parse(options, 'w=800&dpr=1')?.stages).toEqual([{ resize: { width: 800 } }]);
  });

  it.each([
    [1, 1],
    [100, 400],
    [400, 400],
    [500, 800],
    [900, 800],
  ])('make of the hint of %d device pixels %d', (width, expected) => {
    expect(parse({ widths }, '', { width })?.stages).toEqual([{ resize: { width: expected } }]);
    expect(createAllowLists({ widths }).width(width)).toBe(expected);
  });

  it('refuse a density of the client by which a width would be another', () => {
    // Whoever reads URLs then tries the next smaller.
    expect(failure(() => parse({ widths }, 'w=400', { dpr: 1.5 }))?.message).toMatch(/^w: "400" with a dpr of 1.5/);
    expect(parse({ widths }, 'w=400', { dpr: 2 })?.stages).toEqual([{ resize: { width: 800 } }]);
  });

  it('are not changed', () => {
    const given = Object.freeze([800, 400]);
    expect(parse({ widths: given }, '', { width: 500 })?.stages).toEqual([{ resize: { width: 800 } }]);
    expect(given).toEqual([800, 400]);
  });
});

describe('qualities', () => {
  const qualities = [80, 30, 60];

  it.each(['q=30', 'quality=60', 'q=80', 'w=300'])('take %s', (query) => {
    expect(parse({ qualities }, query)).toEqual(parse({}, query));
  });

  it.each([
    ['q=45', 'q: "45" is not allowed here; there are 30, 60, 80.'],
    ['quality=45', 'q: "45" is not allowed here; there are 30, 60, 80.'],
    ['w=4|q=100', 'q: "100" is not allowed here; there are 30, 60, 80.'],
    ['q=101', 'q: "101" is not allowed; expected a whole number from 1 to 100.'],
  ])('refuse %s', (query, message) => {
    expect(failure(() => parse({ qualities }, query))).toMatchObject({ code: 'INVALID_PARAMETER', message });
    expect(failure(() => native({ qualities }).format('/cat.jpg', { q: query.replace(/^.*=/, '') }))).toMatchObject({
      message,
    });
  });

  it('hold for what the URL says, not for presets and defaults', () => {
    const options: NativeOptions = { qualities, presets: { a: { q: 45 } }, defaults: { q: 50 } };
    expect(parse(options, 'preset=a')?.output).toEqual({ quality: 45 });
    expect(parse(options, '')?.output).toEqual({ quality: 50 });
  });

  it('make of the wish to save data the next better one, or the best', () => {
    expect(parse({ qualities }, '', { saveData: true })?.output).toEqual({ quality: 60 });
    expect(parse({ qualities: [20, 10] }, '', { saveData: true })?.output).toEqual({ quality: 20 });
    expect(parse({ qualities: [45] }, '', { saveData: true })?.output).toEqual({ quality: 45 });
  });
});

describe('a width of a preset', () => {
  const dialect = native({ widths: [100, 200], presets: { a: { w: 70 }, b: { w: 50, dpr: 3 }, c: { w: 0.5 } } });
  const ask =
    (query: string, hints = {}) =>
    () =>
      dialect.parse({ path: '/cat.jpg', query }, hints);

  it.each(['preset=a', 'preset=b', 'preset=c', 'preset=c&dpr=2', 'preset=a&w=100', 'preset=a&dpr=1'])(
    'may be off the list: %s',
    (query) => {
      expect(ask(query)).not.toThrow();
    },
  );

  it.each(['preset=a&dpr=3.17', 'preset=b&dpr=2.5', 'preset=a&w=70'])(
    'may not be multiplied by others: %s',
    (query) => {
      expect(ask(query)).toThrow(/^w: .* is not allowed here; there are 100, 200/);
    },
  );

  it('may be multiplied to one on the list, by a hint too', () => {
    expect(ask('preset=b&dpr=2')).not.toThrow();
    expect(ask('preset=a', { dpr: 2 })).toThrow('with a dpr of 2');
  });
});

describe('no lists', () => {
  it('take everything', () => {
    const lists = createAllowLists({});
    expect([lists.width(123), lists.quality(45)]).toEqual([123, 45]);
    const said = { stages: [new Map([['w', '123']])], shared: new Map([['q', '7']]) };
    expect(() => lists.check(said, said, 1)).not.toThrow();
  });
});
