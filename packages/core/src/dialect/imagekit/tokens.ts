import { TintypeError } from '../../errors.ts';
import { mostDepth, mostLayers } from '../../transform/overlay.ts';
import { checkStageCount } from '../query.ts';

/** The items of each step, decoded, in order. */
export type Tokens = readonly (readonly string[])[];

/** Where a text of steps stood: a plus is a blank in a query alone. */
interface Place {
  readonly isQuery: boolean;
}

/**
 * Splits a text of steps, `w-400,h-300:rt-90`. Clients encode it in two ways: what is in an item alone, or then the whole
 * once more, its commas and colons too. A text with a bare comma or colon is of the first kind, each item decoded once.
 *
 * @throws TintypeError `MALFORMED_REQUEST` for broken percent-encoding.
 */
export function tokensOf(raw: string, place: Place): Tokens {
  if (/[,:]/.test(raw)) return split(raw).map((items) => items.map((item) => decode(item, place)));
  return split(decode(raw, place)).map((items) => items.map(decodeAgain));
}

/** Splits a text of steps that is not encoded. */
export function split(text: string): Tokens {
  return text.split(':').map((step) => step.split(',').filter((item) => item !== ''));
}

function decode(text: string, { isQuery }: Place): string {
  try {
    return decodeURIComponent(isQuery ? text.replaceAll('+', ' ') : text);
  } catch (cause) {
    throw new TintypeError('MALFORMED_REQUEST', { message: 'tr: not valid percent-encoding.', cause });
  }
}

/** What is not encoded a second time may hold a percent sign of its own. */
function decodeAgain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Steps under names, which `n-` in a URL stands for. */
export type NamedSteps = ReadonlyMap<string, Tokens>;

/**
 * Puts in place of each name what it stands for, be it one step or several.
 *
 * @throws TintypeError `INVALID_PARAMETER` for a name that there is not.
 */
export function expand(tokens: Tokens, named: NamedSteps): Tokens {
  return tokens.flatMap((items) => {
    const steps: string[][] = [[]];
    for (const item of items) {
      const [first = [], ...others] = item.startsWith('n-') ? stepsOf(item.slice(2), named) : [[item]];
      steps.at(-1)?.push(...first);
      for (const other of others) steps.push([...other]);
    }
    return steps;
  });
}

function stepsOf(name: string, named: NamedSteps): Tokens {
  const steps = named.get(name);
  if (steps !== undefined) return steps;
  const message = `n: there is no named transformation ${JSON.stringify(name.slice(0, 64))}.`;
  throw new TintypeError('INVALID_PARAMETER', { message });
}

/** A layer: its type, and the steps that make it. */
export interface LayerNode {
  readonly layer: string;
  readonly steps: readonly StepNode[];
}

/** What one step says, in order. */
export type StepNode = readonly (string | LayerNode)[];

/**
 * Finds the layers among the items: from `l-image` to its `l-end`, steps of their own included. Steps that say nothing
 * are left out.
 *
 * @throws TintypeError `INVALID_PARAMETER` where a layer is not ended, or there are too many.
 */
export function treeOf(tokens: Tokens): readonly StepNode[] {
  const marks = tokens.flatMap((items, index): readonly Mark[] => (index === 0 ? items : [step, ...items]));
  const layers = marks.filter((mark) => typeof mark === 'string' && /^l-(?!end$)/.test(mark));
  if (layers.length > mostLayers) throw refused(`there may be at most ${mostLayers} layers`);
  const reader = { marks, at: 0 };
  const steps = readSteps(reader, 0);
  if (reader.at < marks.length) throw refused('an l-end without a layer');
  return steps;
}

/** Stands between two steps. */
const step: unique symbol = Symbol('step');

type Mark = string | typeof step;

interface Reader {
  readonly marks: readonly Mark[];
  at: number;
}

/** Reads to the end of a layer, or of all; leaves the mark of the end. */
function readSteps(reader: Reader, depth: number): readonly StepNode[] {
  const steps: (string | LayerNode)[][] = [[]];
  for (; reader.at < reader.marks.length; reader.at++) {
    const mark = reader.marks[reader.at];
    if (mark === 'l-end') break;
    if (typeof mark !== 'string') steps.push([]);
    else steps.at(-1)?.push(mark.startsWith('l-') ? readLayer(mark, reader, depth + 1) : mark);
  }
  const said = steps.filter((items) => items.length > 0);
  checkStageCount(said.length);
  return said;
}

function readLayer(mark: string, reader: Reader, depth: number): LayerNode {
  if (depth > mostDepth) throw refused(`layers may lie ${mostDepth} deep`);
  reader.at++;
  const steps = readSteps(reader, depth);
  if (reader.marks[reader.at] !== 'l-end') throw refused(`${mark} has no l-end`);
  return { layer: mark.slice(2), steps };
}

function refused(reason: string): TintypeError {
  return new TintypeError('INVALID_PARAMETER', { message: `tr: ${reason}.` });
}
