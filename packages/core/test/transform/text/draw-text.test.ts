import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { drawText } from '../../../src/transform/text/draw-text.ts';
import { createFonts } from '../../../src/transform/text/fonts.ts';
import { black, drawn } from './drawing.ts';

const require = createRequire(import.meta.url);
const red = { r: 200, g: 0, b: 0, alpha: 255 };
const refused = { code: 'INVALID_PARAMETER', status: 400 };

describe('the picture of words', () => {
  it('is as high as their line, and as wide as they are', async () => {
    const [one, two] = [await drawn('HH'), await drawn('HHHH')];
    // 1.2 × 40.
    expect([one.height, two.height]).toEqual([48, 48]);
    expect(two.width).toBeGreaterThan(1.9 * one.width);
    expect(two.width).toBeLessThanOrEqual(2 * one.width);
  });

  it('has ink on the baseline and up to the height of capitals, and none elsewhere', async () => {
    const { box, height } = await drawn('H');
    const [, top = 0, , bottom = 0] = box ?? [];
    // DejaVu's capitals are 1493 of 2048 units high: 29.2 pixels.
    expect(bottom - top).toBeGreaterThanOrEqual(29);
    expect(bottom - top).toBeLessThanOrEqual(30);
    expect([top > 5, height - bottom > 5]).toEqual([true, true]);
  });

  it('is whole ink within a stroke, and none beside it', async () => {
    const { box, at, height } = await drawn('I', { size: 200 });
    const [left = 0, , right = 0] = box ?? [];
    const middle = Math.floor(height / 2);
    expect(at(Math.floor((left + right) / 2), middle)).toEqual([0, 0, 0, 255]);
    expect(at(left - 1, middle)[3]).toBe(0);
    expect(at(right, middle)[3]).toBe(0);
  });

  it('leaves the inside of a letter open', async () => {
    const { box, at } = await drawn('O', { size: 200 });
    const [left = 0, top = 0, right = 0, bottom = 0] = box ?? [];
    expect(at(Math.floor((left + right) / 2), Math.floor((top + bottom) / 2))[3]).toBe(0);
  });

  it('is the same on every machine', async () => {
    const { bytes } = await drawn('Hamburgefonstiv: fi AV é שלום مرحبا', { bold: true });
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    // Neither the fonts of the machine nor their settings count. What counts is in the key: the font by its hash.
    expect(hash).toBe('2ca1f4c86e6a32a7');
  });

  it.each([
    ['bold', { bold: true }],
    ['italic', { italic: true }],
    ['both', { bold: true, italic: true }],
  ] as const)('is another where it is %s', async (_, style) => {
    const [plain, styled] = [await drawn('Hand'), await drawn('Hand', style)];
    expect(styled.bytes.equals(plain.bytes)).toBe(false);
    expect(styled.box?.[3]).toBe(plain.box?.[3]);
  });

  it('holds all of a slanted letter', async () => {
    const { box, width } = await drawn('f', { italic: true, size: 300 });
    const [left = 0, , right = 0] = box ?? [];
    expect(right - left).toBeGreaterThan(100);
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(width);
    // It reaches over its own width: nothing is cut off.
    expect(right).toBeGreaterThan(width - 3);
  });
});

describe('lines', () => {
  it('are broken where the words say so, as far apart as asked for', async () => {
    const [close, wide] = [await drawn('H\nH\nH'), await drawn('H\nH\nH', { lineHeight: 2 })];
    expect([close.rows, wide.rows]).toEqual([3, 3]);
    expect([close.height, wide.height]).toEqual([3 * 48, 3 * 80]);
  });

  it('may be empty', async () => {
    const { rows, height } = await drawn('H\n\nH');
    expect([rows, height]).toEqual([2, 144]);
  });

  it('are broken between words at the width that is asked for', async () => {
    const { width, rows, box } = await drawn('one two three four', { wrap: 200 });
    expect([width, rows]).toEqual([200, 2]);
    expect(box?.[2]).toBeLessThanOrEqual(200);
  });

  it('are broken within a word that is too long, and nowhere else', async () => {
    const { width, rows, box } = await drawn('H'.repeat(20), { wrap: 100 });
    expect(width).toBe(100);
    // Three of 30 pixels each on a line.
    expect(rows).toBe(7);
    expect(box?.[2]).toBeLessThanOrEqual(100);
    expect((await drawn(`H ${'H'.repeat(6)} H`, { wrap: 100 })).rows).toBe(4);
  });

  it('hold a letter at least, however narrow they are', async () => {
    const { width, height } = await drawn('HHH', { wrap: 1 });
    expect([width, height]).toEqual([1, 3 * 48]);
  });

  it('stand where they are aligned', async () => {
    const boxes = await Promise.all(
      (['left', 'centre', 'right'] as const).map(
        async (align) => (await drawn('H', { wrap: 200, align })).box?.[0] ?? 0,
      ),
    );
    const [left = 0, centre = 0, right = 0] = boxes;
    expect(left).toBeLessThan(6);
    // An H is 30.1 pixels wide.
    expect(Math.abs(centre - left - 85)).toBeLessThan(2);
    expect(Math.abs(right - left - 170)).toBeLessThan(2);
  });

  it('do not begin with the blanks at which they were broken', async () => {
    expect((await drawn('HH    HH', { wrap: 80 })).rows).toBe(2);
    const [first, second] = [await drawn('HH    HH', { wrap: 80 }), await drawn('HH\nHH', { wrap: 80 })];
    expect(first.bytes.equals(second.bytes)).toBe(true);
  });
});

describe('colours', () => {
  it('are those asked for, on a ground all over the box and its padding', async () => {
    const background = { r: 250, g: 240, b: 10, alpha: 255 };
    const { at, width, height } = await drawn('I', {
      colour: red,
      background,
      padding: [1, 2, 3, 4],
      wrap: 50,
      size: 100,
    });
    expect([width, height]).toEqual([56, 124]);
    for (const [x, y] of [
      [0, 0],
      [55, 0],
      [0, 123],
      [55, 123],
    ] as const)
      expect(at(x, y)).toEqual([250, 240, 10, 255]);
    const stroke = Array.from({ length: 56 }, (_, x) => at(x, 60)).filter(([r, g]) => r === 200 && g === 0);
    expect(stroke.length).toBeGreaterThan(5);
  });

  it('shine through by their alpha', async () => {
    const { at, box } = await drawn('I', { colour: { ...red, alpha: 128 }, size: 200 });
    const [left = 0, , right = 0] = box ?? [];
    expect(at(Math.floor((left + right) / 2), 120)).toEqual([200, 0, 0, 128]);
  });
});

describe('hostile words', () => {
  it.each<readonly [string, string]>([
    ['markup of Pango', '<span foreground="red" size="999999">a</span> &amp; <b>'],
    ['markup of SVG', '</text><image href="file:///etc/passwd"/><script>alert(1)</script>'],
    ['an entity', '&lt;&#x41;&xxe;'],
    ['a path', '../../etc/passwd\u2028C:\\x'],
    ['a format', '%s%n%x {{x}}'],
  ])('are letters like any: %s', async (_, content) => {
    const { box, rows } = await drawn(content);
    expect(box).toBeDefined();
    expect(rows).toBe(1);
    // Each of its letters takes room, as those of a word that nothing would be read from.
    expect((await drawn(content)).width).toBeGreaterThan(content.length * 5);
  });

  it.each<readonly [string, string]>([
    ['nothing that is seen', '\u200b\u200d\u2060\ufeff'],
    ['blanks', '   '],
  ])('may leave no ink: %s', async (_, content) => {
    expect((await drawn(content)).box).toBeUndefined();
  });

  it('are turned by marks of direction, and by no more', async () => {
    const [turned, written] = [await drawn('a\u202ecba\u202cd'), await drawn('aabcd')];
    expect(turned.box?.[2]).toBe(written.box?.[2]);
    expect(turned.bytes.equals(written.bytes)).toBe(true);
  });

  it('of two directions stand as they are read', async () => {
    const [mixed, left, right] = [await drawn('ab שלום'), await drawn('ab'), await drawn('שלום')];
    expect(mixed.width).toBeGreaterThan(left.width + right.width);
    // What is written first stands on the left, in its own order.
    const [x = 0, y = 0, end = 0, bottom = 0] = left.box ?? [];
    for (let row = y; row < bottom; row++)
      for (let column = x; column < end; column++) {
        expect(mixed.at(column, row)).toEqual(left.at(column, row));
      }
  });

  it('join where their script does', async () => {
    const [joined, single] = [await drawn('ببب'), await drawn('ب')];
    expect(joined.width).toBeLessThan(2.5 * single.width);
  });

  it.each<readonly [string, string, string]>([
    ['ideographs', '漢字', 'U+6F22'],
    ['a private character', '\ue000\u{f0000}', 'U+E000'],
    ['an emoji of parts', '👩‍👩‍👧', 'U+1F469'],
  ])('that the font does not have are refused by name: %s', async (_, content, code) => {
    await expect(drawn(content)).rejects.toMatchObject({ ...refused, message: expect.stringContaining(code) });
  });

  it('may be 2,000 marks on one letter, or 2,000 letters', async () => {
    expect((await drawn(`a${'\u0301'.repeat(1999)}`)).width).toBeLessThan(100);
    const { width, height } = await drawn('word '.repeat(400), { wrap: 1000, size: 20 });
    expect([width, height]).toEqual([1000, 24 * 23]);
  });

  it.each<readonly [string, string, object]>([
    ['too wide', 'H'.repeat(2000), {}],
    ['too high', 'H'.repeat(200), { wrap: 10 }],
    ['too much padding', 'H', { padding: [4090, 0, 0, 0] }],
  ])('are refused where their picture would be over the limits: %s', async (_, content, style) => {
    await expect(drawn(content, style)).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(/4096 pixels a side/),
    });
  });
});

it('words are drawn no longer than there is time', async () => {
  const style = { content: '\u2588'.repeat(40), size: 200, colour: black };
  const late = new Error('late');
  const fonts = createFonts({});
  const drawing = drawText(style, fonts.find({}), { outputSide: 9999, outputPixels: 16e6 }, () => {
    throw late;
  });
  await expect(drawing).rejects.toBe(late);
});

it('words are drawn by a font that the operator gives', async () => {
  const fonts = createFonts({
    Mine: require.resolve('@fontsource/dejavu-sans/files/dejavu-sans-latin-700-normal.woff'),
  });
  const style = { content: 'Mine', size: 40, colour: black, font: 'Mine' };
  const limits = { outputSide: 999, outputPixels: 1e6 };
  const { input } = await drawText(style, fonts.find(style), limits);
  expect(input.equals((await drawn('Mine', { bold: true })).bytes)).toBe(true);
});
