import { type Chroma, chromas } from '../transform/encoding.ts';
import type { OutputFormat } from '../transform/transformation.ts';
import { type OverlayParameters, overlayParameters } from './native-overlay-parameters.ts';
import { type PictureParameters, pictureParameters } from './native-picture-parameters.ts';
import { fileName } from './native-values.ts';
import { originPath, type Parameter, parameter } from './parameter.ts';
import { flag, token, wholeNumber, word } from './value.ts';

/** The types of all parameters of the native dialect, in the order in which they are written. */
export interface NativeParameters extends PictureParameters, OverlayParameters {
  readonly format: Parameter<OutputFormat | 'auto'>;
  readonly q: Parameter<number>;
  readonly lossless: Parameter<boolean>;
  readonly progressive: Parameter<boolean>;
  readonly chroma: Parameter<Chroma>;
  readonly colours: Parameter<number>;
  readonly dpi: Parameter<number>;
  readonly keep: Parameter<'icc' | 'all'>;
  readonly frame: Parameter<number>;
  readonly preset: Parameter<string>;
  readonly v: Parameter<string>;
  readonly fallback: Parameter<string>;
  readonly original: Parameter<boolean>;
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
  ...pictureParameters,
  ...overlayParameters,
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
  chroma: parameter(
    'output',
    word(chromas, { '420': '4:2:0', '444': '4:4:4' }),
    'How much colour JPEG and AVIF keep beside brightness. Default: as the server has it, `4:2:0`.',
  ),
  colours: parameter(
    'output',
    wholeNumber(2, 256),
    'How many colours a PNG or GIF has: 2, 4, 16 or 256; what lies between is the next. Default all.',
    'colors',
  ),
  dpi: parameter('output', wholeNumber(1, 10_000), 'Pixels per inch that a JPEG or PNG says it has.'),
  keep: parameter(
    'output',
    word(['icc', 'all']),
    "What stays of the original's metadata: its colour profile, or EXIF and XMP too. Default nothing; colours become sRGB.",
  ),
  frame: parameter(
    'output',
    wholeNumber(1, 10_000),
    'The one frame of an animation, or page of a TIFF, to take, from 1.',
  ),
  preset: parameter('request', token(64), 'Parameters under a name, which the server has.'),
  v: parameter('request', token(64), 'Version of the original: a new one always reads the origin anew.', 'version'),
  fallback: parameter(
    'request',
    originPath(),
    'Another original, which takes the place of this one where there is none.',
  ),
  original: parameter(
    'request',
    flag,
    'Whether the picture is served as it is, whatever else is said. Default `false`.',
  ),
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
