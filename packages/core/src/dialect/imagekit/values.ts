import { type Colour, parseColour } from '../../transform/colour.ts';
import type { Length } from '../../transform/length.ts';
import type { OverlayPosition } from '../../transform/overlay.ts';
import type { Border, Corners, Ratio, Sides, UnsharpMask } from '../../transform/stage.ts';

/** Reads one value: gives it typed, or undefined where the text is not allowed. */
export interface Reader<T> {
  read(text: string): T | undefined;
  /** What is allowed, as an error and the docs say it. */
  readonly allowed: string;
}

/** The largest width and height that the vendor takes. */
const mostPixels = 65_535;

/** A number, a minus written `N`; undefined for anything else. */
function numberOf(text: string): number | undefined {
  const [, minus, digits] = /^(N|-)?(\d{1,6}(?:\.\d{1,6})?)$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * (minus === undefined ? 1 : -1);
}

/** A number with at most so many decimal places, rounded to that. */
export function decimal(least: number, most: number, places = 2): Reader<number> {
  return {
    read: (text) => {
      const value = numberOf(text);
      if (value === undefined || value < least || value > most) return undefined;
      return Math.round(value * 10 ** places) / 10 ** places + 0;
    },
    allowed: `a number from ${least} to ${most}`,
  };
}

/** A whole number. Decimal places, as clients compute them, are rounded. */
export function whole(least: number, most: number): Reader<number> {
  return { read: decimal(least, most, 0).read, allowed: `a whole number from ${least} to ${most}` };
}

/** Pixels, or below 1 a share. */
export const side: Reader<Length> = {
  read: (text) => {
    const value = numberOf(text);
    if (value === undefined || value <= 0 || value > mostPixels) return undefined;
    if (value >= 1) return Math.round(value);
    const percent = Math.round(value * 10_000) / 100;
    return percent === 0 ? undefined : { percent };
  },
  allowed: `1 to ${mostPixels} pixels, or a share between 0 and 1`,
};

/** A place along a side. */
export const place: Reader<number> = whole(0, mostPixels);

/** A place along a side, from its far end where it has a minus: minus nothing is that end. */
export const offset: Reader<number> = {
  read: (text) => {
    const value = numberOf(text);
    return value === undefined || Math.abs(value) > mostPixels ? undefined : Math.round(value);
  },
  allowed: `0 to ${mostPixels} pixels, with N in front from the right or the bottom`,
};

/** A shape, `4-3`, `4_3` or `1.33`. */
export const ratio: Reader<Ratio> = {
  read: (text) => {
    const [, width, height] = /^(\d{1,4}(?:\.\d{1,4})?)[-_](\d{1,4}(?:\.\d{1,4})?)$/.exec(text) ?? [];
    const parts = width === undefined ? [numberOf(text) ?? 0, 1] : [Number(width), Number(height)];
    const [first = 0, second = 0] = parts;
    if (first <= 0 || second <= 0 || first / second > 1000 || second / first > 1000) return undefined;
    if (Number.isInteger(first) && Number.isInteger(second)) return { width: first, height: second };
    return { width: Math.round(first * 10_000), height: Math.round(second * 10_000) };
  },
  allowed: 'two numbers such as 4-3, or their quotient',
};

/** One of several words, each by what it means. */
export function words<T>(meanings: Readonly<Record<string, T>>): Reader<T> {
  const known = new Map(Object.entries(meanings));
  return { read: (text) => known.get(text), allowed: `one of ${[...known.keys()].join(', ')}` };
}

/** A word beside the values of another reader. */
export function orWord<T, W extends string>(name: W, reader: Reader<T>): Reader<T | W> {
  return {
    read: (text) => (text === name ? name : reader.read(text)),
    allowed: `${name}, or ${reader.allowed}`,
  };
}

/** Yes or no. */
export const flag: Reader<boolean> = { read: words({ true: true, false: false }).read, allowed: 'true or false' };

/** What is on by standing there. */
export const mark: Reader<boolean> = {
  read: (text) => (text === '' ? true : flag.read(text)),
  allowed: 'nothing, true or false',
};

const anchors: Readonly<Record<string, OverlayPosition>> = {
  center: 'centre',
  top: 'top',
  left: 'left',
  bottom: 'bottom',
  right: 'right',
  top_left: 'left top',
  top_right: 'right top',
  bottom_left: 'left bottom',
  bottom_right: 'right bottom',
};

/** A corner, an edge or the middle. */
export const anchor: Reader<OverlayPosition> = words(anchors);

/** What stays in view, or where a picture lies. */
export const focus: Reader<OverlayPosition | 'attention'> = words({ ...anchors, auto: 'attention' });

/** A colour, and how it was written. */
export interface WrittenColour {
  readonly colour: Colour;
  /** Whether it says nothing of its opacity, so that `al` does. */
  readonly isOpen: boolean;
}

/** `RRGGBB`, `RRGGBBAA` with the opacity in percent of decimal digits, or a name of CSS. */
export const writtenColour: Reader<WrittenColour> = {
  read: (text) => {
    const [, rgb = '', percent] = /^([\da-f]{6})(\d\d)?$/i.exec(text) ?? [];
    const isName = /^[a-z]{3,20}$/i.test(text) && !/^[\da-f]{3,4}$/i.test(text);
    const colour = parseColour(isName ? text : rgb);
    if (colour === undefined) return undefined;
    const alpha = percent === undefined ? colour.alpha : Math.round((Number(percent) * 255) / 100);
    return { colour: { ...colour, alpha }, isOpen: !isName && percent === undefined };
  },
  allowed: 'a colour: RRGGBB, RRGGBBAA with AA in percent from 00 to 99, or a name of CSS',
};

/** A colour alone. */
export const colour: Reader<Colour> = {
  read: (text) => writtenColour.read(text)?.colour,
  allowed: writtenColour.allowed,
};

/** A frame: `10_FF0000`. */
export const border: Reader<Border> = {
  read: (text) => {
    const [width = '', shade = '', ...others] = text.split('_');
    const read = { width: place.read(width), colour: colour.read(shade) };
    const isWhole = read.width !== undefined && read.colour !== undefined && others.length === 0;
    return isWhole ? (read as Border) : undefined;
  },
  allowed: `a width in pixels, "_" and ${colour.allowed}`,
};

/** One to four whole numbers with underscores between them. */
function several(text: string, { read }: Reader<number>): readonly number[] | undefined {
  const values = text.split('_').map(read);
  const isRead = values.length <= 4 && values.every((value) => value !== undefined);
  return isRead ? (values as readonly number[]) : undefined;
}

/** Round corners, all alike or each by itself from the left top clockwise. */
export const corners: Reader<Corners<number>> = {
  read: (text) => {
    const [leftTop = 0, rightTop = leftTop, rightBottom = leftTop, leftBottom = leftTop] = several(text, place) ?? [];
    const count = several(text, place)?.length ?? 0;
    return count === 1 || count === 4 ? [leftTop, rightTop, rightBottom, leftBottom] : undefined;
  },
  allowed: `1 or 4 lengths with "_" between them, each ${place.allowed}`,
};

/** Edges in the order of CSS. */
export const edges: Reader<Sides<number>> = {
  read: (text) => {
    const values = several(text, place);
    if (values === undefined) return undefined;
    const [top = 0, right = top, bottom = top, left = right] = values;
    return [top, right, bottom, left];
  },
  allowed: `1 to 4 lengths with "_" between them, each ${place.allowed}`,
};

/** Standard deviations and amounts that a stage has. */
const within = (value: number, least: number, most: number): number =>
  Math.round(Math.min(most, Math.max(least, value)) * 100) / 100;

/** The strength of a sharpening: a tenth of it is the standard deviation. */
export const sharpening: Reader<number | 'mild'> = {
  read: (text) => {
    if (text === '' || text === 'true') return 'mild';
    const value = decimal(0, 10_000).read(text);
    return value === undefined || value === 0 ? undefined : within(value / 10, 0.1, 10);
  },
  allowed: 'nothing, or a number above 0 up to 10000',
};

/** `radius-sigma-amount-threshold`: the threshold is of 1. The radius follows from the standard deviation. */
export const unsharpMask: Reader<UnsharpMask> = {
  read: (text) => {
    const parts = text.split('-').map(decimal(0, 1000, 4).read);
    const [radius, sigma, amount, threshold] = parts;
    if (parts.length !== 4 || radius === undefined || sigma === undefined) return undefined;
    if (amount === undefined || threshold === undefined || threshold > 1) return undefined;
    return { sigma: within(sigma, 0.1, 10), amount: within(amount, 0, 10), threshold: within(threshold * 100, 0, 100) };
  },
  allowed: 'four numbers with "-" between them, radius, sigma, amount and threshold, such as 2-2-0.8-0.024',
};

/** The standard deviation of a blur of a radius: sharp's own relation. */
export const blur: Reader<number> = {
  read: (text) => {
    const radius = decimal(0.1, 100).read(text);
    return radius === undefined ? undefined : within(1 + radius / 2, 0.3, 250);
  },
  allowed: 'a radius from 0.1 to 100',
};

const alphabet = /^[\w+/-]*={0,2}$/;

/** Text in base64 (RFC 4648 §4, or §5). A plus that came as a blank is one. */
export const base64: Reader<string> = {
  read: (text) => {
    const encoded = text.replaceAll(' ', '+');
    if (encoded === '' || !alphabet.test(encoded)) return undefined;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64'));
    } catch {
      return undefined;
    }
  },
  allowed: 'base64 of UTF-8',
};
