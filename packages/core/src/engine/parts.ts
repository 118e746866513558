import { randomUUID } from 'node:crypto';
import { createCopies } from '../cache/copies.ts';
import { createDerivatives, type Derivatives } from '../cache/derivatives.ts';
import { createJournalWatch, type JournalWatch } from '../cache/journal-watch.ts';
import { createKeeper, type Tiers } from '../cache/keeper.ts';
import type { KeepOriginal } from '../cache/origin-asker.ts';
import { createOriginReader } from '../cache/origin-reader.ts';
import { createOriginals, type Originals } from '../cache/originals.ts';
import { recordName } from '../cache/record.ts';
import { createRecords, type Records } from '../cache/records.ts';
import type { Clock } from '../clock.ts';
import { type Counters, createCounters } from '../counters.ts';
import { warnOnce } from '../events.ts';
import { type Journal, type PurgeTarget, reaches } from '../journal/journal.ts';
import { createHand, createReads, type Hand, type Reads } from '../load/hand.ts';
import { type OriginalId, originalId } from '../origin/identity.ts';
import { createPurger, type Purger, type PurgerOptions } from '../purge/purger.ts';
import { guarded } from '../store/guarded.ts';
import { isMemoryStore, memory } from '../store/memory.ts';
import type { OptionalFormat } from '../transform/image.ts';
import type { Overlay } from '../transform/overlay.ts';
import { optionalTypes } from '../transform/probe/optional.ts';
import { probe } from '../transform/probe/probe.ts';
import type { Renderer } from '../transform/renderer.ts';
import { defaultOriginTimeout, type Endpoint } from './endpoint.ts';
import { createFronts, type Fronts } from './fronts.ts';
import { createMounts, type Mounts } from './mounts.ts';
import { createRendering } from './rendering.ts';
import { acquire, forgetJournalOf, journalOf, release } from './shared-use.ts';
import type { TintypeOptions } from './tintype-options.ts';
import { createUrlPlans, type UrlPlans } from './url-plans.ts';

/** What an engine is put together from. */
export interface Parts extends Tiers {
  readonly counters: Counters;
  readonly mounts: Mounts;
  readonly fronts: Fronts;
  readonly plans: UrlPlans;
  /** Names the watermark, where there is one. */
  readonly watermark: OriginalId | undefined;
  readonly records: Records;
  readonly originals: Originals;
  readonly derivatives: Derivatives;
  readonly renderer: Renderer;
  readonly reads: Reads;
  readonly purger: Purger;
  readonly watch: JournalWatch;
  close(): Promise<void>;
}

const defaultMemory = 256 * 1024 * 1024;

/** Puts an engine together. */
export function assemble(endpoint: Endpoint): Parts {
  const { options, clock, limits, dialect, watermark } = endpoint;
  const { origin } = options;
  const { renderer, pipeline } = createRendering(endpoint);

  const tiers = createTiers(options, clock);
  const journal = options.journal ?? journalOf(options.store ?? tiers.memory);
  useAll(options, journal, renderer);
  const name = options.name ?? origin.name ?? unnamed(tiers.store?.shared ?? false);
  const counters = createCounters();
  const reads = createReads(endpoint.queueBounds, endpoint.readsAtOnce);
  const mounts = createMounts(toList(options.mounts));
  // The watch comes first: what it forgets is there when it is first asked.
  const watch = createJournalWatch(journal, (targets) => copies.forget(targets));
  const originals = createOriginals(tiers, options.originals ?? origin.keepOriginals ?? false);
  const records = createEndpointRecords(endpoint, { tiers, watch, counters, originals, reads });
  const copies = createCopies({ ...tiers, records });
  const purger = createPurger({
    origin: name,
    journal,
    dialect,
    mounts: mounts.all,
    copies,
    reread: createRereader(records, reads),
    hooks: toList(options.onPurged),
    isEverywhere: (target) => reachesWatermark(target, name, watermark),
    secondDeletionAfter: longestAnswer(endpoint),
    clock,
  });

  return {
    ...tiers,
    counters,
    mounts,
    fronts: createFronts(),
    plans: createUrlPlans({
      dialect,
      origin: name,
      paths: origin.paths ?? 'plain',
      takesQuery: origin.takesQuery ?? false,
      limits,
      pipeline,
      encoders: options.encoders,
      mezzanineSide: endpoint.mezzanineSide,
      watermark,
    }),
    watermark: watermark === undefined ? undefined : originalId(name, watermark.path),
    records,
    originals,
    derivatives: createDerivatives(tiers),
    renderer,
    reads,
    purger,
    watch,
    close: closer({ ...tiers, journal, records, watch, purger, renderer }, options),
  };
}

interface RecordParts extends Pick<Parts, 'counters' | 'originals' | 'reads'> {
  readonly tiers: Tiers;
  readonly watch: JournalWatch;
}

function createEndpointRecords(
  { options, clock, ttl, limits, passthrough }: Endpoint,
  { tiers, watch, counters, originals, reads }: RecordParts,
): Records {
  const { origin, tags, originTimeout: timeout = defaultOriginTimeout } = options;
  const accepts = acceptedTypes(options);
  const read = createOriginReader({
    origin,
    clock,
    ttl,
    passthrough,
    tags,
    maxBytes: limits.bytes,
    timeout,
    inspect: { picture: probe, optional: optionalTypes },
    accepts,
    counters,
  });
  const keepOriginal: KeepOriginal = (...copy) => void originals.keep(...copy);
  const newHand = (): Hand => createHand(reads);
  const { forwards = [] } = origin;
  const policy = { ttl, passthrough, accepts };
  return createRecords({ read, tiers, journal: watch, clock, ...policy, tags, forwards, keepOriginal, newHand });
}

/** The optional types that an endpoint makes pictures of. */
function acceptedTypes({ svg, tiff }: TintypeOptions): ReadonlySet<OptionalFormat> {
  const accepted = new Set<OptionalFormat>();
  if (svg === 'rasterize') accepted.add('svg');
  if (tiff === 'decode') accepted.add('tiff');
  return accepted;
}

/** Whether a purge makes every derivative old. Which tags a watermark has is not looked up for that. */
function reachesWatermark(target: PurgeTarget, origin: string, watermark: Overlay | undefined): boolean {
  return watermark !== undefined && reaches(target, { ...originalId(origin, watermark.path), tags: [] });
}

/** Asks the origin on behalf of a purge, and compares. */
function createRereader(records: Records, reads: Reads): PurgerOptions['reread'] {
  return async (id) => {
    const name = recordName(id, undefined);
    const before = await records.known(name);
    return async () => {
      const hand = createHand(reads);
      const { record } = await records.renew(name, hand).finally(hand.leave);
      if (before === undefined) return undefined;
      return before.status === record.status && before.hash === record.hash;
    };
  };
}

/** Milliseconds that a request may take from its beginning to its last write, where each step uses up its patience once. */
function longestAnswer({ options, queueBounds, rendering, mezzanineSide }: Endpoint): number {
  const { originTimeout = defaultOriginTimeout } = options;
  const renders = mezzanineSide === undefined ? 1 : 2;
  return (originTimeout + 2 * queueBounds.wait + renders * (queueBounds.wait + rendering.timeout)) * 1000;
}

function toList<T>(given: T | readonly T[] | undefined): readonly T[] {
  return given === undefined ? [] : ([given].flat() as readonly T[]);
}

/** Memory in front, and the store behind it where there is another than memory. */
function createTiers(options: TintypeOptions, clock: Clock): Tiers {
  const { store } = options;
  if (store !== undefined && isMemoryStore(store))
    return { memory: store, store: undefined, keeper: createKeeper(undefined, store) };
  const near = memory({ maxBytes: options.memory ?? defaultMemory });
  const far = store === undefined ? undefined : guarded(store, { clock });
  return { memory: near, store: far, keeper: createKeeper(far, near) };
}

type Closable = Pick<Parts, 'store' | 'memory' | 'keeper' | 'records' | 'purger'> & {
  readonly journal: Journal;
  readonly watch: JournalWatch;
  readonly renderer: Renderer;
};

/** Opens what no other endpoint uses yet. */
function useAll({ origin, store }: TintypeOptions, journal: Journal, renderer: Renderer): void {
  for (const each of [origin, renderer]) acquire(each);
  for (const each of [store, journal]) if (each !== undefined && acquire(each)) each.open?.();
}

/** Waits for work under way, then closes what no other endpoint uses. */
function closer(
  { store, memory, keeper, journal, records, watch, purger, renderer }: Closable,
  options: TintypeOptions,
): Parts['close'] {
  const used = [options.origin, options.store, journal, renderer].filter((each) => each !== undefined);
  return async () => {
    await purger.close();
    await records.settled();
    await keeper.settled();
    watch.close();
    const unused = new Set<object>(used.filter(release));
    if (unused.has(journal)) forgetJournalOf(options.store ?? memory);
    // The store through its guard, which knows what is under way.
    const closing = [...unused].map(async (each) =>
      (each === options.store ? store : (each as Partial<Journal>))?.close?.(),
    );
    // One that fails to close keeps the others from nothing.
    const failed = (await Promise.allSettled(closing)).find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  };
}

function unnamed(isStored: boolean): string {
  if (isStored) {
    const message =
      'The origin has no name, so what is stored of it will not be found again after a restart, and a purge reaches ' +
      'this process alone: give createTintype a name.';
    warnOnce('TINTYPE_UNNAMED_ORIGIN', message);
  }
  return `unnamed:${randomUUID()}`;
}
