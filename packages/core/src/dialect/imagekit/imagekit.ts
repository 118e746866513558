import { TintypeError } from '../../errors.ts';
import type { ClientHint, HintValues } from '../../http/client-hints.ts';
import type { Target } from '../../http/target.ts';
import { canonicalPath } from '../../origin/path.ts';
import { canonicalTransformation } from '../../transform/canonical.ts';
import type { Stage } from '../../transform/stage.ts';
import type { Output } from '../../transform/transformation.ts';
import type { Dialect, DialectRequest, PathExtent } from '../dialect.ts';
import { failures } from './failures.ts';
import { createItemReader, type ItemTable, itemTable, partsOf, readStep, refused, type ValuesOf } from './items.ts';
import { overlayPath, toOverlay } from './layer.ts';
import { checkImagekitOptions, type ImagekitOptions } from './options.ts';
import { requestPairs } from './pairs.ts';
import { type OutputParameters, outputParameters, type PictureParameters, pictureParameters } from './parameters.ts';
import { createImagekitSigner } from './signature.ts';
import { toStage } from './stage.ts';
import { isSuffixed, type Located, locate, withoutSteps, withoutThumbnail } from './target.ts';
import { expand, type NamedSteps, type StepNode, split, type Tokens, tokensOf, treeOf } from './tokens.ts';
import { write } from './write.ts';

/**
 * Creates the dialect of ImageKit: `/tr:w-400,h-300:rt-90/path/to/original.jpg`, or the same in the query under `tr`
 * (imagekit.io/docs, Image transformation).
 *
 * @throws TypeError where an option has a value that is not allowed.
 */
export function imagekit(options: ImagekitOptions = {}): Dialect {
  checkImagekitOptions(options);
  const rules: Rules = {
    named: readNamed(options),
    onlyNamed: options.onlyNamed ?? false,
    output: {
      format: options.format === 'original' ? undefined : 'auto',
      ...(options.quality === undefined ? {} : { quality: options.quality }),
    },
  };
  const signer = options.signing === undefined ? undefined : createImagekitSigner(options.signing);
  const parseTarget = (target: Target, hints: HintValues = {}): DialectRequest | undefined =>
    parse(target, hints, rules);
  return {
    name: 'imagekit',
    failures,
    parse: parseTarget,
    originPath,
    format: (path, parameters, given) => write(path, parameters, { given, signer, parse: parseTarget }),
    ...(signer === undefined ? {} : { verify: (target: Target) => signer.check(target) }),
  };
}

interface Rules {
  readonly named: NamedSteps;
  readonly onlyNamed: boolean;
  /** What holds where a URL says nothing. */
  readonly output: Output;
}

const pictureTable: ItemTable<PictureParameters & OutputParameters> = itemTable({
  ...pictureParameters,
  ...outputParameters,
});

function parse(target: Target, hints: HintValues, rules: Rules): DialectRequest | undefined {
  if (target.path === '/') return undefined;
  const located = locate(target);
  const said = {
    path: canonicalPath(located.path),
    ...requestPairs(located.pairs),
  };
  const steps = stepsOf(located, rules);
  if (isOriginal(steps)) return { ...said, transformation: { stages: [], output: {} }, original: true, hints: [] };
  const { stages, values } = readSteps(steps, hints);
  const { fallback, output } = toOutput(values, located, rules);
  return {
    ...said,
    transformation: canonicalTransformation({ stages, output }),
    ...(fallback === undefined ? {} : { fallback }),
    hints: hintsFor(steps),
  };
}

function stepsOf({ steps }: Located, { named, onlyNamed }: Rules): readonly StepNode[] {
  if (steps === undefined) return [];
  const tokens = tokensOf(steps.text, steps);
  const free = onlyNamed ? tokens.flat().find((item) => !item.startsWith('n-')) : undefined;
  if (free !== undefined) throw refused(free, 'named transformations alone are allowed here');
  return treeOf(expand(tokens, named));
}

/** Whether all else is passed over, as the vendor does. */
function isOriginal(steps: readonly StepNode[]): boolean {
  return steps.flat().some((node) => node === 'orig-true' || node === 'original-true');
}

type Values = ValuesOf<PictureParameters & OutputParameters>;

interface ReadSteps {
  readonly stages: readonly Stage[];
  /** Of the whole: what comes last counts. */
  readonly values: Values;
}

function readSteps(steps: readonly StepNode[], hints: HintValues): ReadSteps {
  let values: Values = {};
  const stages = steps.map((step, index) => {
    const reader = createItemReader(pictureTable, 'of a picture');
    const overlays = readStep(step, reader.read, (node) => toOverlay(node, hints));
    values = { ...values, ...reader.values };
    const stage = toStage(reader.values, { hints, isTrimmed: false, isFirst: index === 0 });
    return overlays.length === 0 ? stage : { ...stage, overlays };
  });
  return { stages, values };
}

function toOutput(
  { f, q, lo, pr, cp, md, pg, di }: Values,
  { isThumbnail }: Located,
  { output }: Rules,
): { readonly output: Output; readonly fallback: string | undefined } {
  const format = f === undefined ? output.format : f === 'original' ? undefined : f;
  return {
    fallback: di === undefined ? undefined : overlayPath('di', di),
    output: {
      format,
      quality: q ?? output.quality,
      lossless: lo,
      progressive: pr,
      frame: pg ?? (isThumbnail ? 1 : undefined),
      keep: md ? 'all' : cp ? 'icc' : undefined,
    },
  };
}

/** The client hints that a URL asks for, in layers too. */
function hintsFor(steps: readonly StepNode[]): readonly ClientHint[] {
  const items = itemsIn(steps).map(partsOf);
  const isAsked = (...keys: readonly string[]): boolean =>
    items.some(({ key, text }) => text === 'auto' && keys.includes(key));
  return [...(isAsked('w', 'width') ? (['width'] as const) : []), ...(isAsked('dpr') ? (['dpr'] as const) : [])];
}

function itemsIn(steps: readonly StepNode[]): readonly string[] {
  return steps.flat().flatMap((node) => (typeof node === 'string' ? [node] : itemsIn(node.steps)));
}

/**
 * The named transformations, each read once so that what no URL may say is told at once.
 *
 * @throws TypeError naming the one that cannot be read.
 */
function readNamed({ named = {} }: ImagekitOptions): NamedSteps {
  return new Map(Object.entries(named).map(([name, text]) => [name, readOne(name, text)]));
}

function readOne(name: string, text: string): Tokens {
  try {
    const tokens = split(text.replace(/^tr:/, ''));
    const { values } = readSteps(treeOf(tokens), {});
    if (values.di !== undefined) overlayPath('di', values.di);
    return tokens;
  } catch (cause) {
    throw new TypeError(`Expected transformations for named.${name}, but ${(cause as Error).message}`, { cause });
  }
}

/** The raw path of an original, or its beginning, in that of a URL. */
function originPath(path: string, extent: PathExtent): string {
  if (extent === 'whole') return locate({ path, query: '' }).path;
  const plain = withoutSteps(path).path;
  if (isSuffixed(plain)) {
    const message = 'ik-seo: the beginning of such a path names no original.';
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  const asterisk = plain.endsWith('*') ? '*' : '';
  return withoutThumbnail(plain.slice(0, plain.length - asterisk.length)) + asterisk;
}
