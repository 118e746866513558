import type { Region, Size } from './geometry.ts';
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
    width: Math.max(1, Math.round(width * cos + height * sin)),
    height: Math.max(1, Math.round(width * sin + height * cos)),
  };
}

/** The largest part of a turned picture in the old proportions that holds no empty corner, in its middle. */
function innerRegion(degrees: number, { width, height }: Size, turned: Size): Region {
  const { cos, sin } = trigonometry(degrees);
  // A frame k times as large, turned back, must lie within the picture: k(w·cos + h·sin) ≤ w, k(w·sin + h·cos) ≤ h.
  const factor = Math.min(width / (width * cos + height * sin), height / (width * sin + height * cos));
  // A pixel at each edge is mixed with what is not there.
  const inner = {
    width: Math.min(turned.width, Math.max(1, Math.floor(width * factor) - (degrees % 90 === 0 ? 0 : 2))),
    height: Math.min(turned.height, Math.max(1, Math.floor(height * factor) - (degrees % 90 === 0 ? 0 : 2))),
  };
  return {
    left: Math.floor((turned.width - inner.width) / 2),
    top: Math.floor((turned.height - inner.height) / 2),
    ...inner,
  };
}

function trigonometry(degrees: number): { readonly cos: number; readonly sin: number } {
  const radians = (degrees * Math.PI) / 180;
  // Quarter turns are exact.
  const exact = (value: number): number => Math.round(Math.abs(value) * 1e12) / 1e12;
  return { cos: exact(Math.cos(radians)), sin: exact(Math.sin(radians)) };
}
