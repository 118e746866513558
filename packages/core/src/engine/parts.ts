import { randomUUID } from 'node:crypto';
import { createDerivatives, type Derivatives } from '../cache/derivatives.ts';
import { createOriginReader } from '../cache/origin-reader.ts';
import { createOriginals, type Originals } from '../cache/originals.ts';
import { createRecords, type Records } from '../cache/records.ts';
import type { Clock } from '../clock.ts';
import { type Counters, createCounters } from '../counters.ts';
import { warnOnce } from '../events.ts';
import type { Journal } from '../journal/journal.ts';
import { createPurger, type Purger } from '../purge/purger.ts';
import { type GuardedStore, guarded } from '../store/guarded.ts';
import { isMemoryStore, type MemoryStore, memory } from '../store/memory.ts';
import { claimSharp, pipelineVersion } from '../transform/pipeline.ts';
import { probe } from '../transform/probe/probe.ts';
import { processIntake } from '../transform/queue.ts';
import type { Endpoint, TintypeOptions } from './endpoint.ts';
import { acquire, journalOf, release } from './shared-use.ts';
import { createUrlPlans, type UrlPlans } from './url-plans.ts';

/** What an engine is put together from. */
export interface Parts {
  readonly counters: Counters;
  readonly memory: MemoryStore;
  readonly store: GuardedStore | undefined;
  readonly plans: UrlPlans;
  readonly records: Records;
  readonly originals: Originals;
  readonly derivatives: Derivatives;
  readonly purge: Purger;
  close(): Promise<void>;
}

const defaultMemory = 256 * 1024 * 1024;

/** Puts an engine together. */
export function assemble(endpoint: Endpoint): Parts {
  const { options, clock, limits, ttl } = endpoint;
  const { origin } = options;
  if (options.render?.settings !== 'host') claimSharp();

  const tiers = createTiers(options, clock);
  const journal = options.journal ?? journalOf(options.store ?? tiers.memory);
  const name = options.name ?? origin.name ?? unnamed(tiers.store?.shared ?? false);
  const counters = createCounters();
  const read = createOriginReader({
    origin,
    clock,
    ttl,
    maxBytes: limits.bytes,
    timeout: options.originTimeout ?? 30,
    inspect: probe,
    counters,
  });
  const records = createRecords({
    read,
    store: tiers.store,
    journal,
    clock,
    ttl,
    admit: () => processIntake.enter(endpoint.queueBounds),
  });
  const derivatives = createDerivatives(tiers.store, tiers.memory);

  return {
    ...tiers,
    counters,
    plans: createUrlPlans(endpoint.dialect, name, limits, pipelineVersion()),
    records,
    originals: createOriginals(tiers.store, tiers.memory, options.originals ?? origin.keepOriginals ?? false),
    derivatives,
    purge: createPurger(journal, name),
    close: closer({ journal, ...tiers }, options),
  };
}

/** Memory in front, and the store behind it where there is another than memory. */
function createTiers(options: TintypeOptions, clock: Clock): Pick<Parts, 'memory' | 'store'> {
  const { store } = options;
  if (store !== undefined && isMemoryStore(store)) return { memory: store, store: undefined };
  const near = memory({ maxBytes: options.memory ?? defaultMemory });
  return { memory: near, store: store === undefined ? undefined : guarded(store, { clock }) };
}

type Closable = Pick<Parts, 'store'> & { readonly journal: Journal };

/** Waits for writes under way, then closes what no other endpoint uses. */
function closer({ store, journal }: Closable, options: TintypeOptions): Parts['close'] {
  const used = [options.origin, options.store, journal].filter((each) => each !== undefined);
  for (const each of used) acquire(each);
  return async () => {
    await store?.settled();
    const unused = new Set<object>(used.filter(release));
    const closing = [
      unused.has(options.store ?? {}) ? store?.close() : undefined,
      unused.has(options.origin) ? options.origin.close?.() : undefined,
      unused.has(journal) ? journal.close() : undefined,
    ];
    // One that fails to close keeps the others from nothing.
    const failed = (await Promise.allSettled(closing)).find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
}

function unnamed(isStored: boolean): string {
  if (isStored) {
    const message =
      'The origin has no name, so what is stored of it will not be found again after a restart: ' +
      'give createTintype a name.';
    warnOnce('TINTYPE_UNNAMED_ORIGIN', message);
  }
  return `unnamed:${randomUUID()}`;
}
