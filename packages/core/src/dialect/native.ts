import { TintypeError } from '../errors.ts';
import type { ClientHint, HintValues } from '../http/client-hints.ts';
import type { Target } from '../http/target.ts';
import { canonicalPath } from '../origin/path.ts';
import { canonicalTransformation } from '../transform/canonical.ts';
import { type AllowLists, createAllowLists } from './allow-lists.ts';
import type { Dialect, DialectRequest, FormatOptions, StagedParameters } from './dialect.ts';
import type { ParameterLayer } from './layers.ts';
import { checkCompany, inOrder, texts, toLayer, written } from './native-layer.ts';
import { checkNativeOptions, type NativeOptions } from './native-options.ts';
import { fromOutput, type Read, toOutput } from './native-stage.ts';
import { grammar, reader, stageOf, valuesOf } from './native-stages.ts';
import { createPresets, type Presets } from './presets.ts';
import { readQuery } from './query.ts';
import { createSigner, type Signer } from './signature.ts';

/** The native dialect: `/path/to/original.jpg?w=400&format=auto`. */
export interface NativeDialect extends Dialect {
  /** Writes the URL of what `parse` gave, the signature and what is none of the dialect's left out: its inverse. */
  write(request: DialectRequest): string;
}

/**
 * Creates the native dialect.
 *
 * @throws TypeError where an option has a value that is not allowed.
 */
export function native(options: NativeOptions = {}): NativeDialect {
  checkNativeOptions(options);
  const signer = options.signing === undefined ? undefined : createSigner(options.signing);
  const rules: Rules = {
    isSigned: signer !== undefined,
    presets: createPresets(options),
    lists: createAllowLists(options),
  };
  return {
    name: 'native',
    parse: (target, hints = {}) => parse(target, hints, rules),
    format: (path, parameters, given) => format(path, parameters, given, { rules, signer }),
    write,
    ...(signer === undefined ? {} : { verify: (target: Target) => verify(target, signer) }),
  };
}

interface Rules {
  /** Whether URLs may be signed: nobody else may say when they end. */
  readonly isSigned: boolean;
  readonly presets: Presets;
  readonly lists: AllowLists;
}

/** The quality for clients that want to save data: imgix's. */
const savingQuality = 45;

function parse({ path, query }: Target, hints: HintValues, rules: Rules): DialectRequest | undefined {
  if (path === '/') return undefined;
  const canonical = canonicalPath(path);
  const { rest, ...said } = readQuery(query, grammar);
  const asked = understand(said, hints, rules);
  if (!rules.isSigned && asked.expires !== undefined) throw unsigned();
  return { path: canonical, query: rest, ...asked };
}

/** What a URL asks for that says so much. */
function understand(
  said: ParameterLayer,
  hints: HintValues,
  { presets, lists }: Rules,
): Omit<DialectRequest, 'path' | 'query'> {
  const layer = presets.complete(said);
  checkCompany(layer);
  const shared = reader(layer.shared);
  const taken = hintsFor(layer);
  const dpr = shared('dpr') ?? (taken.includes('dpr') ? hints.dpr : undefined) ?? 1;
  const output = toOutput(shared);
  const [first = {}, ...others] = layer.stages.map((stage) => stageOf(stage, dpr));
  lists.check(said, layer, dpr);
  const hinted = taken.includes('width') && hints.width !== undefined ? lists.width(hints.width) : undefined;
  const sized = hinted === undefined ? first : { ...first, resize: { ...first.resize, width: hinted } };
  const quality = output.quality ?? (hints.saveData ? lists.quality(savingQuality) : undefined);
  const isOriginal = shared('original') === true;
  const stages = isOriginal ? [] : [sized, ...others];
  return {
    version: shared('v'),
    transformation: canonicalTransformation({ stages, output: isOriginal ? {} : { ...output, quality } }),
    ...delivery(shared),
    hints: taken,
  };
}

/** What is said of the answer, not of the picture. */
function delivery(read: Read): Pick<DialectRequest, 'fallback' | 'original' | 'download' | 'expires'> {
  const [fallback, download, expires] = [read('fallback'), read('download'), read('expires')];
  return {
    ...(fallback === undefined ? {} : { fallback }),
    ...(read('original') ? { original: true } : {}),
    ...(download === undefined || download === 'false'
      ? {}
      : { download: download === 'true' ? (true as const) : download }),
    ...(expires === undefined ? {} : { expires }),
  };
}

/** The client hints for which a URL leaves room: a width is in device pixels already. */
function hintsFor({ stages, shared }: ParameterLayer): readonly ClientHint[] {
  const isSized = stages.some((stage) => stage.has('w') || stage.has('h'));
  return [
    ...(isSized ? [] : (['width'] as const)),
    ...(isSized && !shared.has('dpr') ? (['dpr'] as const) : []),
    ...(shared.has('q') ? [] : (['save-data'] as const)),
  ];
}

/** The text that a signature stands under: the path, and what of the query is ours, in one spelling and order. */
function signedText(path: string, { stages, shared }: ParameterLayer): string {
  const signed = new Map([...shared].filter(([name]) => name !== 's'));
  return written(path, { stages, shared: signed }, '|');
}

function verify({ path, query }: Target, signer: Signer): void {
  if (path === '/') return;
  const said = readQuery(query, grammar);
  signer.check(signedText(canonicalPath(path), inOrder(said)), said.shared.get('s'));
}

function format(
  path: string,
  parameters: StagedParameters,
  { expires }: FormatOptions = {},
  { rules, signer }: { readonly rules: Rules; readonly signer: Signer | undefined },
): string {
  if (signer === undefined && expires !== undefined) throw unsigned();
  const layer = toLayer(parameters, { expires });
  // What parse refuses must not leave here as a URL.
  understand(layer, {}, rules);
  const canonical = canonicalPath(path);
  const signature = signer?.sign(signedText(canonical, layer));
  const shared = signature === undefined ? layer.shared : new Map([...layer.shared, ['s', signature]]);
  return written(canonical, { ...layer, shared });
}

function write({ path, version, transformation, fallback, original, download, expires }: DialectRequest): string {
  const { stages, output } = transformation;
  const delivered = { fallback, original, download: download === true ? 'true' : download, expires };
  const shared = { ...fromOutput(output), v: version, ...delivered };
  return written(path, inOrder({ stages: stages.map(valuesOf), shared: texts(shared) }));
}

function unsigned(): TintypeError {
  return new TintypeError('INVALID_PARAMETER', { message: 'expires: only signed URLs can expire.' });
}
