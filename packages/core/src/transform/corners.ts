import type { OverlayOptions } from 'sharp';
import type { Size } from './geometry.ts';
import type { Corners } from './stage.ts';

/** Lines that a pixel of an edge is looked at in. */
const lines = 4;

/** What is cut out of the four corners of a picture so that they are round. */
export function cornersOf(radii: Corners<number>, { width, height }: Size): readonly OverlayOptions[] {
  return radii.flatMap((radius, corner) => {
    const side = Math.min(Math.ceil(radius), width, height);
    if (side === 0) return [];
    const isRight = corner === 1 || corner === 2;
    const isBottom = corner >= 2;
    return [
      {
        input: outside(radius, side, { isRight, isBottom }),
        raw: { width: side, height: side, channels: 4 as const },
        left: isRight ? width - side : 0,
        top: isBottom ? height - side : 0,
        blend: 'dest-out' as const,
      },
    ];
  });
}

interface Mirroring {
  readonly isRight: boolean;
  readonly isBottom: boolean;
}

/** Black pixels that cover what lies outside of a circle in the square of one corner, softly at its edge. */
function outside(radius: number, side: number, { isRight, isBottom }: Mirroring): Buffer {
  const pixels = Buffer.alloc(side * side * 4);
  for (let y = 0; y < side; y++) {
    const row = isBottom ? side - 1 - y : y;
    const edges = Array.from({ length: lines }, (_, line) => edgeAt(radius, y + (line + 0.5) / lines));
    const last = Math.min(side, Math.ceil(Math.max(...edges)));
    for (let x = 0; x < last; x++) {
      const covered = edges.reduce((sum, edge) => sum + Math.min(1, Math.max(0, edge - x)), 0);
      const column = isRight ? side - 1 - x : x;
      pixels[(row * side + column) * 4 + 3] = Math.round((covered * 255) / lines);
    }
  }
  return pixels;
}

/** Where a circle begins on a line, from the left edge of its square. */
function edgeAt(radius: number, y: number): number {
  const up = radius - y;
  return up <= 0 ? 0 : radius - Math.sqrt(radius * radius - up * up);
}
