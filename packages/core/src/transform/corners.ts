import type { OverlayOptions } from 'sharp';
import type { Colour } from './colour.ts';
import type { Size } from './geometry.ts';
import type { Corners } from './stage.ts';

/** Lines that a pixel of an edge is looked at in. */
const lines = 4;

/** What is cut out of the four corners of a picture so that they are round. */
export function cornersOf(radii: Corners<number>, size: Size): readonly OverlayOptions[] {
  return cornerTiles(radii, size, { inset: 0, colour: black, blend: 'dest-out' });
}

/** What is laid on the corners of a picture so that a frame of that width is as round inside as CSS has it. */
export function innerCornersOf(
  radii: Corners<number>,
  size: Size,
  { width, colour }: { readonly width: number; readonly colour: Colour },
): readonly OverlayOptions[] {
  const inner = radii.map((radius) => Math.max(0, radius - width)) as unknown as Corners<number>;
  return cornerTiles(inner, size, { inset: width, colour, blend: 'over' });
}

const black: Colour = { r: 0, g: 0, b: 0, alpha: 255 };

interface TileOptions {
  /** Pixels from the edges of the picture to those that are made round. */
  readonly inset: number;
  readonly colour: Colour;
  readonly blend: 'dest-out' | 'over';
}

function cornerTiles(
  radii: Corners<number>,
  { width, height }: Size,
  { inset, colour, blend }: TileOptions,
): readonly OverlayOptions[] {
  return radii.flatMap((radius, corner) => {
    const side = Math.min(Math.ceil(radius), width - 2 * inset, height - 2 * inset);
    if (side <= 0) return [];
    const isRight = corner === 1 || corner === 2;
    const isBottom = corner >= 2;
    return [
      {
        input: outside(radius, side, { isRight, isBottom }, colour),
        raw: { width: side, height: side, channels: 4 as const },
        left: isRight ? width - side - inset : inset,
        top: isBottom ? height - side - inset : inset,
        blend,
      },
    ];
  });
}

interface Mirroring {
  readonly isRight: boolean;
  readonly isBottom: boolean;
}

/** Pixels of a colour that cover what lies outside of a circle in the square of one corner, softly at its edge. */
function outside(radius: number, side: number, { isRight, isBottom }: Mirroring, { r, g, b, alpha }: Colour): Buffer {
  const pixels = Buffer.alloc(side * side * 4, Uint8Array.of(r, g, b, 0));
  const whole = Uint8Array.of(r, g, b, Math.round(alpha));
  for (let y = 0; y < side; y++) {
    const row = isBottom ? side - 1 - y : y;
    const edges = Array.from({ length: lines }, (_, line) => edgeAt(radius, y + (line + 0.5) / lines));
    const first = Math.min(side, Math.floor(Math.min(...edges)));
    const last = Math.min(side, Math.ceil(Math.max(...edges)));
    // What is covered whole is most of it, and millions of pixels: they are not looked at one by one.
    const start = (row * side + (isRight ? side - first : 0)) * 4;
    pixels.fill(whole, start, start + first * 4);
    for (let x = first; x < last; x++) {
      const covered = edges.reduce((sum, edge) => sum + Math.min(1, Math.max(0, edge - x)), 0);
      const column = isRight ? side - 1 - x : x;
      pixels[(row * side + column) * 4 + 3] = Math.round((covered * alpha) / lines);
    }
  }
  return pixels;
}

/** Where a circle begins on a line, from the left edge of its square. */
function edgeAt(radius: number, y: number): number {
  const up = radius - y;
  return up <= 0 ? 0 : radius - Math.sqrt(radius * radius - up * up);
}
