import type { OriginRecord, Use } from './record.ts';

/** A record that may be used, and how we came by it. */
export interface Asked {
  readonly record: OriginRecord;
  /**
   * `fresh`: without asking. `stale`: without asking, after a soft purge. `expired`: past its lifetime, while the origin
   * is asked or because it failed. `renewed`: the origin said 304. `fetched`: it sent an answer of its own.
   */
  readonly outcome: Use | 'renewed' | 'fetched';
  /** Why the origin was asked, if it was. */
  readonly forward: 'uri-miss' | 'vary-miss' | 'stale' | undefined;
  /** The status with which the origin failed, where its failure is why something expired is served; 0 where none came. */
  readonly failedWith: number | undefined;
  /** The original, where the origin has just sent it. */
  readonly body: Uint8Array | undefined;
}

/** What may be used as it is, without asking. */
export function unasked(record: OriginRecord, outcome: Use): Asked {
  return { record, outcome, forward: undefined, failedWith: undefined, body: undefined };
}

/**
 * When the origin is asked: unless what is there is good or stale, unless it is good, or whatever is there. `behind`:
 * unless it is good, while what is stale is served, so that a failure must not take its place.
 */
export type AskWhen = 'unlessUsable' | 'unlessGood' | 'behind' | 'always';
