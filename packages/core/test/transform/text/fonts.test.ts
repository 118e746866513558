import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFonts, isFonts } from '../../../src/transform/text/fonts.ts';

const require = createRequire(import.meta.url);
const file = (style: string): string =>
  require.resolve(`@fontsource/dejavu-sans/files/dejavu-sans-latin-${style}.woff`);
const [regular, bold] = [file('400-normal'), file('700-normal')];

/** A file with that in it. */
function written(bytes: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'font-')), 'font.ttf');
  writeFileSync(path, bytes, 'latin1');
  return path;
}

describe('fonts', () => {
  it('are DejaVu Sans in four styles where nothing else is given', () => {
    const fonts = createFonts();
    const styles = [{}, { bold: true }, { italic: true }, { bold: true, italic: true }] as const;
    const hashes = styles.map((style) => fonts.find(style).hash);
    expect(new Set(hashes).size).toBe(4);
    expect(styles.map((style) => fonts.find({ ...style, font: 'DejaVu Sans' }).hash)).toEqual(hashes);
  });

  it('are found by the name that was given', () => {
    const fonts = createFonts({ Mine: bold, Both: { regular, bold } });
    const own = createFonts();
    expect(fonts.find({ font: 'Mine' }).hash).toBe(own.find({ bold: true }).hash);
    expect(fonts.find({ font: 'Both' }).hash).toBe(own.find({}).hash);
    expect(fonts.find({ font: 'Both', bold: true }).hash).toBe(own.find({ bold: true }).hash);
    expect(fonts.find({}).hash).toBe(own.find({}).hash);
  });

  it('have another default where one is given', () => {
    expect(createFonts({ default: bold }).find({}).hash).toBe(createFonts().find({ bold: true }).hash);
  });

  it.each<readonly [string, object, string]>([
    ['a family that there is not', { font: 'Comic' }, 'text: there is no such font; there are DejaVu Sans, Mine.'],
    [
      'a family by a name that objects have',
      { font: 'constructor' },
      'text: there is no such font; there are DejaVu Sans, Mine.',
    ],
    ['a style without a file', { font: 'Mine', italic: true }, 'text: the font Mine has no italic style here.'],
  ])('are refused: %s', (_, wish, message) => {
    const find = () => createFonts({ Mine: regular }).find(wish);
    expect(find).toThrow(expect.objectContaining({ code: 'INVALID_PARAMETER', message }));
  });

  it.each<readonly [string, string]>([
    ['is not there', '/nowhere/font.ttf'],
    ['is no font', written('GIF89a')],
    ['is a WOFF2', written('wOF2')],
    ['is a collection', written('ttcf')],
    ['is empty', written('')],
  ])('cannot be made of a file that %s', (_, path) => {
    const expected = 'Expected a TrueType, OpenType or WOFF (not WOFF2) file for fonts.Mine but received';
    expect(() => createFonts({ Mine: path })).toThrow(new TypeError(`${expected} ${JSON.stringify(path)}`));
  });

  it('are an option of families', () => {
    for (const right of [{}, { a: 'x.ttf' }, { a: { regular: 'x.ttf', boldItalic: 'y.ttf' } }])
      expect(isFonts(right)).toBe(true);
    for (const wrong of [
      1,
      [],
      'x.ttf',
      { a: 1 },
      { a: { bold: 'x' } },
      { a: { regular: 'x', heavy: 'y' } },
      { a: { regular: 1 } },
    ]) {
      expect(isFonts(wrong)).toBe(false);
    }
  });
});
