import { checkOptions, type Expectation, expectations, oneOf } from '../options.ts';
import { canonicalPath } from '../origin/path.ts';
import { canonicalPlacement } from './canonical-overlay.ts';
import type { Length } from './length.ts';
import { type Blend, blends, type OverlayPosition, overlayPositions, type PictureOverlay } from './overlay.ts';

/** The overlay of every derivative of an endpoint: laid on last, above all others. */
export interface Watermark {
  /** Path of an original of the same origin, such as `/logo.png`; percent-encoded or not. */
  readonly path: string;
  /**
   * Pixels, or a whole percentage of the picture's width: `'25%'`. With `height` it makes a box that the watermark fits
   * into; alone it keeps the proportions.
   * @default the watermark's own
   */
  readonly width?: number | `${number}%`;
  /**
   * Pixels, or a whole percentage of the picture's height.
   * @default the watermark's own
   */
  readonly height?: number | `${number}%`;
  /**
   * Where it lies.
   * @default 'centre'
   */
  readonly position?: OverlayPosition;
  /**
   * Pixels between it and every edge of the picture, at most a quarter of the picture's side.
   * @default 0
   */
  readonly margin?: number;
  /**
   * How much covers what is below, 1–100.
   * @default 100
   */
  readonly opacity?: number;
  /**
   * How its colours meet those below.
   * @default 'over'
   */
  readonly blend?: Blend;
}

const isWholeFrom =
  (least: number, most: number) =>
  (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const length: Expectation = [
  "a positive whole number of pixels or a whole percentage from '1%' to '100%'",
  (value) => lengthOf(value) !== undefined,
];

/** What each option of a watermark accepts. */
export const watermarkExpectations: Readonly<Record<keyof Watermark, Expectation>> = {
  path: ['an origin path such as "/logo.png"', (value) => pathOf(value) !== undefined],
  width: length,
  height: length,
  position: oneOf(...overlayPositions),
  margin: expectations.wholeNumber,
  opacity: ['a whole number from 1 to 100', isWholeFrom(1, 100)],
  blend: oneOf(...blends),
};

/**
 * Checks a watermark once and makes it the overlay it stands for, in canonical form.
 *
 * @throws TypeError naming the option, what was expected and what came.
 */
export function toOverlay(watermark: Watermark): PictureOverlay {
  checkOptions('watermark', watermark, watermarkExpectations);
  const path = pathOf(watermark.path);
  if (path === undefined)
    throw new TypeError(`Expected ${watermarkExpectations.path[0]} for watermark.path but received none`);
  const { width, height, ...placement } = watermark;
  return { path, ...canonicalPlacement({ ...placement, width: lengthOf(width), height: lengthOf(height) }) };
}

function pathOf(value: unknown): string | undefined {
  try {
    return typeof value === 'string' ? canonicalPath(value) : undefined;
  } catch {
    return undefined;
  }
}

function lengthOf(value: unknown): Length | undefined {
  if (isWholeFrom(1, Number.MAX_SAFE_INTEGER)(value)) return value as number;
  const percent = /^([1-9]\d?|100)%$/.exec(typeof value === 'string' ? value : '')?.[1];
  return percent === undefined ? undefined : { percent: Number(percent) };
}
