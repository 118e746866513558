import { setTimeout as delay } from 'node:timers/promises';
import type { PurgeRequest } from '@tintype/core';
import { originalId } from '../../packages/core/src/origin/identity.ts';
import { type Fleet, freezeFor, type Member } from './fleet.ts';
import { compositeOf } from './questions.ts';
import type { Random } from './random.ts';
import { type RemovableUpstream, removableUpstream } from './removable-upstream.ts';

/** What came of taking down image after image while clients ask for them. */
export interface ResidueReport {
  /** What was found of images that had been taken down. */
  readonly residue: readonly string[];
  readonly seen: Readonly<Record<'takedowns' | 'pictures' | 'composites' | 'deleted' | 'freezes' | 'kills', number>>;
}

/** A fleet, and what is stored that holds one of some originals. */
export interface ResidueSubject {
  readonly fleet: Fleet;
  stored(hashes: readonly string[]): Promise<readonly string[]>;
}

interface Stage extends ResidueSubject {
  readonly upstream: RemovableUpstream;
  readonly random: Random;
  readonly seen: Record<keyof ResidueReport['seen'], number>;
  /** Paths of what has been removed. */
  readonly removed: string[];
}

const base = '/base.png';

/**
 * Takes images down while clients ask for them and for composites of them, first with processes that freeze, then with
 * some that die: then the second deletion, which closing the purging process brings forward, finds what they left.
 */
export async function takeDownUnderLoad(
  random: Random,
  seconds: number,
  open: (url: string) => Promise<ResidueSubject>,
): Promise<ResidueReport> {
  await using upstream = await removableUpstream(random);
  const { fleet: opened, stored } = await open(upstream.url);
  await using fleet = opened;
  const seen = { takedowns: 0, pictures: 0, composites: 0, deleted: 0, freezes: 0, kills: 0 };
  const stage: Stage = { fleet, stored, upstream, random, seen, removed: [] };
  await underLoad(stage, seconds / 2, async () => {
    seen.freezes++;
    await freezeFor(random.pick(fleet.members), 100 + random.below(400));
  });
  await takeDownFromIdle(stage);
  const left = await residueOf(stage, fleet.members);
  const [first, ...others] = fleet.members;
  await underLoad(stage, seconds / 2, async () => {
    seen.kills++;
    await random.pick(others as [Member, ...Member[]]).restart();
  });
  await first.close();
  return { seen, residue: [...left, ...(await residueOf(stage, others))] };
}

/** Has clients ask, the first process purge, and something happen to the processes, until the time is up. */
async function underLoad(stage: Stage, seconds: number, disturb: () => Promise<void>): Promise<void> {
  const { fleet, random, seen, upstream, removed } = stage;
  const until = Date.now() + seconds * 1000;
  const work: Promise<unknown>[] = [];

  const ask = async (): Promise<void> => {
    // The one that is removed next, those that were removed just now, and some that come later.
    const path = `/r/${Math.max(0, removed.length - 2 + random.below(5))}.png`;
    const width = `&w=${random.pick(['4', '8', '16'])}`;
    const target = random.pick([
      `${path}?${width.slice(1)}`,
      compositeOf(base, path, width),
      compositeOf(path, base, width),
    ]);
    const answer = await random.pick(fleet.members).ask(target);
    if (answer?.status === 200) seen[target.includes('overlay') ? 'composites' : 'pictures']++;
  };

  const takeDown = async (): Promise<void> => {
    const path = `/r/${removed.length}.png`;
    removed.push(path);
    upstream.remove(path);
    const target = random.pick<PurgeRequest>([path, `${path.slice(0, -3)}*`, { tag: `tag-${path}` }]);
    const { deleted = 0 } = await fleet.members[0].purge(target, { mode: 'takedown', wait: 'all' });
    seen.takedowns++;
    seen.deleted += deleted;
  };

  const each = async (pause: number, act: () => Promise<void>): Promise<void> => {
    while (Date.now() < until) {
      work.push(act());
      await delay(random.below(pause));
    }
  };
  await Promise.all([each(8, ask), each(120, takeDown), each(500, disturb)]);
  await Promise.all(work);
}

/** Takes down what all remember, and leaves them alone afterwards: nothing but their own clock has them look. */
async function takeDownFromIdle({ fleet, upstream, removed }: Stage): Promise<void> {
  const path = `/r/${removed.length}.png`;
  const targets = [path, compositeOf(base, path), compositeOf(path, base)];
  await Promise.all(fleet.members.flatMap((member) => targets.map((target) => member.ask(target))));
  removed.push(path);
  upstream.remove(path);
  await fleet.members[0].purge(path, { mode: 'takedown', wait: 'all' });
}

/** What is left of the images once everybody has had time to look at the journal: idle processes do each second. */
async function residueOf({ stored, removed, upstream }: Stage, members: readonly Member[]): Promise<readonly string[]> {
  const hashes = removed.map((path) => originalId(`web:${upstream.url}`, path).hash);
  const until = Date.now() + 10_000;
  for (;;) {
    const left = [
      ...(await stored(hashes)),
      ...(await Promise.all(members.map((each) => each.remembered(hashes)))).flat(),
    ];
    if (left.length === 0 || Date.now() > until) return left;
    await delay(100);
  }
}
