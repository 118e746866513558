import { type Colour, parseColour } from '../../transform/colour.ts';
import type { Length } from '../../transform/length.ts';
import type { Corners, Ratio } from '../../transform/stage.ts';
import type { ValueType } from '../value.ts';

/** Reads one value: what {@link ValueType} reads, never written again. */
export type Reader<T> = Pick<ValueType<T>, 'read' | 'allowed'>;

const decimalNumber = /^-?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})$/;

function numberIn(text: string): number | undefined {
  // Minus nothing is nothing.
  return decimalNumber.test(text) ? Number(text) + 0 : undefined;
}

/** Two decimal places, as all that is asked for has. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A number in a range that the vendor calls strict: what lies outside is refused. */
export function strict(least: number, most: number): Reader<number> {
  return {
    read: (text) => {
      const value = numberIn(text);
      return value === undefined || value < least || value > most ? undefined : rounded(value);
    },
    allowed: `a number from ${least} to ${most}`,
  };
}

/** A number in a range that the vendor suggests: what lies outside is taken for the nearest that lies in it. */
export function suggested(least: number, most: number): Reader<number> {
  return {
    read: (text) => {
      const value = numberIn(text);
      return value === undefined ? undefined : rounded(Math.min(most, Math.max(least, value)));
    },
    allowed: `a number, taken for the nearest from ${least} to ${most}`,
  };
}

/** Degrees: whole turns count for nothing, and what turns the other way is what is left to a whole turn. */
export const angle: Reader<number> = {
  read: (text) => {
    const value = numberIn(text);
    return value === undefined ? undefined : rounded(((rounded(value) % 360) + 360) % 360);
  },
  allowed: 'a number, whole turns of 360 taken off',
};

/** Whole numbers: others are rounded. */
export function whole({ read, allowed }: Reader<number>): Reader<number> {
  return {
    read: (text) => {
      const value = read(text);
      return value === undefined ? undefined : Math.round(value);
    },
    allowed: allowed.replace('a number', 'a whole number'),
  };
}

/** The longest side that may be asked for, in pixels. */
export const mostSide = 8192;

function share(part: number): Length {
  return { percent: Math.max(0.01, rounded(part * 100)) };
}

/** A side: whole pixels, or up to 1 a share of the side that there is; 0 where it is as if nobody said. */
export const side: Reader<Length> = {
  read: (text) => {
    const value = numberIn(text);
    if (value === undefined || value < 0 || value > mostSide) return undefined;
    if (value === 0) return 0;
    return value <= 1 ? share(value) : Math.round(value);
  },
  allowed: `a whole number from 2 to ${mostSide}, or a share from 0 to 1`,
};

/** A place or extent of a rectangle: pixels, or with a decimal point a share. */
export const pixelsOrShare: Reader<Length> = {
  read: (text) => {
    const value = numberIn(text);
    if (value === undefined || value < 0 || value > 65_535) return undefined;
    if (value === 0) return 0;
    return text.includes('.') && value <= 1 ? share(value) : Math.round(value);
  },
  allowed: 'a whole number of pixels, or a share from 0 to 1',
};

const hexadecimal = /^#?([\da-f]{3}|[\da-f]{4}|[\da-f]{6}|[\da-f]{8})$/i;

/** A colour: `rgb`, `argb`, `rrggbb` or `aarrggbb`, alpha first where CSS has it last; or a name of CSS. */
export const colour: Reader<Colour> = {
  read: (text) => {
    const digits = hexadecimal.exec(text)?.[1];
    if (digits === undefined) return /^[a-z]+$/i.test(text) ? parseColour(text) : undefined;
    const alpha = digits.length === 4 ? 1 : digits.length === 8 ? 2 : 0;
    return parseColour(`${digits.slice(alpha)}${digits.slice(0, alpha)}`);
  },
  allowed: 'a colour: rgb, argb, rrggbb or aarrggbb in hexadecimal, or a name of CSS',
};

/** One of several words, each perhaps with what it means here. */
export function oneOf<T extends string>(...words: readonly T[]): Reader<T> {
  const known: ReadonlySet<string> = new Set(words);
  return { read: (text) => (known.has(text) ? (text as T) : undefined), allowed: `one of ${words.join(', ')}` };
}

/** Several words with commas between them, in any order: sorted, each once. */
export function wordsOf<T extends string>(...words: readonly T[]): Reader<readonly T[]> {
  return {
    read: (text) => {
      const parts = text.split(',').map((part) => part.trim());
      const isKnown = parts.every((part): part is T => (words as readonly string[]).includes(part));
      return isKnown ? words.filter((each) => parts.includes(each)) : undefined;
    },
    allowed: `${words.join(', ')}, with commas between them`,
  };
}

/** Any text up to some length. */
export function text(longest: number): Reader<string> {
  return {
    read: (value) => (value !== '' && value.length <= longest ? value : undefined),
    allowed: `1 to ${longest} characters`,
  };
}

/** A shape. Decimals are allowed: `1.91:1` is `191:100`. */
export const ratio: Reader<Ratio> = {
  read: (value) => {
    const [, width = '', height = '1'] = /^(\d{1,4}(?:\.\d{1,3})?)(?::(\d{1,4}(?:\.\d{1,3})?))?$/.exec(value) ?? [];
    const [across, down] = [Math.round(Number(width) * 1000), Math.round(Number(height) * 1000)];
    return across > 0 && down > 0 ? { width: across, height: down } : undefined;
  },
  allowed: 'two numbers with a colon between them, such as 16:9',
};

const radius = whole(strict(0, 65_535));

/** One radius, or four from the left top corner clockwise. */
export const corners: Reader<Corners<number>> = {
  read: (value) => {
    const read = value.split(',').map((part) => radius.read(part.trim()));
    if (read.some((each) => each === undefined)) return undefined;
    const [first = 0, second = first, third = first, fourth = first] = read;
    return read.length === 1 || read.length === 4 ? [first, second, third, fourth] : undefined;
  },
  allowed: 'one radius in pixels, or four with commas between them',
};
