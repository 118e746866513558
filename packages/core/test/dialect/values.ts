import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ValueType } from '../../src/dialect/value.ts';
import type { Colour } from '../../src/transform/colour.ts';
import type { Length } from '../../src/transform/length.ts';

/** What each text is read as; undefined where it is refused. */
export type Readings = Readonly<Record<string, unknown>>;

/** A type of values whatever they are. */
export type AnyType = ValueType<unknown>;

/** Tests of one type of values: what it reads, what it refuses, its words, and that what it reads and writes stays. */
export function describeValues(
  type: AnyType,
  { allowed, readings }: { readonly allowed: string; readonly readings: Readings },
): void {
  it.each(Object.entries(readings))('reads %j as %j', (text, expected) => {
    expect(type.read(text)).toStrictEqual(expected);
  });

  it.each(Object.entries(readings).filter(([, value]) => value !== undefined))('writes %j again', (text, value) => {
    const written = type.write(value);
    expect(type.read(written)).toStrictEqual(value);
    expect(type.write(type.read(written)), text).toBe(written);
  });

  it('reads no text with a line end, a blank or a null about it', () => {
    for (const [text, value] of Object.entries(readings)) {
      if (value === undefined) continue;
      for (const odd of [`${text}\n`, `\n${text}`, ` ${text}`, `${text} `, `${text}\0`]) {
        expect(type.read(odd), JSON.stringify(odd)).toBeUndefined();
      }
    }
  });

  it('says what is allowed', () => {
    expect(type.allowed).toBe(allowed);
  });
}

/** Tests that reading gives what was written. */
export function itReadsWhatItWrites<T>(type: ValueType<T>, values: fc.Arbitrary<T>): void {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(type.read(type.write(value))).toEqual(value);
      }),
    );
  });
}

/** Numbers with two decimal places. */
export const hundredths = (least: number, most: number): fc.Arbitrary<number> =>
  fc.integer({ min: Math.ceil(least * 100), max: Math.floor(most * 100) }).map((value) => value / 100);

/** Whole pixels, or percents of two decimal places. */
export const lengths = (least: number): fc.Arbitrary<Length> =>
  fc.oneof(
    fc.integer({ min: least, max: 65_535 }),
    fc.integer({ min: 1, max: 10_000 }).map((parts) => ({ percent: parts / 100 })),
  );

const byte = fc.integer({ min: 0, max: 255 });

export const colours: fc.Arbitrary<Colour> = fc.record({ r: byte, g: byte, b: byte, alpha: byte });
