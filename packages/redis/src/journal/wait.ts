import type { Members } from './reply.ts';

/** What a process waits for that has added a purge. */
export interface Awaited {
  /** Of the purge. */
  readonly position: number;
  /** Those that there were when it was added, and its epoch. */
  readonly members: Members;
  /** Milliseconds of a lease that is waited for in any case, because there may be members that nobody knows; or 0. */
  readonly atLeast: number;
}

/** The members that have not acknowledged a purge yet, and until when they are waited for. */
export interface Wait {
  readonly silent: readonly string[];
  isOver(): boolean;
  /** Takes what one of them says of itself. */
  acknowledge(epoch: string, node: string, position: number): void;
  /** Takes what Redis says of all of them. */
  compare(members: Members): void;
  /** Resolves after so many milliseconds, or when it is over. */
  sleep(milliseconds: number): Promise<void>;
  /** Resolves when a promise has, or when it is over. */
  during(promise: Promise<void>): Promise<void>;
}

/** How much longer than a lease it is waited for: no two clocks run alike. */
const drift = 1.05;

/** Begins to wait for all members but one. */
export function createWait({ position, members, atLeast }: Awaited, self: string): Wait {
  const since = performance.now();
  const { epoch } = members;
  /** When the lease of each is over. */
  const silent = new Map<string, number>();
  for (const [node, { applied, lease }] of members.nodes) {
    if (node !== self && applied < position) silent.set(node, since + drift * lease);
  }
  /** It lasts until then, whoever acknowledges. */
  let earliest = atLeast > 0 ? since + drift * atLeast : since;
  const lastOf = (): number => [...silent.values()].reduce((last, each) => Math.max(last, each), earliest);
  const latest = lastOf();
  let wake = (): void => undefined;

  const end = lastOf;
  const isOver = (): boolean => performance.now() >= end();

  const remove = (node: string): void => {
    silent.delete(node);
    if (isOver()) wake();
  };

  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.ceil(Math.min(milliseconds, end() - performance.now())));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    get silent() {
      return [...silent.keys()];
    },
    isOver,
    acknowledge(of, node, applied) {
      if (of === epoch && applied >= position) remove(node);
    },
    compare(now) {
      if (now.epoch !== epoch) {
        // What is read in another epoch acknowledges nothing of this one.
        earliest = latest;
        return;
      }
      for (const node of silent.keys()) {
        const member = now.nodes.get(node);
        // One that is gone has left, or was found silent until its lease was over.
        if (member === undefined || member.applied >= position) remove(node);
      }
    },
    sleep,
    async during(promise) {
      await Promise.race([promise, sleep(Number.POSITIVE_INFINITY)]);
      wake();
    },
  };
}
