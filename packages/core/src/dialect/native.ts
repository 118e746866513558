import { TintypeError } from '../errors.ts';
import type { ClientHint, HintValues } from '../http/client-hints.ts';
import type { Target } from '../http/target.ts';
import { checkOptions } from '../options.ts';
import { canonicalPath, encodePath } from '../origin/path.ts';
import type { ImageFormat } from '../transform/image.ts';
import {
  type Blend,
  blends,
  type Length,
  type Overlay,
  type OverlayPosition,
  overlayPositions,
} from '../transform/overlay.ts';
import {
  canonicalTransformation,
  type Fit,
  fits,
  type Position,
  positions,
  type Resize,
  type Transformation,
} from '../transform/transformation.ts';
import type { Dialect, DialectRequest, UrlParameters } from './dialect.ts';
import {
  checkQueryLength,
  decimal,
  length,
  originPath,
  type ParameterType,
  readParameter,
  readQuery,
  token,
  wholeNumber,
  word,
} from './parameter.ts';

/** One row of the grammar: how a parameter is read, and its line in docs/url-parameters.md. */
interface Parameter<T> extends ParameterType<T> {
  readonly doc: string;
}

function parameter<T>(type: ParameterType<T>, doc: string): Parameter<T> {
  return { ...type, doc };
}

interface NativeParameters {
  readonly w: Parameter<number>;
  readonly h: Parameter<number>;
  readonly dpr: Parameter<number>;
  readonly fit: Parameter<Fit>;
  readonly position: Parameter<Position>;
  readonly format: Parameter<ImageFormat | 'auto'>;
  readonly q: Parameter<number>;
  readonly v: Parameter<string>;
  readonly overlay: Parameter<string>;
  readonly 'overlay-w': Parameter<Length>;
  readonly 'overlay-h': Parameter<Length>;
  readonly 'overlay-position': Parameter<OverlayPosition>;
  readonly 'overlay-margin': Parameter<number>;
  readonly 'overlay-opacity': Parameter<number>;
  readonly 'overlay-blend': Parameter<Blend>;
}

/** All parameters of the native dialect. */
export const nativeParameters: NativeParameters = {
  w: parameter(wholeNumber(1, 65_535), 'Width in CSS pixels.'),
  h: parameter(wholeNumber(1, 65_535), 'Height in CSS pixels.'),
  dpr: parameter(decimal(0.5, 5), 'Device pixels per CSS pixel: multiplies every length in CSS pixels.'),
  fit: parameter(word(fits), 'How the picture meets a box of `w` and `h`. Default `cover`.'),
  position: parameter(
    word(positions, { center: 'centre' }),
    'What `cover` keeps in view, and where `contain` puts the picture. Default `centre`.',
  ),
  format: parameter(
    word<ImageFormat | 'auto'>(['auto', 'jpeg', 'png', 'webp', 'avif', 'gif'], { jpg: 'jpeg' }),
    'Type of the result. `auto` follows the Accept field. Default: the type of the original.',
  ),
  q: parameter(wholeNumber(1, 100), "Quality on JPEG's scale. Default 80. PNG and GIF have none."),
  v: parameter(token(64), 'Version of the original: a new one always reads the origin anew.'),
  overlay: parameter(originPath(), 'Another original of the same origin, laid on the result.'),
  'overlay-w': parameter(
    length(65_535),
    "Width of the overlay in CSS pixels, or with a decimal point as a share of the picture's.",
  ),
  'overlay-h': parameter(length(65_535), 'Height of the overlay, likewise. Both make a box that it fits into.'),
  'overlay-position': parameter(
    word(overlayPositions, { center: 'centre' }),
    'Where the overlay lies. Default `centre`.',
  ),
  'overlay-margin': parameter(
    wholeNumber(0, 65_535),
    'CSS pixels between the overlay and every edge of the picture. Default 0.',
  ),
  'overlay-opacity': parameter(wholeNumber(1, 100), 'How much the overlay covers, in percent. Default 100.'),
  'overlay-blend': parameter(word(blends), 'How the colours of the overlay meet those below. Default `over`.'),
};

type Name = keyof NativeParameters;
type ValueOf<N extends Name> = NativeParameters[N] extends Parameter<infer T> ? T : never;

const names: ReadonlySet<string> = new Set(Object.keys(nativeParameters));
const overlayDetails: readonly string[] = [...names].filter((name) => name.startsWith('overlay-'));

/** Options of {@link native}: none yet. */
export type NativeOptions = Readonly<Record<string, never>>;

/** The native dialect: `/path/to/original.jpg?w=400&format=auto`. */
export function native(options: NativeOptions = {}): Dialect {
  checkOptions('native', options, {});
  return { name: 'native', parse, format };
}

type Read = <N extends Name>(name: N) => ValueOf<N> | undefined;

function parse({ path, query }: Target, hints: HintValues = {}): DialectRequest | undefined {
  if (path === '/') return undefined;
  const canonical = canonicalPath(path);
  const { values, rest } = readQuery(query, names);
  checkCompany((name) => values.has(name));
  const read: Read = <N extends Name>(name: N) => {
    const text = values.get(name);
    const type = nativeParameters[name] as Parameter<unknown> as Parameter<ValueOf<N>>;
    return text === undefined ? undefined : readParameter(name, text, type);
  };
  const taken = hintsFor((name) => values.has(name));
  const dpr = read('dpr') ?? (taken.includes('dpr') ? hints.dpr : undefined) ?? 1;
  const transformation: Transformation = {
    stages: [{ resize: readResize(read, dpr, hints), overlays: readOverlays(read, dpr) }],
    output: { format: read('format'), quality: read('q') ?? (hints.saveData ? savingQuality : undefined) },
  };
  return {
    path: canonical,
    version: read('v'),
    transformation: canonicalTransformation(transformation),
    query: rest,
    hints: taken,
  };
}

/** The quality for clients that want to save data: imgix's. */
const savingQuality = 45;

/** The client hints for which a URL leaves room: a width is in device pixels already. */
function hintsFor(isGiven: (name: Name) => boolean): readonly ClientHint[] {
  const isSized = isGiven('w') || isGiven('h');
  return [
    ...(isSized ? [] : (['width'] as const)),
    ...(isSized && !isGiven('dpr') ? (['dpr'] as const) : []),
    ...(isGiven('q') ? [] : (['save-data'] as const)),
  ];
}

function readResize(read: Read, dpr: number, hints: HintValues): Resize {
  const pixels = (side: number | undefined): number | undefined =>
    side === undefined ? undefined : devicePixels(side, dpr);
  const [width, height] = [pixels(read('w')), pixels(read('h'))];
  const hinted = width === undefined && height === undefined ? hints.width : width;
  return { width: hinted, height, fit: read('fit'), position: read('position') };
}

function readOverlays(read: Read, dpr: number): readonly Overlay[] {
  const path = read('overlay');
  if (path === undefined) return [];
  const scaled = (side: Length | undefined): Length | undefined =>
    side !== undefined && 'pixels' in side ? { pixels: devicePixels(side.pixels, dpr) } : side;
  return [
    {
      path,
      width: scaled(read('overlay-w')),
      height: scaled(read('overlay-h')),
      position: read('overlay-position'),
      margin: Math.round((read('overlay-margin') ?? 0) * dpr),
      opacity: read('overlay-opacity'),
      blend: read('overlay-blend'),
    },
  ];
}

function devicePixels(cssPixels: number, dpr: number): number {
  return Math.max(1, Math.round(cssPixels * dpr));
}

/** What is said of an overlay that is not there is a misspelling, and would give a picture without its mark. */
function checkCompany(isGiven: (name: string) => boolean): void {
  const lonely = isGiven('overlay') ? undefined : overlayDetails.find(isGiven);
  if (lonely === undefined) return;
  throw new TintypeError('INVALID_PARAMETER', { message: `${lonely}: has no meaning without overlay.` });
}

function format(path: string, parameters: UrlParameters): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const unknown = given.find(([name]) => !names.has(name));
  if (unknown !== undefined) {
    const message = `${unknown[0]}: no such parameter; there are ${[...names].join(', ')}.`;
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  checkCompany((name) => parameters[name] !== undefined);
  const rows: readonly (readonly [string, Parameter<unknown>])[] = Object.entries(nativeParameters);
  const query = rows
    .filter(([name]) => parameters[name] !== undefined)
    .map(([name, type]) => {
      const text = String(parameters[name]);
      // What parse refuses must not leave here as a URL.
      const value = readParameter(name, text, type);
      return `${name}=${encodeValue(type.write?.(value) ?? text)}`;
    })
    .join('&');
  checkQueryLength(query);
  const encoded = encodePath(canonicalPath(path));
  return query === '' ? encoded : `${encoded}?${query}`;
}

/** A slash may stand in a query as it is (RFC 3986 §3.4). */
function encodeValue(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/');
}
