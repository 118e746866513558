import type { CacheStatus } from './cache-status.ts';
import { ageOf } from './freshness.ts';
import type { MountOptions } from './mount.ts';
import type { AnswerContext, Representation } from './respond.ts';

type Fields = Readonly<Record<string, string>>;
/** Writes the fields of an answer. */
export type Write = (
  context: AnswerContext,
  representation: Representation,
  status: CacheStatus,
  length: number,
) => Fields;

/** What the fields were written for that move with each second, and with nothing else. */
interface Written {
  readonly mount: MountOptions;
  readonly acceptCh: string | undefined;
  readonly age: number;
  readonly ttl: number | undefined;
  readonly detail: string | undefined;
  readonly length: number;
  readonly fields: Fields;
}

/** Has the hits of one second share their fields, which nobody changes. */
export function sharedInSecond(write: Write): Write {
  const written = new WeakMap<Representation, Written>();
  return (context, representation, status, length) => {
    const { mount, acceptCh, now } = context;
    // A list of origins is held against the one that asks.
    const isShared = status.hit && status.collapsed !== true && typeof (mount.cors ?? false) === 'boolean';
    if (!isShared) return write(context, representation, status, length);
    const age = wholeAge(representation, now);
    const ttl = status.ttl === undefined ? undefined : Math.floor(status.ttl);
    const { detail } = status;
    const before = written.get(representation);
    const isSame = before?.age === age && before.ttl === ttl && before.detail === detail && before.length === length;
    if (isSame && before.mount === mount && before.acceptCh === acceptCh) return before.fields;
    const fields = Object.freeze(write(context, representation, status, length));
    written.set(representation, { mount, acceptCh, age, ttl, detail, length, fields });
    return fields;
  };
}

/** The age of a representation in whole seconds, as Age tells it. */
export function wholeAge({ freshness }: Representation, now: number): number {
  return Math.floor(ageOf(freshness, now));
}
