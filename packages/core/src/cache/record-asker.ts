import { isPersonal } from '../http/vary.ts';
import type { JournalView } from '../journal/journal.ts';
import type { Hand } from '../load/hand.ts';
import type { OriginalId } from '../origin/identity.ts';
import { type Asked, type AskWhen, unasked } from './asked.ts';
import { createOriginAsker, type OriginAskerOptions } from './origin-asker.ts';
import { type OriginRecord, questionKey, type RecordName, useOf, type Verdict } from './record.ts';
import { shortLifetime } from './record-shelf.ts';
import type { TakeTurns } from './turns.ts';

/** Finds a record or asks for it. `view` was had before: what is purged after it is newer than the answer. */
export type RecordAsker = (name: RecordName, view: JournalView, when: AskWhen, hand: Hand) => Promise<Asked>;

/** What an asker works with. */
export interface RecordAskerOptions extends OriginAskerOptions {
  readonly refresh: (name: RecordName, stale: OriginRecord) => void;
  readonly takeTurns: TakeTurns;
}

/** Creates the one place that decides whether an origin is asked, and how. */
export function createRecordAsker(options: RecordAskerOptions): RecordAsker {
  const { shelf, journal, clock, judge, refresh, takeTurns } = options;
  const askOrigin = createOriginAsker(options);

  /** What may be used as it is. */
  const usable = (
    name: RecordName,
    previous: OriginRecord | undefined,
    verdict: Verdict | undefined,
    when: AskWhen,
  ): Asked | undefined => {
    if (when === 'always' || previous === undefined || verdict === undefined) return undefined;
    const use = useOf(previous, verdict, clock.now());
    if (use === undefined || (use !== 'fresh' && when !== 'unlessUsable')) return undefined;
    if (use !== 'fresh') refresh(name, previous);
    shelf.remember(name, previous);
    return unasked(previous, use);
  };

  /** What another process has stored since, if it may be used. */
  const findStored = async (name: RecordName, when: AskWhen): Promise<Asked | undefined> => {
    const stored = await shelf.load(name);
    if (stored === undefined) return undefined;
    return usable(name, stored, judge(stored, name.id, await journal.view()), when);
  };

  return async (name, view, when, hand) => {
    // Taken before anything is waited for: a view is of its moment.
    const { position, epoch } = view;
    const previous = shelf.remembered(name) ?? (await shelf.load(name));
    const now = await journal.view();
    const verdict = previous === undefined ? undefined : judge(previous, name.id, now);
    const found = usable(name, previous, verdict, when);
    if (found !== undefined) return found;
    const suspicious = verdict === undefined ? mayBePurged(now, name.id) : verdict !== 'good';
    const request = { name, previous, conditional: when !== 'always', suspicious, position, epoch };
    const make = () => askOrigin(request, when, hand);
    if (when === 'always' || now.trust !== 'good' || !isForOthers(name, previous, verdict)) return make();
    const lock = `${questionKey(name)}:${when}`;
    return takeTurns({ lock, key: name.key, hand, find: () => findStored(name, when), make });
  };
}

/** Whether what the origin says now will be stored for other processes, as far as that can be told before. */
function isForOthers(
  { fields }: RecordName,
  previous: OriginRecord | undefined,
  verdict: Verdict | undefined,
): boolean {
  if (isPersonal(fields)) return false;
  if (previous === undefined || verdict !== 'good') return true;
  return previous.recheck === undefined && previous.freshness.lifetime > shortLifetime;
}

/** Whether an original of which nothing is known may have been purged: then a cache on the way must not answer. */
function mayBePurged(view: JournalView, id: OriginalId): boolean {
  const { hard, soft } = view.covering(id, []);
  return Math.max(hard, soft, view.floor) > 0;
}
