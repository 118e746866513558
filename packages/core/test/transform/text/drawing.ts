import type { Colour } from '../../../src/transform/colour.ts';
import { defaultLimits } from '../../../src/transform/limits.ts';
import type { RawPicture } from '../../../src/transform/open.ts';
import type { TextStyle } from '../../../src/transform/overlay.ts';
import { drawText } from '../../../src/transform/text/draw-text.ts';
import { createFonts } from '../../../src/transform/text/fonts.ts';

export const black: Colour = { r: 0, g: 0, b: 0, alpha: 255 };

const fonts = createFonts();

/** Draws words, black and 40 pixels high where nothing else is said. */
export async function drawn(content: string, style: Partial<TextStyle> = {}): Promise<Drawn> {
  const whole = { content, size: 40, colour: black, ...style };
  return look(await drawText(whole, fonts.find(whole), defaultLimits));
}

/** What is to be seen of drawn words. */
export interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
  /** The box around all ink: left, top, right and bottom; undefined where there is none. */
  readonly box: readonly [number, number, number, number] | undefined;
  /** Boxes of ink that stand one below the other, with nothing between them. */
  readonly rows: number;
  at(x: number, y: number): readonly number[];
}

function look({ input, raw: { width, height } }: RawPicture): Drawn {
  const isInk = (x: number, y: number): boolean => (input[(y * width + x) * 4 + 3] ?? 0) > 0;
  const columns = Array.from({ length: width }, (_, x) => x);
  const lines = Array.from({ length: height }, (_, y) => y);
  const inked = lines.filter((y) => columns.some((x) => isInk(x, y)));
  const across = columns.filter((x) => lines.some((y) => isInk(x, y)));
  return {
    width,
    height,
    bytes: input,
    box:
      inked.length === 0
        ? undefined
        : [across[0] ?? 0, inked[0] ?? 0, (across.at(-1) ?? 0) + 1, (inked.at(-1) ?? 0) + 1],
    rows: inked.filter((y) => !inked.includes(y - 1)).length,
    at: (x, y) => [...input.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)],
  };
}
