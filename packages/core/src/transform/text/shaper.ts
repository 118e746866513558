import type { Buffer as ShapeBuffer, Font as ShapedFont } from 'harfbuzzjs';
import type { Font } from './fonts.ts';
import { isWoff, unwrapped } from './woff.ts';

/** A glyph of a run, in the order from left to right. Lengths are in units of the font. */
export interface Glyph {
  readonly id: number;
  /** Where in the text its character begins, in UTF-16 units. */
  readonly at: number;
  readonly advance: number;
  readonly x: number;
  readonly y: number;
}

/** One piece of an outline, as SVG has them: `M`, `L`, `Q`, `C`, `Z`, with the coordinates of their points, y upwards. */
export interface OutlinePart {
  readonly type: string;
  readonly values: readonly number[];
}

/** Makes glyphs of text, by one font. */
export interface Shaper {
  readonly unitsPerEm: number;
  /** Above the baseline, and below it: neither is negative. */
  readonly ascent: number;
  readonly descent: number;
  /** The glyphs of a text of one direction and script; id 0 is of what the font does not have. */
  shape(text: string, isRightToLeft: boolean): readonly Glyph[];
  outlineOf(id: number): readonly OutlinePart[];
}

/** By hash: there are no more than the fonts of the operator. */
const shapers = new Map<string, Promise<Shaper>>();

/** The shaper of a font. Loads what shapes when it is first called. */
export function shaperOf(font: Font): Promise<Shaper> {
  const known = shapers.get(font.hash) ?? createShaper(font);
  shapers.set(font.hash, known);
  return known;
}

async function createShaper({ bytes }: Font): Promise<Shaper> {
  const { Blob, Buffer: RunBuffer, Direction, Face, Font: Shaped, shape } = await import('harfbuzzjs');
  const file = isWoff(bytes) ? unwrapped(bytes) : bytes;
  // It wants all of an ArrayBuffer, and Node's may be a part of one.
  const face = new Face(new Blob(Uint8Array.from(file).buffer));
  const font = new Shaped(face);
  const { ascender, descender } = font.hExtents();
  const outlines = new Map<number, readonly OutlinePart[]>();

  const glyphsOf = (buffer: ShapeBuffer, shaped: ShapedFont): readonly Glyph[] => {
    shape(shaped, buffer);
    const positions = buffer.getGlyphPositions();
    return buffer.getGlyphInfos().map(({ codepoint, cluster }, index) => ({
      id: codepoint,
      at: cluster,
      advance: positions[index]?.xAdvance ?? 0,
      x: positions[index]?.xOffset ?? 0,
      y: positions[index]?.yOffset ?? 0,
    }));
  };

  return {
    unitsPerEm: face.upem,
    ascent: Math.max(0, ascender),
    descent: Math.max(0, -descender),
    shape(text, isRightToLeft) {
      const buffer = new RunBuffer();
      buffer.addText(text);
      buffer.guessSegmentProperties();
      buffer.setDirection(isRightToLeft ? Direction.RTL : Direction.LTR);
      return glyphsOf(buffer, font);
    },
    outlineOf(id) {
      const outline = outlines.get(id) ?? font.glyphToJson(id);
      outlines.set(id, outline);
      return outline;
    },
  };
}
