import { type Region, type Size, within } from './geometry.ts';
import type { Rotation } from './stage.ts';

/** A turn with every length known. */
export interface RotationPlan extends Size {
  /** Clockwise, above 0 and below 360. */
  readonly degrees: number;
  /** What is cut out of the turned picture, where it keeps its frame. Then it is enlarged to `width` and `height`. */
  readonly cut?: Region | undefined;
}

/** The exact size that a turn makes. */
export function rotationPlan({ degrees, frame }: Rotation, from: Size): RotationPlan {
  const turned = turnedSize(degrees, from);
  if (frame !== 'cover') return { degrees, ...turned };
  return { degrees, ...from, cut: innerRegion(degrees, from, turned) };
}

/** Whether a turn makes empty corners. */
export function hasCorners({ degrees, cut }: RotationPlan): boolean {
  return degrees % 90 !== 0 && cut === undefined;
}

/** The box around a turned picture. */
function turnedSize(degrees: number, { width, height }: Size): Size {
  const { cos, sin } = trigonometry(degrees);
  return {
    width: Math.max(1, Math.round(width * Math.abs(cos) + height * Math.abs(sin))),
    height: Math.max(1, Math.round(width * Math.abs(sin) + height * Math.abs(cos))),
  };
}

/** The largest part of a turned picture in the old proportions that holds no empty corner, in its middle. */
function innerRegion(degrees: number, { width, height }: Size, turned: Size): Region {
  const { cos, sin } = trigonometry(degrees);
  const box = {
    width: width * Math.abs(cos) + height * Math.abs(sin),
    height: width * Math.abs(sin) + height * Math.abs(cos),
  };
  // Pixels are mixed where they do not meet: the outermost with what is not there.
  const lost = degrees % 90 === 0 ? 0 : 1;
  // A frame k times as large, turned back, must lie within the picture: k(w·cos + h·sin) ≤ w, k(w·sin + h·cos) ≤ h.
  const factor = Math.min((width - lost) / box.width, (height - lost) / box.height);
  const inner = {
    width: Math.min(turned.width, Math.max(1, Math.floor(width * factor))),
    height: Math.min(turned.height, Math.max(1, Math.floor(height * factor))),
  };
  const middle = lost === 0 ? middleOf(turned) : turnedMiddle(degrees, { width, height });
  return {
    left: within(Math.round(middle.x - (inner.width - 1) / 2), turned.width - inner.width),
    top: within(Math.round(middle.y - (inner.height - 1) / 2), turned.height - inner.height),
    ...inner,
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Counted from the middle of the first pixel to that of the last. */
function middleOf({ width, height }: Size): Point {
  return { x: (width - 1) / 2, y: (height - 1) / 2 };
}

/**
 * Where the middle of a picture comes to lie in the box around it. libvips turns about the middle of the first pixel, and
 * rounds where the box begins: at 30° and its like halves, which the last bit of a sine decides. So here it is not exact.
 */
function turnedMiddle(degrees: number, { width, height }: Size): Point {
  const radians = (degrees / 360) * 2 * Math.PI;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const { x, y } = middleOf({ width, height });
  // Halves away from nothing, which neither is above.
  const left = -Math.round(Math.max(0, -width * cos) + Math.max(0, height * sin));
  const top = -Math.round(Math.max(0, -width * sin) + Math.max(0, -height * cos));
  return { x: x * cos - y * sin - left, y: x * sin + y * cos - top };
}

interface Trigonometry {
  readonly cos: number;
  readonly sin: number;
}

function trigonometry(degrees: number): Trigonometry {
  const radians = (degrees * Math.PI) / 180;
  // Quarter turns are exact.
  const exact = (value: number): number => Math.round(value * 1e12) / 1e12;
  return { cos: exact(Math.cos(radians)), sin: exact(Math.sin(radians)) };
}
