import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClientHint, clientHints, hintFields, readHints } from '../../src/http/client-hints.ts';

const width = (field: string | readonly string[]): number | undefined =>
  readHints({ 'sec-ch-width': field }, clientHints).width;
const dpr = (field: string | readonly string[]): number | undefined =>
  readHints({ 'sec-ch-dpr': field }, clientHints).dpr;
const saveData = (field: string | readonly string[]): true | undefined =>
  readHints({ 'save-data': field }, clientHints).saveData;

describe('readHints of Sec-CH-Width', () => {
  it.each([
    ['1', 100],
    ['99', 100],
    ['100', 100],
    ['101', 200],
    ['640', 700],
    ['0640', 700],
    ['1920', 2000],
    ['8100', 8100],
    ['8101', 8192],
    ['8192', 8192],
    ['8193', 8192],
    ['100000', 8192],
    ['999999999999999', 8192],
    ['640.0', 700],
  ])('rounds %s up to %i', (field, expected) => {
    expect(width(field)).toBe(expected);
  });

  it.each(['640;a', '640;a=1;b="x"', '640; a=?0', ' 640 '])(
    'passes over the parameters of %j (RFC 9651 §3.1.2)',
    (field) => {
      expect(width(field)).toBe(700);
    },
  );

  it('ends at widths that stay where they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), (pixels) => {
        const step = width(String(pixels)) ?? 0;
        expect(step).toBeGreaterThanOrEqual(Math.min(pixels, 8192));
        expect(step).toBeLessThan(pixels + 100);
        expect(width(String(step))).toBe(step);
      }),
    );
  });
});

describe('readHints of Sec-CH-DPR', () => {
  it.each([
    ['0.001', 1],
    ['0.5', 1],
    ['1', 1],
    ['1.0', 1],
    ['1.001', 1.5],
    ['1.5', 1.5],
    ['1.75', 2],
    ['2', 2],
    ['2.0', 2],
    ['2.625', 3],
    ['3', 3],
    ['3.5', 4],
    ['4', 4],
    ['4.1', 4],
    ['1000', 4],
    ['2.0;a=1', 2],
  ])('rounds %s up to %d', (field, expected) => {
    expect(dpr(field)).toBe(expected);
  });
});

describe('readHints of numbers', () => {
  it.each([
    '',
    '0',
    '0.0',
    '-0',
    '-1',
    '-640',
    '+640',
    'abc',
    '640px',
    '1e3',
    '0x10',
    '.5',
    '2.',
    '2.0001',
    '1,5',
    '640, 640',
    '640 640',
    '640;',
    '640;A=1',
    '"640"',
    '?1',
    '@640',
    ':NjQw:',
    '(640)',
    'Infinity',
    'NaN',
    '\u0661',
    '9999999999999999',
    '9'.repeat(400),
  ])('takes %.40j for not sent', (field) => {
    expect(width(field)).toBeUndefined();
    expect(dpr(field)).toBeUndefined();
  });

  it('takes a width that is no integer for not sent', () => {
    expect(width('640.5')).toBeUndefined();
  });

  it('takes two lines for not sent', () => {
    expect(width(['640', '640'])).toBeUndefined();
    expect(dpr(['2', '2'])).toBeUndefined();
  });
});

describe('readHints of Save-Data', () => {
  it.each(['on', 'On', 'ON', 'on;a=1', ' on '])('reads %j', (field) => {
    expect(saveData(field)).toBe(true);
  });

  it.each(['', 'off', 'onn', 'o', '?1', '1', 'true', '"on"', 'on, on', 'on off', 'on;', '(on)', '*'])(
    'takes %j for not sent',
    (field) => {
      expect(saveData(field)).toBeUndefined();
    },
  );

  it('takes two lines for not sent', () => {
    expect(saveData(['on', 'on'])).toBeUndefined();
  });
});

describe('readHints', () => {
  const headers = { 'sec-ch-width': '640', 'sec-ch-dpr': '2', 'save-data': 'on' };

  it.each<readonly [readonly ClientHint[], object]>([
    [[], {}],
    [['width'], { width: 700 }],
    [['dpr'], { dpr: 2 }],
    [['save-data'], { saveData: true }],
    [['save-data', 'width'], { saveData: true, width: 700 }],
    [clientHints, { width: 700, dpr: 2, saveData: true }],
  ])('reads %j alone where these are enabled', (enabled, expected) => {
    expect(readHints(headers, enabled)).toStrictEqual(expected);
  });

  it('has no member for a hint that was not sent', () => {
    expect(readHints({}, clientHints)).toStrictEqual({});
    expect(readHints({ ...headers, 'sec-ch-dpr': 'x', 'save-data': 'off' }, clientHints)).toStrictEqual({ width: 700 });
  });

  it('does not read the fields that the hints had before (RFC 8942 §4.2)', () => {
    expect(readHints({ width: '640', dpr: '2' }, clientHints)).toStrictEqual({});
  });

  it('names a field for each hint', () => {
    expect(clientHints.map((hint) => hintFields[hint])).toEqual(['Sec-CH-Width', 'Sec-CH-DPR', 'Save-Data']);
  });

  it('gives one of a few values whatever is sent', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.integer().map(String),
      fc.constantFrom('on', 'ON', '640;a'),
    );
    fc.assert(
      fc.property(texts, (field) => {
        const found = readHints({ 'sec-ch-width': field, 'sec-ch-dpr': field, 'save-data': field }, clientHints);
        expect([undefined, 8192, ...Array.from({ length: 81 }, (_, index) => 100 * (index + 1))]).toContain(
          found.width,
        );
        expect([undefined, 1, 1.5, 2, 3, 4]).toContain(found.dpr);
        expect([undefined, true]).toContain(found.saveData);
      }),
    );
  });
});
