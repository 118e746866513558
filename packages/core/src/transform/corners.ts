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

/** What is cut out of a picture so that only the largest ellipse in it is left. */
export function ellipseOf({ width, height }: Size): readonly OverlayOptions[] {
  const radii = { across: width / 2, down: height / 2 };
  const tile = { width: Math.ceil(radii.across), height: Math.ceil(radii.down) };
  return [0, 1, 2, 3].map((corner) =>
    cornerTile(corner, radii, { tile, size: { width, height }, inset: 0, colour: black, blend: 'dest-out' }),
  );
}

const black: Colour = { r: 0, g: 0, b: 0, alpha: 255 };

interface TileOptions {
  /** Pixels from the edges of the picture to those that are made round. */
  readonly inset: number;
  readonly colour: Colour;
  readonly blend: 'dest-out' | 'over';
}

function cornerTiles(radii: Corners<number>, size: Size, options: TileOptions): readonly OverlayOptions[] {
  const { inset } = options;
  return radii.flatMap((radius, corner) => {
    const side = Math.min(Math.ceil(radius), size.width - 2 * inset, size.height - 2 * inset);
    if (side <= 0) return [];
    const tile = { width: side, height: side };
    return [cornerTile(corner, { across: radius, down: radius }, { ...options, tile, size })];
  });
}

/** The radii of a corner. */
interface Radii {
  readonly across: number;
  readonly down: number;
}

interface OneTileOptions extends TileOptions {
  readonly tile: Size;
  readonly size: Size;
}

function cornerTile(
  corner: number,
  radii: Radii,
  { tile, size, inset, colour, blend }: OneTileOptions,
): OverlayOptions {
  const isRight = corner === 1 || corner === 2;
  const isBottom = corner >= 2;
  return {
    input: outside(radii, tile, { isRight, isBottom }, colour),
    raw: { ...tile, channels: 4 as const },
    left: isRight ? size.width - tile.width - inset : inset,
    top: isBottom ? size.height - tile.height - inset : inset,
    blend,
  };
}

interface Mirroring {
  readonly isRight: boolean;
  readonly isBottom: boolean;
}

/** Pixels of a colour that cover what lies outside of an ellipse in the tile of one corner, softly at its edge. */
function outside(
  radii: Radii,
  { width, height }: Size,
  { isRight, isBottom }: Mirroring,
  { r, g, b, alpha }: Colour,
): Buffer {
  const pixels = Buffer.alloc(width * height * 4, Uint8Array.of(r, g, b, 0));
  const whole = Uint8Array.of(r, g, b, Math.round(alpha));
  for (let y = 0; y < height; y++) {
    const row = isBottom ? height - 1 - y : y;
    const edges = Array.from({ length: lines }, (_, line) => edgeAt(radii, y + (line + 0.5) / lines));
    const first = Math.min(width, Math.floor(Math.min(...edges)));
    const last = Math.min(width, Math.ceil(Math.max(...edges)));
    // What is covered whole is most of it, and millions of pixels: they are not looked at one by one.
    const start = (row * width + (isRight ? width - first : 0)) * 4;
    pixels.fill(whole, start, start + first * 4);
    for (let x = first; x < last; x++) {
      const covered = edges.reduce((sum, edge) => sum + Math.min(1, Math.max(0, edge - x)), 0);
      const column = isRight ? width - 1 - x : x;
      pixels[(row * width + column) * 4 + 3] = Math.round((covered * alpha) / lines);
    }
  }
  return pixels;
}

/** Where an ellipse begins on a line, from the left edge of its tile. */
function edgeAt({ across, down }: Radii, y: number): number {
  const up = down - y;
  return up <= 0 ? 0 : across - (across / down) * Math.sqrt(down * down - up * up);
}
