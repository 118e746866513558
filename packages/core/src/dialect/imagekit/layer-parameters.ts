import { mostTextSize, type OverlayPosition } from '../../transform/overlay.ts';
import type { Corners, Flip, Sides } from '../../transform/stage.ts';
import { type Row, row } from './parameters.ts';
import { type Measure, orPart } from './part.ts';
import {
  anchor,
  base64,
  corners,
  decimal,
  edges,
  offset,
  orWord,
  place,
  type Reader,
  type WrittenColour,
  whole,
  words,
  writtenColour,
} from './values.ts';

/** What a layer holds, where it lies, and how it meets what is below it. */
export interface LayerParameters {
  readonly i: Row<string>;
  readonly ie: Row<string>;
  readonly lx: Row<Measure>;
  readonly ly: Row<Measure>;
  readonly lxc: Row<Measure>;
  readonly lyc: Row<Measure>;
  readonly lap: Row<true>;
  readonly lfo: Row<OverlayPosition>;
  readonly lm: Row<'multiply'>;
}

const text: Reader<string> = {
  read: (value) => (value === '' ? undefined : value),
  allowed: 'a path, its slashes written @@, or words',
};

/** Layers lie by the picture below them: no other is measured. */
const [ofWidth, ofHeight] = ['bw_div_2', 'bh_div_2'];

/** The rows of what is said of any layer, in any of its steps. */
export const layerParameters: LayerParameters = {
  i: row(
    text,
    'What is laid on: a path of the same origin, `ik_canvas` for a block of one colour; in `l-text` the words.',
  ),
  ie: row(base64, 'The same in base64. It counts where both are there.'),
  lx: row(orPart('w', offset, ofWidth), 'Left of the layer; with `N` its distance from the right.'),
  ly: row(
    orPart('h', offset, ofHeight),
    'Top of the layer; with `N` its distance from the bottom. A side that nothing is said of is in the middle.',
  ),
  lxc: row(orPart('w', place, ofWidth), 'The middle of the layer.'),
  lyc: row(orPart('h', place, ofHeight), 'The middle of the layer.'),
  lap: row(words<true>({ top_left: true }), 'The corner of the picture that the distances are from.'),
  lfo: row(anchor, 'Where it lies; of no effect beside a distance. Default `center`.'),
  lm: row(words<'multiply'>({ multiply: 'multiply' }), 'How its colours meet those below. Default: they cover them.'),
};

/** What words look like. */
export interface TextParameters {
  readonly w: Row<number>;
  readonly fs: Row<number>;
  readonly ff: Row<string>;
  readonly co: Row<WrittenColour>;
  readonly ia: Row<'left' | 'centre' | 'right'>;
  readonly pa: Row<Sides<number>>;
  readonly al: Row<number>;
  readonly tg: Row<TextFace>;
  readonly bg: Row<WrittenColour>;
  readonly r: Row<Corners<number> | 'max'>;
  readonly rt: Row<number>;
  readonly fl: Row<Flip>;
  readonly lh: Row<number>;
}

/** Weight and slope of words. */
export interface TextFace {
  readonly bold?: true;
  readonly italic?: true;
}

const flips: Reader<Flip> = words<Flip>({ h: 'h', v: 'v', h_v: 'hv', v_h: 'hv' });
const transparency: Reader<number> = whole(1, 9);
const family: Reader<string> = {
  read: (name) => (/^[^\p{Cc}]{1,100}$/u.test(name) ? name.replaceAll('@@', '/') : undefined),
  allowed: 'the name of a font that the server allows',
};

/** The rows of an `l-text`. */
export const textParameters: TextParameters = {
  w: row(whole(1, 16_383), 'Where lines are broken.', 'width'),
  fs: row(whole(1, mostTextSize), 'Size of the font. Default 45.', 'fontSize'),
  ff: row(
    family,
    'Family of the font, by the names of the option `fonts`. A path is a name too, its slashes written @@.',
    'fontFamily',
  ),
  co: row(writtenColour, 'Colour. Default black.', 'fontColor'),
  ia: row(
    words<'left' | 'centre' | 'right'>({ left: 'left', center: 'centre', right: 'right' }),
    'Where lines begin. Default `center`.',
    'innerAlignment',
  ),
  pa: row(edges, 'Room around the words, in the order of CSS.', 'padding'),
  al: row(transparency, 'Opacity in tenths, of colours that say nothing of their own.', 'alpha'),
  tg: row(
    words<TextFace>({
      b: { bold: true },
      i: { italic: true },
      b_i: { bold: true, italic: true },
      i_b: { bold: true, italic: true },
    }),
    'Bold, italic or both.',
    'typography',
  ),
  bg: row(writtenColour, 'Colour behind the words. Default none.', 'background'),
  r: row(orWord('max', corners), 'Round corners.', 'radius'),
  rt: row(decimal(-360, 360), 'Degrees clockwise, with `N` the other way.', 'rotation'),
  fl: row(flips, 'Mirrors left and right, top and bottom, or both.', 'flip'),
  lh: row(whole(1, 4000), 'Distance of lines in pixels.', 'lineHeight'),
};

/** What a block of one colour is. */
export interface CanvasParameters {
  readonly bg: Row<WrittenColour>;
  readonly al: Row<number>;
}

/** The rows of an `i-ik_canvas`, beside `w`, `h` and `r`. */
export const canvasParameters: CanvasParameters = {
  bg: row(writtenColour, 'Colour. Default black.', 'background'),
  al: row(transparency, 'Opacity in tenths, of a colour that says nothing of its own.', 'alpha'),
};
