import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkQueryLength, checkStageCount, type Grammar, readQuery, writeQuery } from '../../src/dialect/query.ts';
import { failure } from './failure.ts';

const grammar: Grammar = {
  names: new Map([
    ['w', 'w'],
    ['width', 'w'],
    ['x-y', 'x-y'],
    ['q', 'q'],
    ['quality', 'q'],
  ]),
  isShared: (name) => name === 'q',
};

const read = (query: string) => {
  const { stages, shared, rest } = readQuery(query, grammar);
  return { stages: stages.map((stage) => Object.fromEntries(stage)), shared: Object.fromEntries(shared), rest };
};

describe('checkQueryLength', () => {
  it('takes 2048 characters, not one more', () => {
    expect(() => checkQueryLength('a'.repeat(2048))).not.toThrow();
    const error = expect.objectContaining({ code: 'MALFORMED_REQUEST', message: 'The query is over 2048 characters.' });
    expect(() => checkQueryLength('a'.repeat(2049))).toThrow(error);
  });
});

describe('checkStageCount', () => {
  it('takes 8 stages, not one more', () => {
    expect(() => checkStageCount(8)).not.toThrow();
    const error = { code: 'INVALID_PARAMETER', message: 'There may be at most 8 stages.' };
    expect(() => checkStageCount(9)).toThrow(expect.objectContaining(error));
  });
});

describe('readQuery', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, string | undefined]>([
    ['', {}, undefined],
    ['&', {}, undefined],
    ['w=4', { w: '4' }, undefined],
    ['width=4', { w: '4' }, undefined],
    ['w', { w: '' }, undefined],
    ['w=', { w: '' }, undefined],
    ['w=a=b', { w: 'a=b' }, undefined],
    ['w=a+b%20c%2B', { w: 'a b c+' }, undefined],
    ['w=a%26q=5', { w: 'a&q=5' }, undefined],
    ['%77=4&x%2Dy=5', { w: '4', 'x-y': '5' }, undefined],
    ['%77%69%64%74%68=4', { w: '4' }, undefined],
    ['x-y=1&w=2', { 'x-y': '1', w: '2' }, undefined],
    ['a=1', {}, 'a=1'],
    ['a=1&w=4&&b=%zz', { w: '4' }, 'a=1&b=%zz'],
    ['b&a&b', {}, 'b&a&b'],
    ['%zz=4', {}, '%zz=4'],
    ['W=4', {}, 'W=4'],
    ['__proto__=1&constructor=2', {}, '__proto__=1&constructor=2'],
  ])('reads %j as %j and leaves %j', (query, values, rest) => {
    expect(read(query)).toEqual({ stages: [values], shared: {}, rest });
  });

  it.each<readonly [string, readonly Readonly<Record<string, string>>[], Readonly<Record<string, string>>]>([
    ['w=4|w=5', [{ w: '4' }, { w: '5' }], {}],
    ['w=4%7Cw=5', [{ w: '4' }, { w: '5' }], {}],
    ['w=4%7cw=5', [{ w: '4' }, { w: '5' }], {}],
    [
      'w=4&x-y=1|width=5&x-y=2',
      [
        { w: '4', 'x-y': '1' },
        { w: '5', 'x-y': '2' },
      ],
      {},
    ],
    ['|w=4', [{}, { w: '4' }], {}],
    ['w=4|', [{ w: '4' }, {}], {}],
    ['w=4||w=5', [{ w: '4' }, {}, { w: '5' }], {}],
    ['w=4|&w=5', [{ w: '4' }, { w: '5' }], {}],
    ['w=4&|w=5', [{ w: '4' }, { w: '5' }], {}],
    ['|||||||', [{}, {}, {}, {}, {}, {}, {}, {}], {}],
    ['w=4|q=5|w=6', [{ w: '4' }, {}, { w: '6' }], { q: '5' }],
    ['w=4|w=6&q=5', [{ w: '4' }, { w: '6' }], { q: '5' }],
    ['w=a%257Cb', [{ w: 'a%7Cb' }], {}],
    ['w|w', [{ w: '' }, { w: '' }], {}],
  ])('reads the stages of %j', (query, stages, shared) => {
    expect(read(query)).toEqual({ stages, shared, rest: undefined });
  });

  it.each([
    'utm=a|b',
    'utm=a%7Cb',
    'utm=a|w=5',
    'utm|w=5',
    'utm=a|b&utm=c|d',
    '=a|b',
    '%zz=a|b',
    '%E9=a%7Cw=5',
    'W=4|w=5',
    'utm=|||||||||',
  ])('makes no stage of the bars of %j, which it leaves as it came', (rest) => {
    for (const query of [rest, `${rest}&w=4`, `w=4&${rest}`, `&${rest}&w=4&`]) {
      expect(read(query)).toEqual({ stages: [query === rest ? {} : { w: '4' }], shared: {}, rest });
    }
  });

  it('leaves what is not known in a later stage', () => {
    expect(read('w=4|utm=a&w=5')).toEqual({ stages: [{ w: '4' }, { w: '5' }], shared: {}, rest: 'utm=a' });
  });

  it.each<readonly [string, string, string]>([
    ['w=4&w=4', 'INVALID_PARAMETER', 'w: given more than once.'],
    ['w=4&%77', 'INVALID_PARAMETER', 'w: given more than once.'],
    ['w=4&width=4', 'INVALID_PARAMETER', 'w: given more than once.'],
    ['w=4|w=5&width=5', 'INVALID_PARAMETER', 'w: given more than once.'],
    ['q=4&q=4', 'INVALID_PARAMETER', 'q: given more than once.'],
    ['q=4|q=4', 'INVALID_PARAMETER', 'q: given more than once.'],
    ['q=4|quality=5', 'INVALID_PARAMETER', 'q: given more than once.'],
    ['w=1|'.repeat(8), 'INVALID_PARAMETER', 'There may be at most 8 stages.'],
    ['|'.repeat(2048), 'INVALID_PARAMETER', 'There may be at most 8 stages.'],
    ['w=%zz', 'MALFORMED_REQUEST', 'The query is not valid percent-encoding.'],
    ['w=\ud800', 'MALFORMED_REQUEST', 'The query is not valid percent-encoding.'],
    ['w=%ed%a0%80', 'MALFORMED_REQUEST', 'The query is not valid percent-encoding.'],
    [`a=${'a'.repeat(2047)}`, 'MALFORMED_REQUEST', 'The query is over 2048 characters.'],
  ])('refuses %j', (query, code, message) => {
    expect(failure(() => readQuery(query, grammar))).toMatchObject({ code, message });
  });
});

describe('writeQuery', () => {
  const values = (given: Readonly<Record<string, string>> = {}) => new Map(Object.entries(given));

  it.each<readonly [readonly Readonly<Record<string, string>>[], Readonly<Record<string, string>>, string]>([
    [[], {}, ''],
    [[{}], {}, ''],
    [[{ w: '4' }], {}, 'w=4'],
    [[{ w: '4', 'x-y': '5' }], { q: '6' }, 'w=4&x-y=5&q=6'],
    [[{ w: '4' }, { w: '5' }], { q: '6' }, 'w=4|w=5&q=6'],
    [[{}, { w: '5' }], {}, '|w=5'],
    [[{ w: '5' }, {}], { q: '6' }, 'w=5|&q=6'],
    [[], { q: '6' }, 'q=6'],
    [[{ w: '/a b/16:9,1+2&3=4%7C|ü' }], {}, 'w=/a%20b/16:9,1%2B2%263%3D4%257C%7C%C3%BC'],
  ])('writes %j and %j as %s', (stages, shared, query) => {
    expect(writeQuery(stages.map(values), values(shared), '|')).toBe(query);
  });

  it('writes what readQuery reads again', () => {
    // A bar in a value has to be written in another way: it begins a stage, encoded too.
    const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !value.includes('|'));
    const stage = fc.record({ w: text, 'x-y': text }, { requiredKeys: [], noNullPrototype: true });
    const stages = fc.array(stage, { minLength: 1, maxLength: 8 });
    const whole = fc.record({ q: text }, { requiredKeys: [], noNullPrototype: true });
    fc.assert(
      fc.property(stages, whole, (given, shared) => {
        const query = writeQuery(given.map(values), values(shared), '%7C');
        expect(read(query)).toEqual({ stages: given, shared, rest: undefined });
      }),
    );
  });
});
