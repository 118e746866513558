/** A part of a side of the picture that it is measured on. */
export interface Share {
  /** Above 0 and up to 100, two decimal places at most. */
  readonly percent: number;
}

/** A length before the picture is known: whole pixels, device pixels included, or a share. */
export type Length = number | Share;

/** The length in pixels, not rounded. */
export function pixelsOf(length: Length, side: number): number {
  return typeof length === 'number' ? length : (side * length.percent) / 100;
}

/** The length in whole pixels, `least` or more. */
export function wholePixelsOf(length: Length, side: number, least = 1): number {
  return Math.max(least, Math.round(pixelsOf(length, side)));
}

/** Whether two lengths are the same as they are written. */
export function isSameLength(first: Length, second: Length): boolean {
  if (typeof first === 'number' || typeof second === 'number') return first === second;
  return first.percent === second.percent;
}

/** Whether a length is nothing. */
export function isNothing(length: Length): boolean {
  return length === 0;
}
