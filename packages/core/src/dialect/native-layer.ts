import { TintypeError } from '../errors.ts';
import { encodePath } from '../origin/path.ts';
import type { StagedParameters, UrlParameters } from './dialect.ts';
import type { ParameterLayer } from './layers.ts';
import { nativeParameters, sharedNames, spellings } from './native-parameters.ts';
import type { NativeValues } from './native-stage.ts';
import { type Parameter, readParameter } from './parameter.ts';
import { checkOnce, checkQueryLength, checkStageCount, type Values, writeQuery } from './query.ts';

const names = Object.keys(nativeParameters);
const rows: ReadonlyMap<string, Parameter<unknown>> = new Map(Object.entries(nativeParameters));
/** What may be laid on: one of them in a stage. */
const overlayNames: readonly string[] = ['overlay', 'block', 'text'];
const overlayDetails: readonly string[] = names.filter((name) => name.startsWith('overlay-'));
const textDetails: readonly string[] = names.filter((name) => name.startsWith('text-'));

/** What must not be written by hand: it is made. */
const madeNames: readonly string[] = ['expires', 's'];

/**
 * What parameters say, as they would be written in a URL.
 *
 * @param expires seconds since 1970.
 * @throws TintypeError `INVALID_PARAMETER` or what reading a value throws.
 */
export function toLayer(
  parameters: StagedParameters,
  { expires }: { readonly expires?: number | undefined } = {},
): ParameterLayer {
  const given: readonly UrlParameters[] = Array.isArray(parameters) ? parameters : [parameters];
  const shared = new Map<string, string>();
  const stages = given.map((stage) => {
    const values = new Map<string, string>();
    for (const [name, text] of named(stage)) put(sharedNames.has(name) ? shared : values, name, text);
    return values;
  });
  checkStageCount(stages.length);
  if (expires !== undefined) put(shared, 'expires', String(expires));
  return inOrder({ stages, shared });
}

/** Parameters by their one name; those that are undefined are not there. */
function named(parameters: UrlParameters): readonly (readonly [name: string, text: string])[] {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return given.map(([spelling, value]) => [nameOf(spelling), String(value)]);
}

function put(values: Map<string, string>, name: string, text: string): void {
  checkOnce(values, name);
  values.set(name, normalised(name, text));
}

function nameOf(spelling: string): string {
  const name = spellings.get(spelling);
  if (name === undefined) {
    const known = names.filter((each) => !madeNames.includes(each)).join(', ');
    throw new TintypeError('INVALID_PARAMETER', { message: `${spelling}: no such parameter; there are ${known}.` });
  }
  if (madeNames.includes(name)) {
    throw new TintypeError('INVALID_PARAMETER', { message: `${name}: is made where URLs are signed, not given.` });
  }
  return name;
}

/** A value as we write it. What parse refuses must not leave here as a URL. */
function normalised(name: string, text: string): string {
  const type = rows.get(name);
  return type === undefined ? text : type.write(readParameter(name, text, type));
}

/** What values are written as. */
export function texts(values: NativeValues): Values {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return new Map(given.map(([name, value]) => [name, rows.get(name)?.write(value) ?? '']));
}

/** The layer with its parameters in the order of the table. */
export function inOrder({ stages, shared }: ParameterLayer): ParameterLayer {
  return { stages: stages.map(sorted), shared: sorted(shared) };
}

function sorted(values: Values): Values {
  return new Map([...values].sort(([first], [second]) => names.indexOf(first) - names.indexOf(second)));
}

/** A bar may not stand in a query as it is (RFC 3986 §3.4). */
const encodedBar = '%7C';

/**
 * The URL of a path with the parameters of a layer.
 *
 * @param bar what stands between two stages.
 * @throws TintypeError `MALFORMED_REQUEST` where it would be too long to be read.
 */
export function written(path: string, { stages, shared }: ParameterLayer, bar: string = encodedBar): string {
  const query = writeQuery(stages, shared, bar);
  checkQueryLength(query);
  const encoded = encodePath(path);
  return query === '' ? encoded : `${encoded}?${query}`;
}

/**
 * Refuses what has no meaning beside, or without, something else in its stage: it is a misspelling, and would give a
 * picture that nobody meant, such as one without its mark.
 *
 * @throws TintypeError `INVALID_PARAMETER`.
 */
export function checkCompany({ stages }: ParameterLayer): void {
  for (const stage of stages) checkCompanyOf((name) => stage.has(name));
}

function checkCompanyOf(isGiven: (name: string) => boolean): void {
  checkOverlay(isGiven);
  if (isGiven('fp') && isGiven('position')) {
    throw new TintypeError('INVALID_PARAMETER', {
      message: 'fp: has no meaning beside position; one of them says what stays in view.',
    });
  }
}

function checkOverlay(isGiven: (name: string) => boolean): void {
  const [laid, other] = overlayNames.filter(isGiven);
  if (other !== undefined) {
    const message = `${other}: has no meaning beside ${laid}; each stage lays one on.`;
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  const lonely = laid === undefined ? overlayDetails.find(isGiven) : undefined;
  if (lonely !== undefined) {
    throw new TintypeError('INVALID_PARAMETER', {
      message: `${lonely}: has no meaning without overlay, block or text.`,
    });
  }
  const wordless = laid === 'text' ? undefined : textDetails.find(isGiven);
  if (wordless !== undefined) {
    throw new TintypeError('INVALID_PARAMETER', { message: `${wordless}: has no meaning without text.` });
  }
}
