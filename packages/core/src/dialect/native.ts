import { TintypeError } from '../errors.ts';
import type { Target } from '../http/target.ts';
import { checkOptions } from '../options.ts';
import { canonicalPath, encodePath } from '../origin/path.ts';
import type { ImageFormat } from '../transform/image.ts';
import {
  canonicalTransformation,
  type Fit,
  fits,
  type Position,
  positions,
  type Transformation,
} from '../transform/transformation.ts';
import type { Dialect, DialectRequest, UrlParameters } from './dialect.ts';
import { decimal, type ParameterType, readParameter, readQuery, token, wholeNumber, word } from './parameter.ts';

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
}

/** All parameters of the native dialect. */
export const nativeParameters: NativeParameters = {
  w: parameter(wholeNumber(1, 65_535), 'Width in CSS pixels.'),
  h: parameter(wholeNumber(1, 65_535), 'Height in CSS pixels.'),
  dpr: parameter(decimal(0.5, 5), 'Device pixels per CSS pixel: multiplies `w` and `h`.'),
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
};

type Name = keyof NativeParameters;
type ValueOf<N extends Name> = NativeParameters[N] extends Parameter<infer T> ? T : never;

const names: ReadonlySet<string> = new Set(Object.keys(nativeParameters));

/** Options of {@link native}: none yet. */
export type NativeOptions = Readonly<Record<string, never>>;

/** The native dialect: `/path/to/original.jpg?w=400&format=auto`. */
export function native(options: NativeOptions = {}): Dialect {
  checkOptions('native', options, {});
  return { name: 'native', parse, format };
}

function parse({ path, query }: Target): DialectRequest | undefined {
  if (path === '/') return undefined;
  const canonical = canonicalPath(path);
  const values = readQuery(query, names);
  const read = <N extends Name>(name: N): ValueOf<N> | undefined => {
    const text = values.get(name);
    const type = nativeParameters[name] as Parameter<unknown> as Parameter<ValueOf<N>>;
    return text === undefined ? undefined : readParameter(name, text, type);
  };
  const dpr = read('dpr') ?? 1;
  const pixels = (length: number | undefined): number | undefined =>
    length === undefined ? undefined : Math.max(1, Math.round(length * dpr));
  const transformation: Transformation = {
    stages: [
      { resize: { width: pixels(read('w')), height: pixels(read('h')), fit: read('fit'), position: read('position') } },
    ],
    output: { format: read('format'), quality: read('q') },
  };
  return { path: canonical, version: read('v'), transformation: canonicalTransformation(transformation) };
}

function format(path: string, parameters: UrlParameters): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const unknown = given.find(([name]) => !names.has(name));
  if (unknown !== undefined) {
    const message = `${unknown[0]}: no such parameter; there are ${[...names].join(', ')}.`;
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  const rows: readonly (readonly [string, Parameter<unknown>])[] = Object.entries(nativeParameters);
  const query = rows
    .filter(([name]) => parameters[name] !== undefined)
    .map(([name, type]) => {
      const text = String(parameters[name]);
      // What parse refuses must not leave here as a URL.
      readParameter(name, text, type);
      return `${name}=${encodeURIComponent(text)}`;
    })
    .join('&');
  const encoded = encodePath(canonicalPath(path));
  return query === '' ? encoded : `${encoded}?${query}`;
}
