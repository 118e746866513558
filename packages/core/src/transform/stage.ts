import type { Colour } from './colour.ts';
import type { Length } from './length.ts';
import { type Overlay, overlayPositions } from './overlay.ts';

/**
 * How a picture meets a box that has both sides. The words are sharp's and CSS's (CSS Images 3 §5.5): `none` leaves the
 * picture the size it has, and cuts off or adds what the box is smaller or larger.
 */
export const fits = ['cover', 'contain', 'fill', 'inside', 'outside', 'none'] as const;
export type Fit = (typeof fits)[number];

/** What stays in view when `cover` crops, and where `contain` puts the picture. The words are sharp's. */
export const positions: readonly [...typeof overlayPositions, 'entropy', 'attention'] = [
  ...overlayPositions,
  'entropy',
  'attention',
];
export type Position = (typeof positions)[number];

/** The point that stays in view, as parts of the sides from the left top. */
export interface Focus {
  /** 0–1. */
  readonly x: number;
  readonly y: number;
  /** 1–100: how many times larger what is in view is shown. 1 where left out. */
  readonly zoom?: number | undefined;
}

/** A part cut out of the picture before its size changes. Without a place, it is cut at the position of the resize. */
export interface Crop {
  readonly width: Length;
  readonly height: Length;
  /** The left top corner, or the middle of the part. Both or none. */
  readonly x?: Length | undefined;
  readonly y?: Length | undefined;
  /** What x and y are of; the left top corner where left out. */
  readonly anchor?: 'centre' | undefined;
}

/** A shape: whole numbers without a common divisor. */
export interface Ratio {
  readonly width: number;
  readonly height: number;
}

/** A box. One side may be missing. */
export interface Resize {
  /** Pixels, device pixels included, or a share of the side of the picture that the stage works on. */
  readonly width?: Length | undefined;
  readonly height?: Length | undefined;
  /** Gives the side that is missing; where both are, the largest part of that shape is kept. Of no effect beside both. */
  readonly ratio?: Ratio | undefined;
  readonly fit?: Fit | undefined;
  readonly position?: Position | undefined;
  /** In place of the position. */
  readonly focus?: Focus | undefined;
  /** Whether the picture may grow beyond its original. */
  readonly enlarge?: boolean | undefined;
  /** Pixels, device pixels included, that the sides of the box are kept within, where it is cropped to. */
  readonly least?: Bounds | undefined;
  readonly most?: Bounds | undefined;
}

/** Of one side or both. */
export interface Bounds {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** Takes off edges of one colour. */
export interface Trim {
  /** 1–100: how far from the colour is still taken for it. */
  readonly threshold: number;
  /** The colour of the left top pixel where left out. */
  readonly colour?: Colour | undefined;
}

/** A turn, clockwise. */
export interface Rotation {
  /** Above 0 and below 360. */
  readonly degrees: number;
  /** The picture grows and gets empty corners, or keeps its size and is enlarged to fill it. `grow` where left out. */
  readonly frame?: 'grow' | 'cover' | undefined;
}

/** Mirroring: left and right, top and bottom, or both. */
export const flips = ['h', 'v', 'hv'] as const;
export type Flip = (typeof flips)[number];

/** Changes of colour. What is left out changes nothing. The order is the pipeline's. */
export interface Adjustments {
  readonly negate?: boolean | undefined;
  /** Factor of contrast around the middle grey, or `auto`: stretched to the full range. */
  readonly contrast?: number | 'auto' | undefined;
  /** Stops: by one the light doubles or halves. */
  readonly exposure?: number | undefined;
  /** Factors. */
  readonly brightness?: number | undefined;
  readonly saturation?: number | undefined;
  /** Degrees, 1–359. */
  readonly hue?: number | undefined;
  /** 1/3–3: above 1 the middle tones become lighter. */
  readonly gamma?: number | undefined;
  readonly grayscale?: boolean | undefined;
  /** 0–100. */
  readonly sepia?: number | undefined;
  readonly tint?: Colour | undefined;
}

/** Of the four sides, as CSS counts them. */
export type Sides<T> = readonly [top: T, right: T, bottom: T, left: T];

/** Of the four corners, as CSS counts them. */
export type Corners<T> = readonly [leftTop: T, rightTop: T, rightBottom: T, leftBottom: T];

/** A frame around the picture. */
export interface Border {
  /** A share is one of the picture's shorter side. */
  readonly width: Length;
  readonly colour: Colour;
}

/** Sharpens by the difference to a blurred picture. */
export interface UnsharpMask {
  /** Standard deviation in pixels, 0.1–10. */
  readonly sigma: number;
  /** 0–10: how much of the difference is added. */
  readonly amount: number;
  /** 0–100: differences of lightness that are left alone. */
  readonly threshold?: number | undefined;
}

/** What one stage does to a picture. The order inside is this one, whatever a URL says. */
export interface Stage {
  readonly trim?: Trim | undefined;
  readonly crop?: Crop | undefined;
  readonly resize?: Resize | undefined;
  readonly flip?: Flip | undefined;
  readonly rotate?: Rotation | undefined;
  readonly adjust?: Adjustments | undefined;
  /** Standard deviation in pixels, device pixels included; 0.3–250. */
  readonly blur?: number | undefined;
  /** Standard deviation in pixels, 0.1–10; `mild` is sharp's fast one. */
  readonly sharpen?: number | 'mild' | UnsharpMask | undefined;
  /** Side of the squares, in pixels, device pixels included, that each get one colour. */
  readonly pixelate?: number | undefined;
  /** Empty edges. Shares are of the picture's own side. */
  readonly pad?: Sides<Length> | undefined;
  /** What a canvas and empty edges are filled with: the picture itself, blurred, or a colour. Nothing where left out. */
  readonly fill?: 'blur' | Colour | undefined;
  readonly border?: Border | undefined;
  /** Shares are of the shorter side; `max` makes the shorter side round. */
  readonly radius?: Corners<Length> | 'max' | undefined;
  /** Cuts away what lies outside of the largest ellipse. */
  readonly mask?: 'ellipse' | undefined;
  /** 0–100. */
  readonly opacity?: number | undefined;
  /** Laid under all that is transparent by now. */
  readonly background?: Colour | undefined;
  /** Laid on top, the first at the bottom. */
  readonly overlays?: readonly Overlay[] | undefined;
}
