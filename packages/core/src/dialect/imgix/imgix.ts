import { TintypeError } from '../../errors.ts';
import type { HintValues } from '../../http/client-hints.ts';
import type { Target } from '../../http/target.ts';
import { canonicalPath, encodePath } from '../../origin/path.ts';
import { isUrlPath } from '../../origin/url-path.ts';
import { canonicalTransformation } from '../../transform/canonical.ts';
import type { Dialect, DialectRequest, FormatOptions, StagedParameters, UrlParameters } from '../dialect.ts';
import type { Values } from '../query.ts';
import type { Addresses } from './address.ts';
import { checkImgixOptions, type ImgixOptions } from './options.ts';
import { readImgixQuery } from './query.ts';
import { createImgixSigner, type ImgixSigner } from './signature.ts';
import { spellings } from './table.ts';
import { read, transformationOf } from './understand.ts';

interface Rules {
  readonly addresses: Addresses;
  readonly defaults: Values;
  readonly signer: ImgixSigner | undefined;
  /** Whether URLs without a signature are refused. */
  readonly isRequired: boolean;
  /** The path that signatures begin with, whatever mount a request came in by. */
  readonly mount: string | undefined;
}

/**
 * Creates imgix's dialect: `/path/to/original.jpg?w=400&auto=format`, as its rendering API, its builders of URLs and its
 * signatures have it.
 *
 * @throws TypeError where an option has a value that is not allowed.
 */
export function imgix(options: ImgixOptions = {}): Dialect {
  checkImgixOptions(options);
  const { signing, mount, hosts = [], defaults } = options;
  const rules: Rules = {
    addresses: { hosts: hosts.map((host) => host.toLowerCase()), mount: mount ?? '' },
    defaults: readDefaults(defaults),
    signer: signing && createImgixSigner([signing.token].flat()),
    isRequired: signing?.required !== false,
    mount,
  };
  const { signer } = rules;
  return {
    name: 'imgix',
    // docs.imgix.com, Expiration and HTTP status codes.
    failures: { URL_EXPIRED: { status: 404 }, UNSUPPORTED_IMAGE: { status: 422 } },
    parse: (target, hints = {}) => parse(target, hints, rules),
    format: (path, parameters, given) => format(path, parameters, given, rules),
    ...(signer === undefined
      ? {}
      : { verify: (target: Target, from?: string) => verify(target, from, { ...rules, signer }) }),
  };
}

function parse({ path, query }: Target, hints: HintValues, rules: Rules): DialectRequest | undefined {
  if (path === '/') return undefined;
  const canonical = canonicalPath(path);
  // docs.imgix.com, Web proxy: such URLs must be signed.
  if (isUrlPath(canonical) && rules.signer === undefined) throw new TintypeError('SIGNATURE_INVALID');
  const { values, rest } = readImgixQuery(query);
  return { path: canonical, query: rest, ...understand(values, hints, rules) };
}

/** What a URL asks for that says so much. */
function understand(
  values: Values,
  hints: HintValues,
  { defaults, addresses }: Pick<Rules, 'defaults' | 'addresses'>,
): Omit<DialectRequest, 'path' | 'query'> {
  const said = read(completed(values, defaults));
  const { dl, expires, ch = [] } = said;
  return {
    version: undefined,
    transformation: canonicalTransformation(transformationOf(said, hints, addresses)),
    ...(dl === undefined || dl === 'false' ? {} : { download: dl === 'true' ? (true as const) : dl }),
    ...(expires === undefined ? {} : { expires }),
    hints: ch,
  };
}

function completed(values: Values, defaults: Values): Values {
  if (defaults.size === 0) return values;
  const auto = [defaults.get('auto'), values.get('auto')].filter((words) => words !== undefined).join(',');
  return new Map([...defaults, ...values, ...(auto === '' ? [] : [['auto', auto] as const])]);
}

/** @throws TypeError where defaults say what no URL may. */
function readDefaults(defaults: UrlParameters = {}): Values {
  try {
    const { values } = readImgixQuery(queryOf(defaults));
    const addresses = { hosts: [], mount: '' };
    understand(values, {}, { defaults: new Map(), addresses });
    return values;
  } catch (error) {
    throw new TypeError(`Expected parameters for imgix.defaults, but ${(error as Error).message}`, { cause: error });
  }
}

function verify(
  { path, query }: Target,
  from: string | undefined,
  { signer, isRequired, mount }: Rules & { readonly signer: ImgixSigner },
): void {
  if (path === '/') return;
  signer.check(`${mount ?? from ?? ''}${path}`, query, isRequired || isUrlPath(canonicalPath(path)));
}

function format(path: string, parameters: StagedParameters, { expires }: FormatOptions = {}, rules: Rules): string {
  const query = queryOf(onlyStage(parameters), expires);
  // What parse refuses must not leave here as a URL.
  understand(readImgixQuery(query).values, {}, rules);
  const encoded = encodePath(canonicalPath(path));
  const whole = rules.signer?.sign(`${rules.mount ?? ''}${encoded}`, query) ?? query;
  return whole === '' ? encoded : `${encoded}?${whole}`;
}

function onlyStage(parameters: StagedParameters): UrlParameters {
  if (!Array.isArray(parameters)) return parameters as UrlParameters;
  if (parameters.length < 2) return parameters[0] ?? {};
  throw new TintypeError('INVALID_PARAMETER', { message: "imgix's dialect has one stage." });
}

/** Parameters as a query, in their order. What is named with `64` is given as it is, and is encoded here. */
function queryOf(parameters: UrlParameters, expires?: number): string {
  const given = Object.entries({ ...parameters, ...(expires === undefined ? {} : { expires }) });
  return given
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const spelling = spellings.get(name);
      if (spelling === undefined || spelling.name === 's') {
        const reason = spelling === undefined ? 'no such parameter' : 'is made where URLs are signed, not given';
        throw new TintypeError('INVALID_PARAMETER', { message: `${name}: ${reason}.` });
      }
      const text = spelling.isEncoded ? Buffer.from(String(value), 'utf8').toString('base64url') : String(value);
      return `${name}=${encodeURIComponent(text)}`;
    })
    .join('&');
}
