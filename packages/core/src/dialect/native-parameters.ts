import type { Colour } from '../transform/colour.ts';
import type { Length } from '../transform/length.ts';
import { type Blend, blends, type OverlayPosition, overlayPositions } from '../transform/overlay.ts';
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
} from '../transform/stage.ts';
import type { OutputFormat } from '../transform/transformation.ts';
import {
  borderValue,
  cropValue,
  fileName,
  focusValue,
  leastBlur,
  mostBlur,
  mostPixels,
  ratioValue,
  rotationValue,
  sharpenValue,
  trimValue,
} from './native-values.ts';
import { originPath, type Parameter, parameter } from './parameter.ts';
import { colour, decimal, flag, length, orWord, sides, token, wholeNumber, word } from './value.ts';

/** The types of all parameters of the native dialect, in the order in which they are written. */
export interface NativeParameters {
  readonly w: Parameter<Length>;
  readonly h: Parameter<Length>;
  readonly dpr: Parameter<number>;
  readonly fit: Parameter<Fit>;
  readonly position: Parameter<Position>;
  readonly fp: Parameter<Focus>;
  readonly ratio: Parameter<Ratio>;
  readonly enlarge: Parameter<boolean>;
  readonly crop: Parameter<Crop>;
  readonly trim: Parameter<Trim | 'false'>;
  readonly orient: Parameter<'exif' | 'none'>;
  readonly flip: Parameter<Flip>;
  readonly rotate: Parameter<Rotation>;
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
  readonly sharpen: Parameter<number | 'true' | 'false'>;
  readonly pad: Parameter<Sides<Length>>;
  readonly border: Parameter<Border>;
  readonly radius: Parameter<Corners<Length> | 'max'>;
  readonly opacity: Parameter<number>;
  readonly bg: Parameter<Colour>;
  readonly overlay: Parameter<string>;
  readonly 'overlay-w': Parameter<Length>;
  readonly 'overlay-h': Parameter<Length>;
  readonly 'overlay-position': Parameter<OverlayPosition>;
  readonly 'overlay-margin': Parameter<number>;
  readonly 'overlay-opacity': Parameter<number>;
  readonly 'overlay-blend': Parameter<Blend>;
  readonly format: Parameter<OutputFormat | 'auto'>;
  readonly q: Parameter<number>;
  readonly lossless: Parameter<boolean>;
  readonly progressive: Parameter<boolean>;
  readonly frame: Parameter<number>;
  readonly preset: Parameter<string>;
  readonly v: Parameter<string>;
  readonly download: Parameter<string>;
  readonly expires: Parameter<number>;
  readonly s: Parameter<string>;
}

/** Name of a parameter. */
export type Name = keyof NativeParameters;

/** What a parameter's value is. */
export type ValueOf<N extends Name> = NativeParameters[N] extends Parameter<infer T> ? T : never;

/** The one table of the native dialect. */
export const nativeParameters: NativeParameters = {
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
    'What `cover` and `crop` keep in view, and where `contain` puts the picture. Default `centre`.',
    'gravity',
  ),
  fp: parameter(
    'size',
    focusValue,
    'Focal point, kept in view as near to the middle as there is picture; then how many times larger it is shown.',
  ),
  ratio: parameter('size', ratioValue, 'Width to height: gives the side that is missing.', 'ar'),
  enlarge: parameter('size', flag, 'Whether the picture may grow beyond its original. Default `false`.'),
  crop: parameter(
    'crop',
    cropValue,
    'Cuts a part out before the size changes: left, top, width and height in pixels of the original, or width and height alone, at `position` or `fp`.',
  ),
  trim: parameter('crop', trimValue, 'Takes off edges of one colour; of the left top pixel where none is given.'),
  orient: parameter('turn', word(['exif', 'none']), 'Whether EXIF turns the picture upright. Default `exif`.'),
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
  sharpen: parameter('effect', sharpenValue, 'Mildly and fast, or by a standard deviation in pixels. Default `false`.'),
  pad: parameter('frame', sides(mostPixels), 'Empty edges, in the order of CSS.', 'padding'),
  border: parameter('frame', borderValue, 'A frame around the picture: width, then colour.'),
  radius: parameter(
    'frame',
    orWord('max', sides(mostPixels)),
    'Round corners, from the left top clockwise. Shares are of the shorter side; `max` is half of it.',
  ),
  opacity: parameter('frame', wholeNumber(0, 100), 'In percent. Default 100.'),
  bg: parameter('frame', colour, 'Laid under all that is transparent. Default none, in a JPEG white.', 'background'),
  overlay: parameter('overlay', originPath(), 'Another original of the same origin, laid on the result.'),
  'overlay-w': parameter(
    'overlay',
    length(1, mostPixels),
    "Width of the overlay in CSS pixels, or with a decimal point as a share of the picture's.",
  ),
  'overlay-h': parameter(
    'overlay',
    length(1, mostPixels),
    'Height of the overlay, likewise. Both make a box that it fits into.',
  ),
  'overlay-position': parameter(
    'overlay',
    word(overlayPositions, { center: 'centre' }),
    'Where the overlay lies. Default `centre`.',
  ),
  'overlay-margin': parameter(
    'overlay',
    wholeNumber(0, mostPixels),
    'CSS pixels between the overlay and every edge of the picture. Default 0.',
  ),
  'overlay-opacity': parameter('overlay', wholeNumber(1, 100), 'How much the overlay covers, in percent. Default 100.'),
  'overlay-blend': parameter('overlay', word(blends), 'How its colours meet those below. Default `over`.'),
  format: parameter(
    'output',
    word<OutputFormat | 'auto'>(['auto', 'jpeg', 'png', 'webp', 'avif', 'gif', 'json'], { jpg: 'jpeg' }),
    'Type of the result. `auto` follows the Accept field, `json` describes. Default: the type of the original.',
    'f',
    'fm',
  ),
  q: parameter('output', wholeNumber(1, 100), "Quality on JPEG's scale. Default 80. PNG and GIF have none.", 'quality'),
  lossless: parameter('output', flag, 'Whether WebP and AVIF lose nothing. Default `false`.'),
  progressive: parameter(
    'output',
    flag,
    'Whether a JPEG or PNG shows in full at once, then sharpens. Default `false`.',
  ),
  frame: parameter(
    'output',
    wholeNumber(1, 10_000),
    'The one frame of an animation, or page of a TIFF, to take, from 1.',
  ),
  preset: parameter('request', token(64), 'Parameters under a name, which the server has.'),
  v: parameter('request', token(64), 'Version of the original: a new one always reads the origin anew.', 'version'),
  download: parameter(
    'request',
    fileName,
    'Has browsers save the result, under that name or the one in the path.',
    'dl',
  ),
  expires: parameter('request', wholeNumber(0, 9_999_999_999), 'When a signed URL ends, in seconds since 1970 (UTC).'),
  s: parameter('request', token(64), 'The signature, where URLs are signed.'),
};

/** The parameters that are the whole's: the others are a stage's, and may come once in each. */
export const sharedNames: ReadonlySet<string> = new Set([
  'dpr',
  'orient',
  ...Object.entries(nativeParameters).flatMap(([name, { group }]) =>
    group === 'output' || group === 'request' ? [name] : [],
  ),
]);

/** The name of each spelling. */
export const spellings: ReadonlyMap<string, string> = new Map(
  Object.entries(nativeParameters).flatMap(([name, { aliases }]) => [name, ...aliases].map((each) => [each, name])),
);
