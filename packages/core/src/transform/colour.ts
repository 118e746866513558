import colourString from 'color-string';

/** A colour in sRGB. Whole numbers from 0 to 255, alpha not multiplied in. */
export interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  /** 255 is opaque. */
  readonly alpha: number;
}

/** White, on which transparent parts are laid where a type has none. */
export const white: Colour = { r: 255, g: 255, b: 255, alpha: 255 };

/** Nothing at all. */
export const transparent: Colour = { r: 0, g: 0, b: 0, alpha: 0 };

/**
 * Reads a colour: `rgb`, `rgba`, `rrggbb` or `rrggbbaa` in hexadecimal, with or without `#`, or a name of CSS (CSS Color 4
 * §6.1), `transparent` included. Undefined for anything else.
 */
export function parseColour(text: string): Colour | undefined {
  const hex = /^#?((?:[\da-f]{3,4}){1,2})$/i.exec(text)?.[1];
  // A name, or one of the words that other notations begin with.
  const isName = /^[a-z]{3,20}$/i.test(text);
  if (hex === undefined && !isName) return undefined;
  const value = colourString.get.rgb(hex === undefined ? text.toLowerCase() : `#${hex}`);
  if (value === null) return undefined;
  const [r = 0, g = 0, b = 0, alpha = 1] = value;
  return { r, g, b, alpha: hexAlpha(hex) ?? Math.round(alpha * 255) };
}

/** The alpha of a hexadecimal colour, which the parser rounds to percent. */
function hexAlpha(hex: string | undefined): number | undefined {
  if (hex?.length === 4) return Number.parseInt(hex.slice(3).repeat(2), 16);
  return hex?.length === 8 ? Number.parseInt(hex.slice(6), 16) : undefined;
}

/** Writes a colour as `rrggbb`, or `rrggbbaa` where it is not opaque. */
export function formatColour({ r, g, b, alpha }: Colour): string {
  return [r, g, b, ...(alpha === 255 ? [] : [alpha])].map((value) => value.toString(16).padStart(2, '0')).join('');
}

/** A colour as sharp takes it, with alpha from 0 to 1. */
export function toSharpColour({ r, g, b, alpha }: Colour): { r: number; g: number; b: number; alpha: number } {
  return { r, g, b, alpha: alpha / 255 };
}

/** An opaque colour seen through another (W3C Compositing §5.1). */
export function over(upper: Colour, lower: Colour): Colour {
  const mix = (above: number, below: number): number =>
    Math.round((above * upper.alpha + below * (255 - upper.alpha)) / 255);
  return { r: mix(upper.r, lower.r), g: mix(upper.g, lower.g), b: mix(upper.b, lower.b), alpha: 255 };
}
