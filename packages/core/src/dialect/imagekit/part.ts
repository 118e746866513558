import { TintypeError } from '../../errors.ts';
import type { Length, Share } from '../../transform/length.ts';
import type { Reader } from './values.ts';

/** What an expression measures on: the original, the picture as a step finds it, or the picture below a layer. */
type Measured = 'initial' | 'current' | 'base';

/** A side by an expression: `iw_div_2`. */
export interface Part extends Share {
  readonly of: Measured;
}

const measured: Readonly<Record<string, Measured>> = { i: 'initial', c: 'current', b: 'base' };

/** The largest multiple of a side. */
const mostPercent = 1000;

/**
 * Adds to the values of a reader those expressions that are a part or a multiple of the same side. All others need sizes
 * that are not known with the URL.
 *
 * @param side the letter by which expressions call it.
 * @param examples of what can be measured there, as an error and the docs tell them.
 */
export function orPart<T>(
  side: 'w' | 'h',
  reader: Reader<T>,
  examples: string = `i${side}_div_2 or c${side}_mul_0.5`,
): Reader<T | Part> {
  const pattern = new RegExp(`^([icb])${side}((?:_(?:mul|div)_\\d{1,5}(?:\\.\\d{1,5})?)*)$`);
  return {
    read: (text) => {
      const [, letter = '', operations = ''] = pattern.exec(text) ?? [];
      const of = measured[letter];
      return of === undefined ? reader.read(text) : partOf(of, operations);
    },
    allowed: `${reader.allowed}, or a part such as ${examples}`,
  };
}

function partOf(of: Measured, operations: string): Part | undefined {
  const factors = [...operations.matchAll(/_(mul|div)_([\d.]+)/g)].map(([, name, number]) =>
    name === 'mul' ? Number(number) : 1 / Number(number),
  );
  const percent = Math.round(factors.reduce((product, factor) => product * factor, 1) * 10_000) / 100;
  return percent > 0 && percent <= mostPercent ? { of, percent } : undefined;
}

/** Whether a value is one by an expression. */
export function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && 'of' in value;
}

/**
 * The length that a value is.
 *
 * @param name of its key.
 * @param known what of it can be measured there.
 * @throws TintypeError `INVALID_PARAMETER` for a part of something else.
 */
export function lengthOf<T>(name: string, value: T | Part, known: readonly Measured[]): Exclude<T, Part> | Share {
  if (!isPart(value)) return value as Exclude<T, Part>;
  if (known.includes(value.of)) return { percent: value.percent };
  const message = `${name}: what the expression measures on is not known there; there are ${listed(known)}.`;
  throw new TintypeError('INVALID_PARAMETER', { message });
}

function listed(known: readonly Measured[]): string {
  const letters = Object.entries(measured).filter(([, each]) => known.includes(each));
  return letters.flatMap(([letter]) => [`${letter}w`, `${letter}h`]).join(', ');
}

/** A length, or one by an expression. */
export type Measure = Length | Part;
