import type { Colour } from '../../transform/colour.ts';
import type { Length } from '../../transform/length.ts';
import type { Flip, Ratio } from '../../transform/stage.ts';
import { type Rows, row } from './parameter.ts';
import { type Rectangle, rectangle } from './rectangle.ts';
import { angle, colour, mostSide, oneOf, ratio, side, strict, suggested, whole, wordsOf } from './values.ts';

/** Ways to fit a picture into a box that are built. */
export type ImgixFit = 'clip' | 'crop' | 'max' | 'min' | 'scale' | 'fill' | 'fillmax';

/** What a crop may keep in view. */
export type CropWord = 'top' | 'bottom' | 'left' | 'right' | 'center' | 'faces' | 'entropy' | 'edges' | 'focalpoint';

export type TrimKind = 'auto' | 'color' | 'alpha' | 'colorunlessalpha';

/** What the parameters of size, crop and turn say. */
export interface SizeValues {
  readonly w: Length;
  readonly h: Length;
  readonly dpr: number;
  readonly fit: ImgixFit;
  readonly ar: Ratio;
  readonly 'max-w': number;
  readonly 'max-h': number;
  readonly 'min-w': number;
  readonly 'min-h': number;
  readonly crop: readonly CropWord[];
  readonly 'fp-x': number;
  readonly 'fp-y': number;
  readonly 'fp-z': number;
  readonly rect: Rectangle;
  readonly trim: TrimKind;
  readonly 'trim-color': Colour;
  readonly 'trim-tol': number;
  readonly 'trim-md': number;
  readonly 'trim-sd': number;
  readonly 'trim-alpha': number;
  readonly 'trim-pad': number;
  readonly flip: Flip;
  readonly orient: '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '90' | '180' | '270';
  readonly rot: number;
  readonly 'rot-type': 'straighten' | 'pivot';
}

const faceless = 'faces are not looked for';
const mostPixels = whole(strict(1, mostSide));
const part = strict(0, 1);

/** Size, crop and turn. */
export const sizeParameters: Rows<SizeValues> = {
  w: row('size', side, 'Width in CSS pixels, or up to 1 as a share of the width that there is.', {
    aliases: ['width'],
  }),
  h: row('size', side, 'Height, likewise.', { aliases: ['height'] }),
  dpr: row(
    'size',
    strict(0, 5),
    'Device pixels per CSS pixel. It is lowered where a side would go over 8192 pixels. 0 counts as 1.',
  ),
  fit: row(
    'size',
    oneOf('clip', 'crop', 'max', 'min', 'scale', 'fill', 'fillmax'),
    'How the picture meets the box. Default `clip`, which enlarges, as do `crop`, `scale` and `fill`; `max`, `min` and `fillmax` never do.',
    {
      aliases: ['f'],
      unbuilt: { clamp: 'edges are not drawn out', facearea: faceless },
    },
  ),
  ar: row('size', ratio, 'Width to height, with `fit` `crop`, `min`, `fill` or `fillmax`.'),
  'max-w': row('size', mostPixels, 'The box is no wider, with `fit=crop`.', { aliases: ['max-width'] }),
  'max-h': row('size', mostPixels, 'The box is no higher, likewise.', { aliases: ['max-height'] }),
  'min-w': row('size', mostPixels, 'The box is no narrower, likewise.', { aliases: ['min-width'] }),
  'min-h': row('size', mostPixels, 'The box is no lower, likewise.', { aliases: ['min-height'] }),
  crop: row(
    'size',
    wordsOf('top', 'bottom', 'left', 'right', 'center', 'faces', 'entropy', 'edges', 'focalpoint'),
    `What \`fit=crop\` keeps in view. No faces are looked for: \`faces\` leaves it to the other words, and alone, like \`edges\`, to what draws attention.`,
  ),
  'fp-x': row('size', part, 'Focal point from the left, with `crop=focalpoint`. Default 0.5.'),
  'fp-y': row('size', part, 'Focal point from the top, likewise.'),
  'fp-z': row('size', strict(1, 100), 'How many times larger the focal point is shown, likewise. Default 1.'),
  rect: row(
    'crop',
    rectangle,
    'Cuts a part out before the size changes: left, top, width and height, in pixels or shares of the original. Words stand for both places; `center` and `middle` also for one beside a number.',
  ),
  trim: row(
    'crop',
    oneOf('auto', 'color', 'alpha', 'colorunlessalpha'),
    'Takes off edges: of the colour of the left top pixel, of `trim-color`, or transparent ones.',
  ),
  'trim-color': row('crop', colour, 'The colour that `trim=color` takes off. Default that of the left top pixel.', {
    aliases: ['trimcolor'],
  }),
  'trim-tol': row('crop', suggested(0, 100), 'How far from the colour is still taken for it. Default 0.', {
    aliases: ['trimtol'],
  }),
  'trim-md': row('crop', suggested(0, 100), 'The same with `trim=auto`. Default 11.', { aliases: ['trimmd'] }),
  'trim-sd': row('crop', suggested(0, 100), 'Read, and of no effect: edges are not told by their deviation.', {
    aliases: ['trimsd'],
  }),
  'trim-alpha': row('crop', suggested(0, 255), 'Up to which alpha `trim=alpha` takes edges off. Default 0.'),
  'trim-pad': row('crop', whole(suggested(-200, 200)), 'Pixels put around what is trimmed. None below 0.', {
    aliases: ['trimpad'],
  }),
  flip: row('turn', oneOf('h', 'v', 'hv'), 'Mirrors left and right, top and bottom, or both.'),
  orient: row(
    'turn',
    oneOf('0', '1', '2', '3', '4', '5', '6', '7', '8', '90', '180', '270'),
    'An EXIF orientation in place of its own; 0 and 1 leave it as it is stored, and degrees are clockwise.',
    { aliases: ['or'] },
  ),
  rot: row('turn', angle, 'Degrees counter-clockwise.'),
  'rot-type': row(
    'turn',
    oneOf('straighten', 'pivot'),
    '`straighten`, the default, enlarges the picture to fill its frame; `pivot` lets the frame grow.',
    { aliases: ['rottype', 'rott'] },
  ),
};
