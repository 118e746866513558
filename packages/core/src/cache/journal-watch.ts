import { publish, warnOnce } from '../events.ts';
import type { Journal, JournalView, PurgeTarget, Trust } from '../journal/journal.ts';
import type { MaybePromise } from '../store/store.ts';

/** The journal as one endpoint looks at it: what must leave this process's memory has left it when a view is had. */
export interface JournalWatch {
  /** Never throws or rejects: where the journal cannot be read, a view in which every record is unknown. */
  view(): MaybePromise<JournalView>;
  /** The newest view that memory has been held against. */
  latest(): JournalView;
  /** How far the journal could be trusted at the last look. */
  trust(): Trust;
  close(): void;
}

/** How often an idle process looks, in milliseconds. */
const interval = 1000;

/** What is known where nothing can be read: no record is of this epoch. */
const blind: JournalView = {
  trust: 'unknown',
  epoch: '',
  position: 0,
  // Above every position: nothing that a read brings is trusted later.
  floor: Number.POSITIVE_INFINITY,
  renewalFloor: 0,
  newestTakedown: 0,
  covering: () => ({ hard: 0, soft: 0, renewal: 0, takedown: 0 }),
  newestTagPurge: () => 0,
  takedownsSince: () => [],
};

const unreadable =
  'The journal of purges cannot be read: every image is validated at its origin until it can. The channel ' +
  'tintype:store tells each failure.';

/**
 * Watches a journal.
 *
 * @param forget drops from this process's memory what takedowns reach; `everything` where it cannot be known what.
 */
export function createJournalWatch(
  journal: Journal,
  forget: (targets: readonly PurgeTarget[] | 'everything') => void,
): JournalWatch {
  let seen: { readonly epoch: string; readonly takedown: number } | undefined;
  let latest = blind;
  let trust = blind.trust;

  const look = (view: JournalView): JournalView => {
    latest = view;
    trust = view.trust;
    const { epoch, newestTakedown: takedown } = view;
    if (seen?.epoch === epoch && seen.takedown === takedown) return view;
    const before = seen;
    seen = { epoch, takedown };
    if (before === undefined) return view;
    const isKnown = before.epoch === epoch && view.renewalFloor <= before.takedown;
    forget(isKnown ? view.takedownsSince(before.takedown) : 'everything');
    return view;
  };

  const fail = (error: unknown): JournalView => {
    trust = blind.trust;
    warnOnce('TINTYPE_JOURNAL_FAILS', unreadable, String(error));
    publish('tintype:store', { store: 'journal', operation: 'get', error });
    return blind;
  };

  const view = (): MaybePromise<JournalView> => {
    try {
      const seenNow = journal.view();
      return seenNow instanceof Promise ? seenNow.then(look).catch(fail) : look(seenNow);
    } catch (error) {
      return fail(error);
    }
  };

  const timer = setInterval(() => void view(), interval).unref();
  // Whoever must connect first has done so when the first request comes. That it takes its time is no failure yet.
  (async () => look(await journal.view()))().catch(() => undefined);
  return { view, latest: () => latest, trust: () => trust, close: () => clearInterval(timer) };
}
