import { TintypeError } from '../../errors.ts';
import { refusal } from '../parameter.ts';
import type { Row } from './parameters.ts';
import { refusalOf } from './refusals.ts';
import type { LayerNode, StepNode } from './tokens.ts';

/** What the rows of a table read. */
export type ValuesOf<P> = { readonly [N in keyof P]?: (P[N] extends Row<infer T> ? T : never) | undefined };

/** Reads items by a table, each key once. */
export interface ItemReader<P> {
  /** @throws TintypeError `INVALID_PARAMETER` in words that name the item. */
  read(item: string): void;
  readonly values: ValuesOf<P>;
}

/** A table of rows with all their names. */
export interface ItemTable<P> {
  readonly rows: P;
  readonly names: ReadonlyMap<string, string>;
}

/** Makes the table of some rows. */
export function itemTable<P extends object>(rows: P): ItemTable<P> {
  const entries = Object.entries(rows) as [string, Row<unknown>][];
  const names = entries.flatMap(([name, { aliases }]) => [name, ...aliases].map((each) => [each, name] as const));
  return { rows, names: new Map(names) };
}

/**
 * Creates what reads the items of one step.
 *
 * @param where what the items are of, as an error says it.
 */
export function createItemReader<P>({ rows, names }: ItemTable<P>, where: string): ItemReader<P> {
  const values: Record<string, unknown> = {};
  return {
    values: values as ValuesOf<P>,
    read(item) {
      const { key, text } = partsOf(item);
      const name = names.get(key);
      if (name === undefined) throw refused(item, refusalOf(key, text) ?? `there is no such transformation ${where}`);
      if (Object.hasOwn(values, name)) {
        throw new TintypeError('INVALID_PARAMETER', { message: `${name}: given more than once in a step.` });
      }
      const value = (rows[name as keyof P] as Row<unknown>).read(text);
      values[name] = value ?? refuseValue(name, item, text, rows[name as keyof P] as Row<unknown>);
    },
  };
}

/** What the vendor takes and we do not is told by its reason. */
function refuseValue(name: string, item: string, text: string, { allowed }: Row<unknown>): never {
  const reason = refusalOf(name, text);
  if (reason !== undefined) throw refused(item, reason);
  throw refusal(name, text, `is not allowed; expected ${allowed}`);
}

/** Key and value of an item; an effect has a name of two parts. */
export function partsOf(item: string): { readonly key: string; readonly text: string } {
  const [, key = '', text = ''] = /^(e-[a-z]+|[^-]*)(?:-(.*))?$/s.exec(item) ?? [];
  return { key, text };
}

/** The refusal of a whole item. */
export function refused(item: string, reason: string): TintypeError {
  return refusal('tr', item, `is refused: ${reason}`);
}

/** Reads what a step says, in its order; gives what it lays on. */
export function readStep<T>(step: StepNode, read: (item: string) => void, layer: (node: LayerNode) => T): readonly T[] {
  return step.flatMap((node) => {
    if (typeof node !== 'string') return [layer(node)];
    read(node);
    return [];
  });
}
