import type { Colour } from '../../transform/colour.ts';
import type { OverlayPosition } from '../../transform/overlay.ts';
import type { Border, Corners, Fit, Flip, Ratio, UnsharpMask } from '../../transform/stage.ts';
import type { OutputFormat } from '../../transform/transformation.ts';
import { type Measure, orPart } from './part.ts';
import {
  blur,
  border,
  colour,
  corners,
  decimal,
  flag,
  focus,
  mark,
  orWord,
  place,
  type Reader,
  ratio,
  sharpening,
  side,
  unsharpMask,
  whole,
  words,
} from './values.ts';

/** One row of the grammar. */
export interface Row<T> extends Reader<T> {
  /** Names by which the vendor's clients know it, read as this one. */
  readonly aliases: readonly string[];
  /** Its meaning, and its default where there is one. */
  readonly doc: string;
}

/** Makes a row. */
export function row<T>(reader: Reader<T>, doc: string, ...aliases: readonly string[]): Row<T> {
  return { read: reader.read, allowed: reader.allowed, doc, aliases };
}

/** How a picture meets a box, and whether it may grow. */
export interface CropStrategy {
  readonly fit: Fit;
  readonly enlarge: boolean;
}

/** What makes the size by other means than scaling alone. */
export type CropMode = 'extract' | 'pad_resize' | 'pad_extract' | 'pad_resize_no_enlarge';

const cropModes: Readonly<Record<CropMode, CropMode>> = {
  extract: 'extract',
  pad_resize: 'pad_resize',
  pad_extract: 'pad_extract',
  pad_resize_no_enlarge: 'pad_resize_no_enlarge',
};

/** What is done to a picture in one step. */
export interface PictureParameters {
  readonly w: Row<Measure | 'auto'>;
  readonly h: Row<Measure>;
  readonly ar: Row<Ratio>;
  readonly c: Row<CropStrategy | CropMode>;
  readonly cm: Row<CropMode>;
  readonly fo: Row<OverlayPosition | 'attention'>;
  readonly x: Row<Measure>;
  readonly y: Row<Measure>;
  readonly xc: Row<Measure>;
  readonly yc: Row<Measure>;
  readonly dpr: Row<number | 'auto'>;
  readonly t: Row<number | boolean>;
  readonly rt: Row<number | 'auto'>;
  readonly fl: Row<Flip>;
  readonly bl: Row<number>;
  readonly 'e-grayscale': Row<boolean>;
  readonly 'e-contrast': Row<boolean>;
  readonly 'e-sharpen': Row<number | 'mild'>;
  readonly 'e-usm': Row<UnsharpMask>;
  readonly b: Row<Border>;
  readonly r: Row<Corners<number> | 'max'>;
  readonly bg: Row<Colour | 'blurred'>;
  readonly o: Row<number>;
  readonly q: Row<number>;
}

/** The rows of what is done to a picture, in a layer or below it. */
export const pictureParameters: PictureParameters = {
  w: row(
    orWord('auto', orPart('w', side)),
    'Width in pixels; below 1 a share of the width that there is; `auto` by the client hint Sec-CH-Width, where hints are taken.',
    'width',
  ),
  h: row(orPart('h', side), 'Height in pixels, or a share.', 'height'),
  ar: row(ratio, 'Width to height: gives the side that is missing.', 'aspectRatio'),
  c: row(
    words<CropStrategy | CropMode>({
      maintain_ratio: { fit: 'cover', enlarge: true },
      force: { fit: 'fill', enlarge: true },
      at_max: { fit: 'inside', enlarge: false },
      at_max_enlarge: { fit: 'inside', enlarge: true },
      at_least: { fit: 'outside', enlarge: true },
      maintain_ratio_no_enlarge: { fit: 'cover', enlarge: false },
      ...cropModes,
    }),
    'How the picture meets a box of two sides, and whether it may grow. Default `maintain_ratio`. The words of `cm` are taken too.',
    'crop',
  ),
  cm: row(
    words(cropModes),
    'Cuts a part out without scaling, or adds edges. With `fo-auto` a part is cut out of the middle.',
    'cropMode',
  ),
  fo: row(
    focus,
    'What stays in view, or where the picture lies. Default `center`. `auto` finds what draws attention, by its colours and contrasts.',
    'focus',
  ),
  x: row(orPart('w', place), 'Left of what `cm-extract` cuts out.'),
  y: row(orPart('h', place), 'Top of it.'),
  xc: row(orPart('w', place), 'Its middle.', 'xCenter'),
  yc: row(orPart('h', place), 'Its middle.', 'yCenter'),
  dpr: row(
    orWord('auto', decimal(0.1, 5)),
    'Multiplies `w` and `h`; of no effect where one would be below 1 or above 5000. `auto` by the client hint Sec-CH-DPR, where hints are taken.',
  ),
  t: row(
    {
      read: (text) => flag.read(text) ?? whole(1, 99).read(text),
      allowed: 'true, false, or a whole number from 1 to 99',
    },
    'Takes off edges of one colour. Default `false`; of a layer `true`.',
    'trim',
  ),
  rt: row(
    orWord('auto', decimal(-360, 360)),
    'Degrees clockwise, with `N` the other way. Pictures are turned upright by EXIF without it too.',
    'rotation',
  ),
  fl: row(
    words<Flip>({ h: 'h', v: 'v', h_v: 'hv', v_h: 'hv' }),
    'Mirrors left and right, top and bottom, or both.',
    'flip',
  ),
  bl: row(blur, 'Gaussian blur.', 'blur'),
  'e-grayscale': row(mark, 'Takes the colour out.', 'grayscale'),
  'e-contrast': row(mark, 'Stretches the contrast to the full range.', 'contrastStretch'),
  'e-sharpen': row(sharpening, 'Sharpens, mildly without a number.', 'sharpen'),
  'e-usm': row(
    unsharpMask,
    'Sharpens by the difference to a blurred picture. The radius follows from sigma.',
    'unsharpMask',
  ),
  b: row(border, 'A frame around the picture.', 'border'),
  r: row(orWord('max', corners), 'Round corners; `max` leaves the largest ellipse.', 'radius'),
  bg: row(
    {
      read: (text) => (/^blurred(?:_auto(?:_0)?)?$/.test(text) ? 'blurred' : colour.read(text)),
      allowed: `blurred, or ${colour.allowed}`,
    },
    'Fills the edges that are added, black by default, and lies under what is transparent. `blurred` with `cm-pad_resize` alone.',
    'background',
  ),
  o: row(whole(0, 100), 'In percent. Above a `bg` that is opaque then.', 'opacity'),
  q: row(whole(1, 100), "Quality on JPEG's scale. Default 80. Of no effect in a layer.", 'quality'),
};

/** What is said of the whole. */
export interface OutputParameters {
  readonly f: Row<OutputFormat | 'auto' | 'original'>;
  readonly lo: Row<boolean>;
  readonly pr: Row<boolean>;
  readonly cp: Row<boolean>;
  readonly md: Row<boolean>;
  readonly pg: Row<number>;
  readonly di: Row<string>;
  readonly orig: Row<boolean>;
}

const text: Reader<string> = { read: (value) => (value === '' ? undefined : value), allowed: 'text' };

/** A path of the same origin, its slashes written `@@`. */
const originPath: Reader<string> = { read: text.read, allowed: 'a path, its slashes written @@' };

/** The rows of what is said of the whole, in any of the steps: the last one counts. */
export const outputParameters: OutputParameters = {
  f: row(
    words<OutputFormat | 'auto' | 'original'>({
      auto: 'auto',
      webp: 'webp',
      jpg: 'jpeg',
      jpeg: 'jpeg',
      png: 'png',
      gif: 'gif',
      avif: 'avif',
      orig: 'original',
    }),
    'Type of the result. Default `auto`: AVIF, WebP or what everybody reads, by the Accept field.',
    'format',
  ),
  lo: row(flag, 'Whether WebP and AVIF lose nothing. Default `false`.', 'lossless'),
  pr: row(flag, 'Whether a JPEG or PNG shows in full at once, then sharpens. Default `false`.', 'progressive'),
  cp: row(flag, 'Whether the colour profile stays. Default `false`.', 'colorProfile'),
  md: row(flag, 'Whether all metadata stays. Default `false`.', 'metadata'),
  pg: row(whole(1, 10_000), 'The one frame of an animation to take, from 1.', 'page'),
  di: row(originPath, 'The original that takes the place of one that is not there.', 'defaultImage'),
  orig: row(flag, 'The original as it is; all else is passed over.', 'original'),
};
