import { hashOf } from '../hash.ts';
import type { Reachable } from '../journal/journal.ts';
import type { OriginalId } from '../origin/identity.ts';
import type { OutputFormat } from '../transform/transformation.ts';

/** Bytes that a transformation made from an original, or an original passed on. Immutable: its key names its bytes. */
export interface Derivative {
  readonly body: Uint8Array;
  /** What the picture is; undefined for what is passed on. */
  readonly picture?: { readonly format: OutputFormat; readonly width: number; readonly height: number } | undefined;
  /** Milliseconds it took to make. */
  readonly renderMs: number;
  /** Every original that went into it, its own first: so a purge that deletes finds it. */
  readonly inputs: readonly Reachable[];
}

/** One original as an input of a derivative: its content and how often it was renewed by force. */
export type Input = readonly [contentHash: string, generation: number];

/**
 * The key of a derivative: names everything its bytes depend on, and lists every original that went into it.
 *
 * @param ids its own original, then those laid over it.
 */
export function derivativeKey(
  [own, ...others]: readonly [OriginalId, ...OriginalId[]],
  inputs: readonly Input[],
  plan: unknown,
  pipeline: string,
): string {
  return ['d', own.hash, hashOf(inputs, plan, pipeline), ...others.map(({ hash }) => hash)].join(':');
}

/** The originals that went into the entry of a key, its own first. */
export function inputsOfKey(key: string): readonly string[] {
  const [kind, own = '', , ...others] = key.split(':');
  return kind === 'd' ? [own, ...others] : [own];
}
