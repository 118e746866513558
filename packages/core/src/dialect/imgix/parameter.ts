import type { Group } from '../parameter.ts';
import type { Reader } from './values.ts';

/** One row of imgix's grammar that does something here: how it is read, and its line in the docs. */
export interface ImgixParameter<T> extends Reader<T> {
  readonly group: Group;
  /** Other names that are read as this one. */
  readonly aliases: readonly string[];
  readonly doc: string;
  /** Values that imgix has and that are refused here: each with the reason. */
  readonly unbuilt: Readonly<Record<string, string>>;
}

/** What a row has beside its reader. */
export interface RowDetails {
  readonly aliases?: readonly string[];
  readonly unbuilt?: Readonly<Record<string, string>>;
}

/** Rows by name, each reading one member of `V`. */
export type Rows<V> = { readonly [N in keyof V]-?: ImgixParameter<V[N]> };

/** Makes a row. */
export function row<T>(group: Group, reader: Reader<T>, doc: string, details: RowDetails = {}): ImgixParameter<T> {
  const { aliases = [], unbuilt = {} } = details;
  return { group, read: reader.read, allowed: reader.allowed, doc, aliases, unbuilt };
}

/** One row of imgix's grammar that is refused by name: a picture without it would not be the one that was asked for. */
export interface RefusedParameter {
  readonly aliases: readonly string[];
  readonly reason: string;
  /** Values that ask for nothing, with which it is let pass. */
  readonly idle: readonly string[];
}
