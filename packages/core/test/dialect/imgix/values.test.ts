import { describe, expect, it } from 'vitest';
import { rectangle } from '../../../src/dialect/imgix/rectangle.ts';
import {
  colour,
  corners,
  pixelsOrShare,
  ratio,
  side,
  strict,
  suggested,
  whole,
  wordsOf,
} from '../../../src/dialect/imgix/values.ts';

const rgba = (r: number, g: number, b: number, alpha = 255) => ({ r, g, b, alpha });

describe('a colour', () => {
  it.each([
    ['fff', rgba(255, 255, 255)],
    ['#fff', rgba(255, 255, 255)],
    ['A00', rgba(170, 0, 0)],
    ['8f00', rgba(255, 0, 0, 0x88)],
    ['ff0000', rgba(255, 0, 0)],
    ['A9AAAA54', rgba(0xaa, 0xaa, 0x54, 0xa9)],
    ['00ff0000', rgba(255, 0, 0, 0)],
    ['7f0000ff', rgba(0, 0, 255, 0x7f)],
    ['#7f0000ff', rgba(0, 0, 255, 0x7f)],
    ['red', rgba(255, 0, 0)],
    ['RebeccaPurple', rgba(0x66, 0x33, 0x99)],
    ['transparent', rgba(0, 0, 0, 0)],
  ])('has alpha first: %s', (text, expected) => {
    expect(colour.read(text)).toEqual(expected);
  });

  it.each(['', 'f', 'ff', 'fffff', 'fffffff', 'ggg', 'reddish', 'rgb(1,2,3)', '#', 'red,', 'constructor'])(
    'is not %s',
    (text) => {
      expect(colour.read(text)).toBeUndefined();
    },
  );
});

describe('a side', () => {
  it.each([
    ['2', 2],
    ['100', 100],
    ['8192', 8192],
    ['100.4', 100],
    ['0.5', { percent: 50 }],
    ['.25', { percent: 25 }],
    ['0.3333', { percent: 33.33 }],
    ['1', { percent: 100 }],
    ['1.0', { percent: 100 }],
    ['0.00001', { percent: 0.01 }],
    ['0', 0],
  ])('%s', (text, expected) => {
    expect(side.read(text)).toEqual(expected);
  });

  it.each(['', '-1', '8193', 'auto', '100px', '1e3', '0x10', 'NaN', '50%', '1,5', '--1', '.'])('is not %s', (text) => {
    expect(side.read(text)).toBeUndefined();
  });
});

it('refuses what lies outside of a strict range, and takes what lies outside of a suggested one to its end', () => {
  expect([strict(0, 5).read('5'), strict(0, 5).read('5.01'), strict(0, 5).read('-0')]).toEqual([5, undefined, 0]);
  expect([suggested(-9, 9).read('10'), suggested(-9, 9).read('-99'), suggested(-9, 9).read('1.239')]).toEqual([
    9, -9, 1.24,
  ]);
  expect(suggested(-9, 9).read('much')).toBeUndefined();
  expect(whole(suggested(0, 9)).read('1.6')).toBe(2);
});

it('reads words in any order, each once', () => {
  const words = wordsOf('top', 'left', 'faces');
  expect(words.read('faces, top,faces')).toEqual(['top', 'faces']);
  expect([words.read('top,middle'), words.read(''), words.read('Top')]).toEqual([undefined, undefined, undefined]);
});

it.each([
  ['16:9', { width: 16_000, height: 9000 }],
  ['1.91:1', { width: 1910, height: 1000 }],
  ['1.5', { width: 1500, height: 1000 }],
  ['0:1', undefined],
  ['16:0', undefined],
  ['16:9:1', undefined],
  ['-1:1', undefined],
  ['16x9', undefined],
])('reads the ratio %s', (text, expected) => {
  expect(ratio.read(text)).toEqual(expected);
});

it.each([
  ['10', [10, 10, 10, 10]],
  ['1,2,3,4', [1, 2, 3, 4]],
  ['1,2', undefined],
  ['-1', undefined],
  ['1,2,3,x', undefined],
])('reads the corners %s', (text, expected) => {
  expect(corners.read(text)).toEqual(expected);
});

it.each([
  ['0', 0],
  ['1', 1],
  ['0.5', { percent: 50 }],
  ['1.0', { percent: 100 }],
  ['-1', undefined],
])('reads a place in a rectangle: %s', (text, expected) => {
  expect(pixelsOrShare.read(text)).toEqual(expected);
});

describe('a rectangle', () => {
  it.each([
    ['10,20,300,200', { crop: { x: 10, y: 20, width: 300, height: 200 } }],
    [
      '0.1,0.2,0.5,0.5',
      { crop: { x: { percent: 10 }, y: { percent: 20 }, width: { percent: 50 }, height: { percent: 50 } } },
    ],
    ['left,top,300,200', { crop: { x: 0, y: 0, width: 300, height: 200 } }],
    ['right,bottom,300,200', { crop: { width: 300, height: 200 }, position: 'right bottom' }],
    ['right,0,300,200', { crop: { width: 300, height: 200 }, position: 'right top' }],
    ['center,middle,300,200', { crop: { width: 300, height: 200 }, position: 'centre' }],
    ['center,bottom,300,200', { crop: { width: 300, height: 200 }, position: 'bottom' }],
    ['left,middle,300,200', { crop: { width: 300, height: 200 }, position: 'left' }],
    ['center,40,300,200', { crop: { width: 300, height: 200, x: { percent: 50 }, y: 140, anchor: 'centre' } }],
    [
      '0.1,middle,0.5,200',
      { crop: { width: { percent: 50 }, height: 200, x: { percent: 35 }, y: { percent: 50 }, anchor: 'centre' } },
    ],
  ])('%s', (text, expected) => {
    expect(rectangle.read(text)).toEqual(expected);
  });

  it.each([
    '',
    '1,2,3',
    '1,2,3,4,5',
    '1,2,0,4',
    '-1,2,3,4',
    'top,left,3,4',
    'right,40,3,4',
    '0.5,middle,3,4',
    'a,b,c,d',
  ])('is not %s', (text) => {
    expect(rectangle.read(text)).toBeUndefined();
  });
});
