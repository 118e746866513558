import { hashOf } from '../hash.ts';
import type { OriginalId } from '../origin/identity.ts';
import type { ImageFormat } from '../transform/image.ts';

/** Encoded bytes that a transformation made from an original. Immutable: its key names its bytes. */
export interface Derivative {
  readonly body: Uint8Array;
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  /** Milliseconds it took to make. */
  readonly renderMs: number;
  /** Hash of every original that went into it. */
  readonly inputs: readonly string[];
}

/** One original as an input of a derivative: its content and how often it was renewed by force. */
export type Input = readonly [contentHash: string, generation: number];

/** The key of a derivative: names everything its bytes depend on. */
export function derivativeKey(id: OriginalId, inputs: readonly Input[], plan: unknown, pipeline: string): string {
  return `d:${id.hash}:${hashOf(inputs, plan, pipeline)}`;
}
