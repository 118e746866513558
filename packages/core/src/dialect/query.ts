import { TintypeError } from '../errors.ts';

/**
 * Refuses a query that is too long to be read.
 *
 * @throws TintypeError `MALFORMED_REQUEST`.
 */
export function checkQueryLength(query: string): void {
  if (query.length <= 2048) return;
  throw new TintypeError('MALFORMED_REQUEST', { message: 'The query is over 2048 characters.' });
}

/** Parameters as they are written, by name. */
export type Values = ReadonlyMap<string, string>;

/** A query, read: decoded, and each parameter under its one name. */
export interface ReadQuery {
  /** Those of each stage. At least one stage. */
  readonly stages: readonly Values[];
  /** Those of the whole. */
  readonly shared: Values;
  /** The pairs that are not known, as they came; undefined where there are none. */
  readonly rest: string | undefined;
}

/** What a query is read by. */
export interface Grammar {
  /** The name of each spelling. */
  readonly names: ReadonlyMap<string, string>;
  /** Whether a parameter is the whole's, not a stage's. */
  isShared(name: string): boolean;
}

const mostStages = 8;

/**
 * Refuses more stages than anybody needs: each is work.
 *
 * @throws TintypeError `INVALID_PARAMETER`.
 */
export function checkStageCount(count: number): void {
  if (count <= mostStages) return;
  throw new TintypeError('INVALID_PARAMETER', { message: `There may be at most ${mostStages} stages.` });
}

/**
 * Reads the known parameters of a query. Unknown ones are passed over, so that what campaigns and caches append makes no
 * second derivative; a known one that comes twice is refused, because readers disagree on which counts. A bar, encoded or
 * not, begins another stage.
 *
 * @throws TintypeError `INVALID_PARAMETER` or `MALFORMED_REQUEST`.
 */
export function readQuery(query: string, grammar: Grammar): ReadQuery {
  checkQueryLength(query);
  const shared = new Map<string, string>();
  const rest: string[] = [];
  const stages = stagesOf(query, grammar).map((pairs) => {
    const values = new Map<string, string>();
    for (const pair of pairs) {
      const { name, value } = splitPair(pair);
      const known = grammar.names.get(name);
      if (known === undefined) rest.push(pair);
      else put(grammar.isShared(known) ? shared : values, known, value);
    }
    return values;
  });
  // No pair that is kept is empty.
  return { stages, shared, rest: rest.join('&') || undefined };
}

/** The pairs of each stage. */
function stagesOf(query: string, grammar: Grammar): readonly (readonly string[])[] {
  const stages: string[][] = [[]];
  for (const pair of query.split('&')) {
    const [first = '', ...others] = barsOf(pair, grammar);
    stages.at(-1)?.push(first);
    for (const other of others) stages.push([other]);
  }
  checkStageCount(stages.length);
  return stages.map((pieces) => pieces.filter((piece) => piece !== ''));
}

/** A pair cut at its bars, where it is one of ours: what others append may hold any. */
function barsOf(pair: string, { names }: Grammar): readonly string[] {
  const parts = pair.split(/\||%7c/i);
  if (parts.length === 1) return parts;
  const [first = ''] = parts;
  return first === '' || names.has(splitPair(first).name) ? parts : [pair];
}

/** @throws TintypeError `INVALID_PARAMETER` where a parameter is there already: readers disagree on which counts. */
export function checkOnce(values: Values, name: string): void {
  if (values.has(name)) throw new TintypeError('INVALID_PARAMETER', { message: `${name}: given more than once.` });
}

function put(values: Map<string, string>, name: string, value: string): void {
  checkOnce(values, name);
  values.set(name, decodeText(value) ?? refuseEncoding());
}

/** Parts a pair into its name, decoded, and its value, which is not. A name that cannot be decoded is none. */
export function splitPair(pair: string): { readonly name: string; readonly value: string } {
  const equals = pair.indexOf('=');
  if (equals === -1) return { name: decodeText(pair) ?? '', value: '' };
  return { name: decodeText(pair.slice(0, equals)) ?? '', value: pair.slice(equals + 1) };
}

function refuseEncoding(): never {
  throw new TintypeError('MALFORMED_REQUEST', { message: 'The query is not valid percent-encoding.' });
}

const loneSurrogate = /\p{Surrogate}/u;

/** Decodes a name or value, in which a plus is a blank; undefined where that cannot be done. */
export function decodeText(text: string): string | undefined {
  // It could not be encoded again.
  if (loneSurrogate.test(text)) return undefined;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/**
 * Writes a query that `readQuery` reads again. The values are in the order of their maps.
 *
 * @param bar what stands between two stages.
 */
export function writeQuery(stages: readonly Values[], shared: Values, bar: string): string {
  const written = stages.map((stage) => writePairs(stage)).join(bar);
  return [written, writePairs(shared)].filter((part) => part !== '').join('&');
}

function writePairs(values: Values): string {
  return [...values].map(([name, value]) => `${name}=${encodeValue(value)}`).join('&');
}

/** A slash, a colon and a comma may stand in a query as they are (RFC 3986 §3.4). */
function encodeValue(text: string): string {
  return encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',');
}
