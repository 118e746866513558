import { type Colour, formatColour, parseColour } from '../transform/colour.ts';
import { isSameLength, type Length } from '../transform/length.ts';
import type { Sides } from '../transform/stage.ts';

/** Reads one value: gives it typed, or undefined where the text is not allowed. */
export interface ValueType<T> {
  readonly read: (text: string) => T | undefined;
  /** Writes a value so that `read` gives it again. */
  write(value: T): string;
  /** What is allowed, as an error and the docs say it. */
  readonly allowed: string;
}

/** A whole number in plain decimal digits: no leading zero, and no sign but a minus where negative ones are allowed. */
export function wholeNumber(least: number, most: number): ValueType<number> {
  return {
    read: (text) => (/^(0|-?[1-9]\d{0,9})$/.test(text) ? between(Number(text), least, most) : undefined),
    write: String,
    allowed: `a whole number from ${least} to ${most}`,
  };
}

/** A number with at most two decimal places. */
export function decimal(least: number, most: number): ValueType<number> {
  return {
    read: (text) => (/^-?\d{1,3}(\.\d{1,2})?$/.test(text) ? between(Number(text), least, most) : undefined),
    write: String,
    allowed: `a number from ${least} to ${most} with at most two decimal places`,
  };
}

function between(value: number, least: number, most: number): number | undefined {
  // Minus nothing is nothing.
  return value >= least && value <= most ? value + 0 : undefined;
}

/** One of several words, each perhaps with second spellings. */
export function word<T extends string>(words: readonly T[], spellings: Readonly<Record<string, T>> = {}): ValueType<T> {
  const known = new Map<string, T>([...words.map((each) => [each, each] as const), ...Object.entries(spellings)]);
  return { read: (text) => known.get(text), write: (value) => value, allowed: `one of ${words.join(', ')}` };
}

/** Yes or no. */
export const flag: ValueType<boolean> = {
  read: (text) =>
    new Map([
      ['true', true],
      ['false', false],
      ['1', true],
      ['0', false],
    ] as const).get(text as '1'),
  write: String,
  allowed: 'true or false',
};

/** A word beside the values of another type. */
export function orWord<T, W extends string>(name: W, type: ValueType<T>): ValueType<T | W> {
  return {
    read: (text) => (text === name ? name : type.read(text)),
    write: (value) => (value === name ? name : type.write(value as T)),
    allowed: `${name}, or ${type.allowed}`,
  };
}

/** A short token that names a version or a preset. */
export function token(longest: number): ValueType<string> {
  return {
    read: (text) => (text.length <= longest && /^[\w.-]+$/.test(text) ? text : undefined),
    write: (value) => value,
    allowed: `1 to ${longest} letters, digits, ".", "_" or "-"`,
  };
}

/** A whole number of pixels; with a decimal point a share: `0.25` is a quarter of a side. */
export function length(least: number, most: number): ValueType<Length> {
  const pixels = wholeNumber(least, most);
  return {
    read: (text) => {
      const percent = /^(0\.\d{1,4}|1\.0{1,4})$/.test(text) ? Math.round(Number(text) * 10_000) / 100 : 0;
      return percent > 0 ? { percent } : pixels.read(text);
    },
    write: (value) => (typeof value === 'number' ? String(value) : share(value.percent)),
    allowed: `${pixels.allowed}, or a decimal from 0.0001 to 1.0`,
  };
}

function share(percent: number): string {
  return percent === 100 ? '1.0' : String(Math.round(percent * 100) / 10_000);
}

/** Several values with commas between them. */
export function list<T>(type: ValueType<T>, least: number, most: number): ValueType<readonly T[]> {
  const counts = least === most ? String(least) : `${least} to ${most}`;
  return {
    read: (text) => {
      const parts = text.split(',');
      if (parts.length < least || parts.length > most) return undefined;
      const values = parts.map(type.read);
      return values.some((value) => value === undefined) ? undefined : (values as readonly T[]);
    },
    write: (values) => values.map(type.write).join(','),
    allowed: `${counts} with commas between them, each ${type.allowed}`,
  };
}

/** A type that reads and writes by way of another; `undefined` refuses. */
export function through<T, U>(
  type: ValueType<T>,
  { to, from, allowed = type.allowed }: { to: (value: T) => U | undefined; from: (value: U) => T; allowed?: string },
): ValueType<U> {
  return {
    read: (text) => {
      const value = type.read(text);
      return value === undefined ? undefined : to(value);
    },
    write: (value) => type.write(from(value)),
    allowed,
  };
}

/** One to four lengths, as the short forms of CSS have them: all, vertical and horizontal, and so on. */
export function sides(most: number): ValueType<Sides<Length>> {
  return through(list(length(0, most), 1, 4), {
    to: ([top = 0, right = top, bottom = top, left = right]) => [top, right, bottom, left] as const,
    from: shortest,
    allowed: `1 to 4 lengths with commas between them, each ${length(0, most).allowed}`,
  });
}

/** The shortest form that reads as the same four. */
function shortest([top, right, bottom, left]: Sides<Length>): readonly Length[] {
  if (!isSameLength(right, left)) return [top, right, bottom, left];
  if (!isSameLength(top, bottom)) return [top, right, bottom];
  return isSameLength(top, right) ? [top] : [top, right];
}

/** A colour. */
export const colour: ValueType<Colour> = {
  read: parseColour,
  write: formatColour,
  allowed: 'a colour: rgb, rgba, rrggbb or rrggbbaa in hexadecimal, or a name of CSS',
};
