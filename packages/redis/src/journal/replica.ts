import type { JournalView, Purge } from '@tintype/core';
import { type CoveringIndex, createCoveringIndex } from '@tintype/core/internal';
import type { Knowledge } from './caller.ts';
import type { Hint } from './hint.ts';
import { createOwnPurges, renews } from './own-purges.ts';
import type { Appended, LogEntry, Renewal } from './reply.ts';

/** What a process has read of the journal. */
export interface Replica {
  /** Empty before the first renewal. */
  readonly epoch: string;
  readonly position: number;
  /** What is to be told to those who run a script. */
  readonly knowledge: Knowledge;
  /** Takes what a renewal brought: whether there was news in it, and whether nothing is missing now. */
  take(renewal: Renewal): { readonly isNews: boolean; readonly isComplete: boolean };
  /** Takes purges that this process has added: whether nothing is missing before them, so that they are applied. */
  takeOwn(appended: Appended, purges: readonly Purge[]): boolean;
  /** Takes purges that another process announces, where nothing is missing before them: whether it was so. */
  takeHint(hint: Hint): boolean;
  /** A view of what has been read. */
  view(trust: JournalView['trust']): JournalView;
}

/** What a replica consists of. */
interface Content {
  epoch: string;
  position: number;
  index: CoveringIndex;
  /** What has left the log before this process read it. */
  missed: { readonly floor: number; readonly renewalFloor: number; readonly takedown: number };
  renewal: number;
  owed: number;
  denies: boolean;
}

/** Creates the replica of a process that has read nothing. */
export function createReplica(maxRecords: number): Replica {
  const own = createOwnPurges();
  const content: Content = {
    epoch: '',
    position: 0,
    index: createCoveringIndex(maxRecords),
    missed: { floor: 0, renewalFloor: 0, takedown: 0 },
    renewal: 0,
    owed: 0,
    denies: false,
  };

  return {
    get epoch() {
      return content.epoch;
    },
    get position() {
      return content.position;
    },
    get knowledge() {
      const { epoch, position: last, renewal, owed, denies } = content;
      return { epoch, last, added: own.newest(epoch), renewal, takedown: newestTakedown(content), owed, denies };
    },
    take(reply) {
      const { epoch, position } = content;
      if (reply.epoch !== epoch) enter(content, reply, maxRecords);
      if (content.position < reply.floor) miss(content, reply);
      for (const entry of reply.entries) read(content, entry);
      content.owed = Math.max(content.owed, own.settle(content.epoch, content.position));
      return {
        isNews: reply.epoch !== epoch || content.position !== position,
        isComplete: isUpToDate(content, reply) && own.isEmpty,
      };
    },
    takeOwn(appended, purges) {
      const isNext = follows(content, appended);
      if (!isNext) own.add(appended, purges);
      else for (const [order, purge] of purges.entries()) add(content, purge, appended.positions[order] ?? 0);
      return isNext;
    },
    takeHint(hint) {
      const isNext = follows(content, hint) && hint.entries.length > 0;
      if (isNext) for (const entry of hint.entries) read(content, entry);
      return isNext;
    },
    view: (trust) => viewOf(content, trust),
  };
}

/** Whether nothing is known that the journal lacks, nor is there anything in it that is not known. */
function isUpToDate({ position, denies, owed }: Content, { head, renewalFloor }: Renewal): boolean {
  return position >= head && !denies && owed <= renewalFloor;
}

/** Begins anew in another epoch: its floors say what was lost. */
function enter(content: Content, { epoch }: Renewal, maxRecords: number): void {
  content.owed = Math.max(content.owed, content.renewal);
  content.index = createCoveringIndex(maxRecords);
  content.epoch = epoch;
  content.position = 0;
  content.renewal = 0;
  content.denies = false;
}

function follows(
  content: Content,
  { epoch, previous }: { readonly epoch: string; readonly previous: number },
): boolean {
  return epoch === content.epoch && previous === content.position && !content.denies;
}

function miss(content: Content, { floor, renewalFloor, takedown, tagPurges }: Renewal): void {
  // One that is in the log still is known once it is read: whoever looks wants its targets too.
  content.missed = {
    floor,
    renewalFloor,
    takedown: Math.max(content.missed.takedown, takedown <= floor ? takedown : 0),
  };
  content.renewal = Math.max(content.renewal, renewalFloor);
  for (const [origin, position] of tagPurges) content.index.restoreTagPurge(origin, position);
}

function read(content: Content, { position, content: purge }: LogEntry): void {
  // One that this process has added may have been applied by then.
  if (position <= content.position) return;
  if (purge === 'begin') content.position = position;
  else if (purge !== undefined) add(content, purge, position);
  else deny(content, position);
}

function add(content: Content, purge: Purge, position: number): void {
  content.position = position;
  content.index.add(purge, position);
  if (renews(purge)) content.renewal = position;
}

/** Nobody knows what it covers: it may be anything, in whatever mode. */
function deny(content: Content, position: number): void {
  content.position = position;
  content.renewal = position;
  content.denies = true;
}

function newestTakedown({ index, missed }: Content): number {
  return Math.max(index.newestTakedown, missed.takedown);
}

function viewOf(content: Content, trust: JournalView['trust']): JournalView {
  const { epoch, position, index, missed } = content;
  return {
    trust,
    epoch,
    position,
    floor: Math.max(index.floor, missed.floor),
    renewalFloor: Math.max(index.renewalFloor, missed.renewalFloor),
    newestTakedown: newestTakedown(content),
    covering: index.covering,
    newestTagPurge: index.newestTagPurge,
    takedownsSince: index.takedownsSince,
  };
}
