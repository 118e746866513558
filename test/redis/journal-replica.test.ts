import type { Purge, PurgeMode, PurgeTarget } from '@tintype/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { originalId } from '../../packages/core/src/origin/identity.ts';
import { parseHint } from '../../packages/redis/src/journal/hint.ts';
import { createReplica, type Replica } from '../../packages/redis/src/journal/replica.ts';
import type { LogEntry, Renewal } from '../../packages/redis/src/journal/reply.ts';

const paths = ['/a', '/b', '/c'];
const maxEntries = 5;

/** What Redis holds, and the replica of one process. */
interface Scene {
  readonly replica: Replica;
  epoch: string;
  /** All purges of the epoch, those that have left the log included. */
  purges: { readonly position: number; readonly purge: Purge }[];
  log: LogEntry[];
  floor: number;
  renewalFloor: number;
  takedown: number;
  /** Position of the newest purge of the process itself. */
  own: number;
  /** Replies and messages that are under way. */
  replies: Renewal[];
  hints: string[];
}

type Step = (scene: Scene) => void;

const headOf = ({ log }: Scene): number => log.at(-1)?.position ?? 0;
const renews = ({ mode }: Purge): boolean => mode === 'force' || mode === 'takedown';

function begin(scene: Scene): void {
  const position = headOf(scene) + 10;
  // As the script that renews does, which the process tells what it knows.
  const { renewal, owed, takedown } = scene.replica.knowledge;
  const newest = Math.max(...scene.purges.filter(({ purge }) => renews(purge)).map((each) => each.position), 0);
  scene.renewalFloor = Math.max(scene.renewalFloor, renewal, owed, newest);
  scene.takedown = Math.max(scene.takedown, takedown);
  scene.epoch = `epoch-${position}`;
  scene.purges = [];
  scene.own = 0;
  scene.floor = position;
  scene.log = [{ position, content: 'begin' }];
}

/** Adds to the log, and returns the position of what was the newest. */
function append(scene: Scene, purge: Purge): number {
  const previous = headOf(scene);
  const position = previous + 1;
  scene.purges.push({ position, purge });
  scene.log.push({ position, content: purge });
  if (purge.mode === 'takedown') scene.takedown = position;
  while (scene.log.length > maxEntries) {
    const { position: trimmed = 0, content } = scene.log.shift() ?? {};
    scene.floor = Math.max(scene.floor, trimmed);
    if (typeof content === 'object' && renews(content)) scene.renewalFloor = trimmed;
  }
  return previous;
}

function ask(scene: Scene, count: number): void {
  const { epoch, last } = scene.replica.knowledge;
  const applied = epoch === scene.epoch ? last : 0;
  const { floor, renewalFloor, takedown } = scene;
  const entries = scene.log.filter(({ position }) => position > applied).slice(0, count);
  const fixed = { longestLease: 1, tagPurges: new Map<string, number>() };
  scene.replies.push({ epoch: scene.epoch, head: headOf(scene), floor, renewalFloor, takedown, entries, ...fixed });
}

function hintOf({ epoch }: Scene, previous: number, purge: Purge): string {
  const head = previous + 1;
  return `${epoch} other ${previous} ${head}\n${head} ${purge.mode} ${JSON.stringify(purge.targets)}`;
}

const purge = fc.record({
  mode: fc.constantFrom<PurgeMode>('soft', 'revalidate', 'force', 'takedown'),
  path: fc.constantFrom(...paths),
});
const toPurge = ({ mode, path }: { readonly mode: PurgeMode; readonly path: string }): Purge => {
  const { origin, hash } = originalId('photos', path);
  const target: PurgeTarget = { kind: 'exact', origin, hash };
  return { mode, targets: [target] };
};

/** Another process adds a purge, and its message may be lost. */
const addOther =
  (added: Purge, isHeard: boolean): Step =>
  (scene) => {
    const previous = append(scene, added);
    if (isHeard) scene.hints.push(hintOf(scene, previous, added));
  };

const addOwn =
  (added: Purge): Step =>
  (scene) => {
    const { epoch } = scene;
    const previous = append(scene, added);
    const members = { epoch, nodes: new Map() };
    scene.own = previous + 1;
    scene.replica.takeOwn({ epoch, age: 0, longestLease: 1, previous, positions: [previous + 1], members }, [added]);
  };

const hear: Step = ({ hints, replica }) => {
  const hint = hints.shift();
  if (hint !== undefined) replica.takeHint(parseHint(hint, replica.epoch));
};

const answer: Step = ({ replies, replica, epoch, own }) => {
  const reply = replies.shift();
  if (reply === undefined || !replica.take(reply).isComplete) return;
  expect(replica.position).toBeGreaterThanOrEqual(reply.head);
  // Even where the question was older.
  if (replica.epoch === epoch) expect(replica.position).toBeGreaterThanOrEqual(own);
};

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(purge, fc.boolean()).map(([made, isHeard]) => addOther(toPurge(made), isHeard)) },
  { weight: 4, arbitrary: purge.map((made) => addOwn(toPurge(made))) },
  { weight: 6, arbitrary: fc.constant(hear) },
  {
    weight: 5,
    arbitrary: fc.integer({ min: 1, max: 3 }).map(
      (count): Step =>
        (scene) => {
          // A process asks one thing at a time.
          if (scene.replies.length === 0) ask(scene, count);
        },
    ),
  },
  { weight: 5, arbitrary: fc.constant(answer) },
  { weight: 1, arbitrary: fc.constant<Step>(begin) },
);

function check({ replica, epoch, purges }: Scene): void {
  if (replica.epoch !== epoch) return;
  const view = replica.view('good');
  // Who looks must find its targets, or would drop nothing from memory, now or later.
  if (view.newestTakedown > view.floor) expect(view.takedownsSince(view.newestTakedown - 1)).not.toEqual([]);
  for (const path of paths) {
    const { hash } = originalId('photos', path);
    const known = purges.filter(
      ({ position, purge: { targets } }) =>
        position <= view.position && targets.some((target) => target.kind === 'exact' && target.hash === hash),
    );
    const newest = (modes: readonly PurgeMode[]): number =>
      Math.max(0, ...known.filter(({ purge: { mode } }) => modes.includes(mode)).map(({ position }) => position));
    const coverage = view.covering(originalId('photos', path), []);
    const hard = newest(['revalidate', 'force', 'takedown']);
    if (hard > view.floor) expect(coverage.hard).toBe(hard);
    // What is forgotten is not made up.
    else expect(coverage.hard).toBeLessThanOrEqual(hard);
    const renewal = newest(['force', 'takedown']);
    expect(Math.max(coverage.renewal, view.renewalFloor)).toBeGreaterThanOrEqual(renewal);
    if (renewal > view.floor) expect(coverage.renewal).toBe(renewal);
  }
}

it('knows each purge up to its position, however it was told of it', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const replica = createReplica(1000);
      const scene: Scene = {
        replica,
        epoch: '',
        purges: [],
        log: [],
        floor: 0,
        renewalFloor: 0,
        takedown: 0,
        own: 0,
        replies: [],
        hints: [],
      };
      begin(scene);
      for (const each of steps) {
        const { epoch, position } = replica;
        each(scene);
        check(scene);
        if (replica.epoch === epoch) expect(replica.position).toBeGreaterThanOrEqual(position);
      }
      // Whatever has happened, it reads all by asking.
      for (let round = 0; round < 10; round++) {
        for (const reply of scene.replies.splice(0)) replica.take(reply);
        ask(scene, 2);
      }
      check(scene);
      expect([replica.epoch, replica.position]).toEqual([scene.epoch, headOf(scene)]);
    }),
    { numRuns: 1000 },
  );
});
