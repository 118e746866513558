import type { Colour } from '../transform/colour.ts';
import type { Length } from '../transform/length.ts';
import {
  type Border,
  type Corners,
  type Crop,
  type Fit,
  type Flip,
  type Focus,
  fits,
  flips,
  type Position,
  positions,
  type Ratio,
  type Rotation,
  type Sides,
  type Trim,
  type UnsharpMask,
} from '../transform/stage.ts';
import type { Orientation } from '../transform/transformation.ts';
import {
  borderValue,
  cropValue,
  focusValue,
  leastBlur,
  mostBlur,
  mostPixels,
  orientValue,
  ratioValue,
  rotationValue,
  sharpenValue,
  trimValue,
} from './native-values.ts';
import { type Parameter, parameter } from './parameter.ts';
import { colour, decimal, flag, length, orWord, sides, wholeNumber, word } from './value.ts';

/** The types of the parameters that say what a stage does to a picture by itself. */
export interface PictureParameters {
  readonly w: Parameter<Length>;
  readonly h: Parameter<Length>;
  readonly dpr: Parameter<number>;
  readonly fit: Parameter<Fit>;
  readonly position: Parameter<Position>;
  readonly fp: Parameter<Focus>;
  readonly ratio: Parameter<Ratio>;
  readonly enlarge: Parameter<boolean>;
  readonly 'min-w': Parameter<number>;
  readonly 'min-h': Parameter<number>;
  readonly 'max-w': Parameter<number>;
  readonly 'max-h': Parameter<number>;
  readonly crop: Parameter<Crop>;
  readonly trim: Parameter<Trim | 'false'>;
  readonly orient: Parameter<'exif' | 'none' | Orientation>;
  readonly flip: Parameter<Flip>;
  readonly rotate: Parameter<Rotation>;
  readonly exposure: Parameter<number>;
  readonly brightness: Parameter<number>;
  readonly saturation: Parameter<number>;
  readonly hue: Parameter<number>;
  readonly contrast: Parameter<number | 'auto'>;
  readonly gamma: Parameter<number>;
  readonly negate: Parameter<boolean>;
  readonly grayscale: Parameter<boolean>;
  readonly sepia: Parameter<number>;
  readonly tint: Parameter<Colour>;
  readonly blur: Parameter<number>;
  readonly sharpen: Parameter<number | UnsharpMask | 'true' | 'false'>;
  readonly pixelate: Parameter<number>;
  readonly pad: Parameter<Sides<Length>>;
  readonly fill: Parameter<'blur' | Colour>;
  readonly border: Parameter<Border>;
  readonly radius: Parameter<Corners<Length> | 'max'>;
  readonly mask: Parameter<'ellipse'>;
  readonly opacity: Parameter<number>;
  readonly bg: Parameter<Colour>;
}

/** How these are read, in the order in which they are written. */
export const pictureParameters: PictureParameters = {
  w: parameter(
    'size',
    length(1, mostPixels),
    'Width in CSS pixels, or with a decimal point as a share of the width that there is.',
    'width',
  ),
  h: parameter('size', length(1, mostPixels), 'Height, likewise.', 'height'),
  dpr: parameter('size', decimal(0.5, 5), 'Device pixels per CSS pixel: multiplies every length in CSS pixels.'),
  fit: parameter('size', word(fits), 'How the picture meets a box of two sides. Default `cover`.'),
  position: parameter(
    'size',
    word(positions, { center: 'centre' }),
    'What `cover`, `none` and `crop` keep in view, and where `contain` and `none` put the picture. Default `centre`.',
    'gravity',
  ),
  fp: parameter(
    'size',
    focusValue,
    'Focal point, kept in view as near to the middle as there is picture; then how many times larger it is shown.',
  ),
  ratio: parameter('size', ratioValue, 'Width to height: gives the side that is missing.', 'ar'),
  enlarge: parameter('size', flag, 'Whether the picture may grow beyond its original. Default `false`.'),
  'min-w': parameter('size', wholeNumber(1, mostPixels), 'The least width in CSS pixels that `cover` makes.'),
  'min-h': parameter('size', wholeNumber(1, mostPixels), 'The least height, likewise.'),
  'max-w': parameter('size', wholeNumber(1, mostPixels), 'The most width in CSS pixels that `cover` makes.'),
  'max-h': parameter('size', wholeNumber(1, mostPixels), 'The most height, likewise.'),
  crop: parameter(
    'crop',
    cropValue,
    'Cuts a part out before the size changes: left, top, width and height in pixels of the original; with `,centre` left and top are of its middle. Or width and height alone, at `position` or `fp`.',
  ),
  trim: parameter('crop', trimValue, 'Takes off edges of one colour; of the left top pixel where none is given.'),
  orient: parameter(
    'turn',
    orientValue,
    'Whether EXIF turns the picture upright, or which orientation of EXIF does in place of its own. Default `exif`.',
  ),
  flip: parameter(
    'turn',
    word(flips, { horizontal: 'h', vertical: 'v', both: 'hv', vh: 'hv' }),
    'Mirrors left and right, top and bottom, or both.',
  ),
  rotate: parameter(
    'turn',
    rotationValue,
    'Degrees clockwise. The picture grows and has empty corners; with `,cover` it keeps its frame, enlarged to fill it.',
  ),
  exposure: parameter('colour', decimal(-5, 5), 'Stops of light: 1 doubles it, -1 halves it. Default 0.'),
  brightness: parameter('colour', decimal(0, 5), 'Factor. Default 1.'),
  saturation: parameter('colour', decimal(0, 5), 'Factor. Default 1.'),
  hue: parameter('colour', wholeNumber(-360, 360), 'Degrees on the wheel of colours. Default 0.'),
  contrast: parameter(
    'colour',
    orWord('auto', decimal(0, 5)),
    'Factor; `auto` stretches to the full range. Default 1.',
  ),
  gamma: parameter('colour', decimal(0.34, 3), 'Above 1 the middle tones become lighter. Default 1.'),
  negate: parameter('colour', flag, 'Turns colours into their opposites. Default `false`.', 'invert'),
  grayscale: parameter('colour', flag, 'Takes the colour out. Default `false`.', 'greyscale'),
  sepia: parameter('colour', wholeNumber(0, 100), 'Browns the picture, in percent. Default 0.'),
  tint: parameter('colour', colour, 'Colours the picture, its brightness kept.'),
  blur: parameter('effect', decimal(leastBlur, mostBlur), 'Standard deviation in CSS pixels.'),
  sharpen: parameter(
    'effect',
    sharpenValue,
    'Mildly and fast, or by a standard deviation in pixels; then perhaps how much is added of the difference to what is so blurred, and how much lightness (of 100) must differ. Default `false`.',
  ),
  pixelate: parameter('effect', wholeNumber(1, mostPixels), 'Side in CSS pixels of squares of one colour each.'),
  pad: parameter('frame', sides(mostPixels), 'Empty edges, in the order of CSS.', 'padding'),
  fill: parameter(
    'frame',
    orWord('blur', colour),
    'What is laid into what `contain`, `none` and `pad` leave empty: the picture itself, blurred, or a colour. Default nothing.',
  ),
  border: parameter('frame', borderValue, 'A frame around the picture: width, then colour.'),
  radius: parameter(
    'frame',
    orWord('max', sides(mostPixels)),
    'Round corners, from the left top clockwise. Shares are of the shorter side; `max` is half of it.',
  ),
  mask: parameter('frame', word(['ellipse']), 'Cuts away what lies outside of the largest ellipse.'),
  opacity: parameter('frame', wholeNumber(0, 100), 'In percent. Default 100.'),
  bg: parameter('frame', colour, 'Laid under all that is transparent. Default none, in a JPEG white.', 'background'),
};
