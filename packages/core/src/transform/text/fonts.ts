import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { TintypeError } from '../../errors.ts';
import { hashBytes } from '../../hash.ts';
import type { TextStyle } from '../overlay.ts';
import { isWoff } from './woff.ts';

/** Files of a family: TrueType, OpenType, or one of them in a WOFF of version 1. */
export interface FontFiles {
  readonly regular: string;
  /** @default refused where bold words are asked for */
  readonly bold?: string;
  /** @default refused where italic words are asked for */
  readonly italic?: string;
  /** @default refused where words are to be both */
  readonly boldItalic?: string;
}

/** Families by the names that URLs use: one file, or one for each style. */
export type FontOptions = Readonly<Record<string, string | FontFiles>>;

/** Whether a value is what {@link createFonts} takes. */
export function isFonts(value: unknown): value is FontOptions {
  return isObject(value) && Object.values(value).every((each) => typeof each === 'string' || isFiles(each));
}

function isFiles(value: unknown): boolean {
  return (
    isObject(value) &&
    'regular' in value &&
    Object.entries(value).every(([style, path]) => Object.hasOwn(ownFiles, style) && typeof path === 'string')
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One font. */
export interface Font {
  /** Of its file: the same words in it are the same pixels. */
  readonly hash: string;
  readonly bytes: Buffer;
}

/** How words ask for a font. */
export type FontWish = Pick<TextStyle, 'font' | 'bold' | 'italic'>;

/** The fonts that words may have. */
export interface Fonts {
  /** @throws TintypeError `INVALID_PARAMETER` where there is none, which names those that there are. */
  find(wish: FontWish): Font;
}

type Style = keyof FontFiles;

/** The family that is always there, and is used where none is named. */
const ownFamily = 'DejaVu Sans';

/** The name of a family that takes its place where none is named. */
const defaultFamily = 'default';

const ownFiles: Readonly<Record<Style, string>> = {
  regular: '400-normal',
  bold: '700-normal',
  italic: '400-italic',
  boldItalic: '700-italic',
};

/**
 * Creates the fonts of an endpoint: reads the files that are given.
 *
 * @throws TypeError where a file cannot be read, or is no font.
 */
export function createFonts(options: FontOptions = {}): Fonts {
  const families = new Map(
    Object.entries(options).map(([family, given]) => {
      const files: FontFiles = typeof given === 'string' ? { regular: given } : given;
      const read = Object.entries(files).map(([style, path]) => [style, readFont(`fonts.${family}`, path)] as const);
      return [family, new Map<string, Font>(read)] as const;
    }),
  );
  const names = [...new Set([ownFamily, ...families.keys()])].join(', ');

  return {
    find({ font, bold = false, italic = false }) {
      const style = styleOf(bold, italic);
      const family = families.get(font ?? defaultFamily);
      if (family === undefined && font !== undefined && font !== ownFamily) {
        throw new TintypeError('INVALID_PARAMETER', { message: `text: there is no such font; there are ${names}.` });
      }
      const found = family === undefined ? ownFont(style) : family.get(style);
      if (found !== undefined) return found;
      const message = `text: the font ${font ?? defaultFamily} has no ${style} style here.`;
      throw new TintypeError('INVALID_PARAMETER', { message });
    },
  };
}

function styleOf(isBold: boolean, isItalic: boolean): Style {
  if (isBold) return isItalic ? 'boldItalic' : 'bold';
  return isItalic ? 'italic' : 'regular';
}

const own = new Map<Style, Font>();

/** Read when it is first needed: most endpoints never draw a word. */
function ownFont(style: Style): Font {
  const known = own.get(style);
  if (known !== undefined) return known;
  const name = `@fontsource/dejavu-sans/files/dejavu-sans-latin-${ownFiles[style]}.woff`;
  const font = readFont(ownFamily, createRequire(import.meta.url).resolve(name));
  own.set(style, font);
  return font;
}

/** What a file of a font begins with: TrueType by two names, OpenType (OpenType §Font file). */
const signatures: readonly string[] = ['\0\x01\0\0', 'true', 'OTTO'];

function readFont(name: string, path: unknown): Font {
  try {
    const bytes = readFileSync(path as string);
    if (isWoff(bytes) || signatures.includes(bytes.toString('latin1', 0, 4))) {
      return { bytes, hash: hashBytes(bytes) };
    }
  } catch (cause) {
    throw wrongFile(name, path, cause);
  }
  throw wrongFile(name, path);
}

function wrongFile(name: string, path: unknown, cause?: unknown): TypeError {
  const expected = 'a TrueType, OpenType or WOFF (not WOFF2) file';
  return new TypeError(`Expected ${expected} for ${name} but received ${JSON.stringify(path)}`, { cause });
}
