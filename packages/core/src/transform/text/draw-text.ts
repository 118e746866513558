import { setImmediate } from 'node:timers/promises';
import { TintypeError } from '../../errors.ts';
import { type Colour, transparent } from '../colour.ts';
import type { Size } from '../geometry.ts';
import type { OutputLimits } from '../limits.ts';
import type { RawPicture } from '../open.ts';
import { type TextStyle, textDefaults } from '../overlay.ts';
import type { Sides } from '../stage.ts';
import type { Font } from './fonts.ts';
import { blank, drawOutline, extentOf, type Ink } from './ink.ts';
import { type Line, linesOf, MissingGlyph } from './lines.ts';
import { type Shaper, shaperOf } from './shaper.ts';

/** Pixels that are worked on before others get their turn: a millisecond or so. */
const pixelsAtOnce = 200_000;

/** Where the lines of a text lie on its picture, in pixels. */
interface Layout extends Size {
  readonly scale: number;
  readonly lines: readonly (Line & { readonly left: number; readonly baseline: number })[];
}

/**
 * Draws words: the same pixels on every machine, whatever fonts or settings for them it has.
 *
 * @param checkTime called now and then; throws where there is no time left.
 * @throws TintypeError `INVALID_PARAMETER` for a character that the font does not have, and where the picture of them would
 *   be over the output limits.
 */
export async function drawText(
  style: TextStyle,
  font: Font,
  limits: OutputLimits,
  checkTime: () => void = () => undefined,
): Promise<RawPicture> {
  const shaper = await shaperOf(font);
  const layout = layOut(style, shaper);
  checkSize(layout, limits);
  const ink = blank(layout);
  let pixels = 0;
  for (const { glyphs, left, baseline } of layout.lines) {
    for (const { id, x, y } of glyphs) {
      const pen = { scale: layout.scale, x: left + x * layout.scale, y: baseline - y * layout.scale };
      pixels += drawOutline(ink, shaper.outlineOf(id), pen);
      if (pixels < pixelsAtOnce) continue;
      pixels = 0;
      await setImmediate();
      checkTime();
    }
  }
  return coloured(ink, style.colour, style.background ?? transparent);
}

function layOut(style: TextStyle, shaper: Shaper): Layout {
  const { size, wrap, align = 'left', lineHeight = textDefaults.lineHeight, padding = noPadding } = style;
  const scale = size / shaper.unitsPerEm;
  const lines = wordsOf(style, shaper, wrap === undefined ? undefined : wrap / scale);
  const widest = Math.max(...lines.map(({ width }) => width)) * scale;
  const width = wrap ?? Math.max(1, Math.ceil(widest));
  const [top, right, bottom, left] = padding;
  const over = wrap === undefined ? overhang(lines, { scale, shaper, align, width }) : noOverhang;
  const [ascent, descent] = [shaper.ascent * scale, shaper.descent * scale];
  const distance = size * lineHeight;
  // As CSS has it, half of what is spare is above; where lines stand closer than that nothing is cut off.
  const spare = Math.max(0, distance - ascent - descent) / 2;
  const height = Math.max(1, Math.ceil(2 * spare + ascent + descent + (lines.length - 1) * distance));
  return {
    scale,
    width: left + over.left + width + over.right + right,
    height: top + height + bottom,
    lines: lines.map((line, index) => ({
      ...line,
      left: left + over.left + shares[align] * (width - line.width * scale),
      // Whole pixels: what lies flat is sharp.
      baseline: top + Math.round(spare + ascent + index * distance),
    })),
  };
}

const noPadding: Sides<number> = [0, 0, 0, 0];
const noOverhang = { left: 0, right: 0 };

/** Where an alignment puts spare room, as a part of it. */
const shares: Readonly<Record<NonNullable<TextStyle['align']>, number>> = { left: 0, centre: 0.5, right: 1 };

interface OverhangContext {
  readonly scale: number;
  readonly shaper: Shaper;
  readonly align: keyof typeof shares;
  readonly width: number;
}

/** Whole pixels by which letters reach out of their lines, as slanted ones do. */
function overhang(lines: readonly Line[], { scale, shaper, align, width }: OverhangContext): typeof noOverhang {
  let [left, right] = [0, 0];
  for (const line of lines) {
    const start = shares[align] * (width - line.width * scale);
    for (const { id, x } of line.glyphs) {
      const [from, to] = extentOf(shaper.outlineOf(id), { scale, x: start + x * scale, y: 0 }) ?? [0, 0];
      left = Math.max(left, Math.ceil(-from));
      right = Math.max(right, Math.ceil(to - width));
    }
  }
  return { left, right };
}

function wordsOf({ content }: TextStyle, shaper: Shaper, width: number | undefined): readonly Line[] {
  try {
    return linesOf(content, shaper, width);
  } catch (error) {
    if (!(error instanceof MissingGlyph)) throw error;
    const code = (error.character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new TintypeError('INVALID_PARAMETER', { message: `text: the font has no character U+${code}.` });
  }
}

function checkSize({ width, height }: Size, { outputSide, outputPixels }: OutputLimits): void {
  if (Math.max(width, height) <= outputSide && width * height <= outputPixels) return;
  const allowed = `${outputSide} pixels a side and ${outputPixels / 1e6} megapixels are allowed`;
  const message = `text: it would have ${width} × ${height} pixels; ${allowed}.`;
  throw new TintypeError('INVALID_PARAMETER', { message });
}

/** Ink of a colour on a ground: W3C Compositing §5.1, one pixel of each coverage there is. */
function coloured({ width, height, coverage }: Ink, colour: Colour, ground: Colour): RawPicture {
  const shades = Array.from({ length: 256 }, (_, covered) => mixed(colour, ground, covered / 255)).flat();
  // Whole pixels are copied: byte by byte takes several times as long.
  const words = new Uint32Array(Uint8Array.from(shades).buffer);
  const pixels = new Uint32Array(width * height);
  for (let index = 0; index < pixels.length; index++) pixels[index] = words[coverage[index] ?? 0] ?? 0;
  return { input: Buffer.from(pixels.buffer), raw: { width, height, channels: 4 } };
}

function mixed(colour: Colour, ground: Colour, covered: number): readonly number[] {
  const above = (colour.alpha / 255) * covered;
  const below = (ground.alpha / 255) * (1 - above);
  const alpha = above + below;
  // Where nothing is seen the colour is the letters', for whoever makes it smaller.
  if (alpha === 0) return [colour.r, colour.g, colour.b, 0];
  const mix = (upper: number, lower: number): number => Math.round((upper * above + lower * below) / alpha);
  return [mix(colour.r, ground.r), mix(colour.g, ground.g), mix(colour.b, ground.b), Math.round(alpha * 255)];
}
