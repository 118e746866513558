import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCoveringIndex } from '../../src/journal/covering-index.ts';
import { type Purge, type PurgeMode, type PurgeTarget, purgeModes, reaches } from '../../src/journal/journal.ts';
import { originalId } from '../../src/origin/identity.ts';

const paths = ['/', '/a', '/a/1.jpg', '/a/12.jpg', '/ab/1.jpg', '/b/1.jpg'];
const ids = ['photos', 'assets'].flatMap((origin) => paths.map((path) => originalId(origin, path)));

const target: fc.Arbitrary<PurgeTarget> = fc.oneof(
  fc.constantFrom(...ids).map(({ origin, hash }) => ({ kind: 'exact' as const, origin, hash })),
  fc.record({
    kind: fc.constant('prefix' as const),
    origin: fc.constantFrom('photos', 'assets'),
    prefix: fc.constantFrom('', '/', '/a', '/a/', '/a/1', '/b/1.jpg', '/b/1.jpg/'),
  }),
  fc.record({
    kind: fc.constant('tag' as const),
    origin: fc.constantFrom('photos', 'assets'),
    tag: fc.constantFrom('red', 'blue'),
  }),
  fc.record({ kind: fc.constant('all' as const), origin: fc.constantFrom('photos', 'assets') }),
);
const purge: fc.Arbitrary<Purge> = fc.record({
  targets: fc.array(target, { minLength: 1, maxLength: 3 }),
  mode: fc.constantFrom(...purgeModes),
});

/** The same in the slowest way: a list that is looked through. */
function reference(purges: readonly Purge[]) {
  const newest = (matches: (purge: Purge) => boolean): number => purges.findLastIndex(matches) + 1;
  return {
    covering: (index: number, tags: readonly string[], ...modes: readonly PurgeMode[]): number =>
      newest(
        ({ mode, targets }) =>
          modes.includes(mode) &&
          targets.some((each) => reaches(each, { ...(ids[index] ?? originalId('', '')), tags })),
      ),
    newestTakedown: newest(({ mode }) => mode === 'takedown'),
    newestTagPurge: (name: string): number =>
      newest(({ targets }) => targets.some(({ kind, origin }) => kind === 'tag' && origin === name)),
  };
}

describe('a covering index', () => {
  it('never forgets more than its floors say, and never makes anything up', () => {
    fc.assert(
      fc.property(fc.array(purge, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (purges, maxRecords) => {
        const index = createCoveringIndex(maxRecords);
        for (const [at, each] of purges.entries()) index.add(each, at + 1);
        const truth = reference(purges);
        for (const [at, id] of ids.entries()) {
          for (const tags of [[], ['red'], ['blue', 'red']]) {
            const found = index.covering(id, tags);
            const expected = {
              hard: truth.covering(at, tags, 'revalidate', 'force', 'takedown'),
              soft: truth.covering(at, tags, 'soft'),
              renewal: truth.covering(at, tags, 'force', 'takedown'),
              takedown: truth.covering(at, tags, 'takedown'),
            };
            for (const field of ['hard', 'soft', 'renewal', 'takedown'] as const) {
              if (expected[field] > index.floor) expect(found[field]).toBe(expected[field]);
              else expect(found[field]).toBeLessThanOrEqual(expected[field]);
            }
            expect(Math.max(found.renewal, index.renewalFloor)).toBeGreaterThanOrEqual(expected.renewal);
          }
        }
        expect(index.newestTakedown).toBe(truth.newestTakedown);
        expect(index.newestTagPurge('photos')).toBe(truth.newestTagPurge('photos'));
        expect(index.renewalFloor).toBeLessThanOrEqual(index.floor);
        expect(index.remembered(1000).entries.length).toBeLessThanOrEqual(maxRecords);
      }),
    );
  });

  it('remembers all while there is room', () => {
    fc.assert(
      fc.property(fc.array(purge, { maxLength: 40 }), (purges) => {
        const index = createCoveringIndex(1000);
        for (const [at, each] of purges.entries()) index.add(each, at + 1);
        expect([index.floor, index.renewalFloor]).toEqual([0, 0]);
      }),
    );
  });

  it('is the same again when it is built from what another remembered', () => {
    fc.assert(
      fc.property(fc.array(purge), fc.array(purge), fc.integer({ min: 1, max: 12 }), (before, after, maxRecords) => {
        const index = createCoveringIndex(maxRecords);
        for (const [at, each] of before.entries()) index.add(each, at + 1);
        const { entries, newestTagPurges, ...summary } = index.remembered(maxRecords);
        const copy = createCoveringIndex(maxRecords, summary);
        for (const entry of entries) copy.restore(entry);
        for (const [origin, position] of newestTagPurges) copy.restoreTagPurge(origin, position);
        for (const [at, each] of after.entries()) {
          index.add(each, before.length + at + 1);
          copy.add(each, before.length + at + 1);
        }
        expect(copy.remembered(1000)).toEqual(index.remembered(1000));
        for (const id of ids) expect(copy.covering(id, ['red'])).toEqual(index.covering(id, ['red']));
        for (let position = 0; position <= before.length + after.length; position++) {
          expect(new Set(copy.takedownsSince(position))).toEqual(new Set(index.takedownsSince(position)));
        }
      }),
    );
  });

  it('lists each remembered takedown that is newer than a position, in their order', () => {
    fc.assert(
      fc.property(fc.array(purge, { maxLength: 200 }), fc.integer({ min: 1, max: 30 }), (purges, maxRecords) => {
        const index = createCoveringIndex(maxRecords);
        for (const [at, each] of purges.entries()) index.add(each, at + 1);
        const { entries } = index.remembered(1000);
        for (const since of [0, 1, Math.floor(purges.length / 2), purges.length]) {
          const expected = entries
            .filter(({ takedown }) => takedown > since)
            .sort((one, other) => one.takedown - other.takedown)
            .map(({ target: { kind, origin, ...name } }) => JSON.stringify([kind, origin, name]));
          const found = index
            .takedownsSince(since)
            .map(({ kind, origin, ...name }) => JSON.stringify([kind, origin, name]));
          expect(new Set(found)).toEqual(new Set(expected));
          expect(found).toHaveLength(expected.length);
        }
      }),
    );
  });

  it('counts with half of the room what is forgotten by those that it keeps', () => {
    const index = createCoveringIndex(100);
    for (let position = 1; position <= 6; position++) {
      const mode = position === 2 ? 'force' : 'revalidate';
      index.add({ targets: [{ kind: 'prefix', origin: 'photos', prefix: `/${position}` }], mode }, position);
    }
    expect(index.remembered(3)).toMatchObject({
      floor: 3,
      renewalFloor: 2,
      entries: [{ hard: 4 }, { hard: 5 }, { hard: 6 }],
    });
    expect([index.floor, index.renewalFloor]).toEqual([0, 0]);
  });

  it('counts a repeated purge once, as its latest', () => {
    const index = createCoveringIndex(2);
    for (const [at, path] of ['/a', '/b', '/a', '/c'].entries()) {
      const { origin, hash } = originalId('photos', path);
      index.add({ targets: [{ kind: 'exact', origin, hash }], mode: 'revalidate' }, at + 1);
    }
    expect(index.floor).toBe(2);
    expect(['/a', '/b', '/c'].map((path) => index.covering(originalId('photos', path), []).hard)).toEqual([3, 0, 4]);
  });

  it('forgets a prefix with its length, and no other of that length', () => {
    const index = createCoveringIndex(2);
    const add = (prefix: string, position: number): void =>
      index.add({ targets: [{ kind: 'prefix', origin: 'photos', prefix }], mode: 'soft' }, position);
    add('/ab', 1);
    add('/cd', 2);
    add('/cd', 3);
    add('/longer', 4);
    expect(['/abx', '/cdx', '/longer'].map((path) => index.covering(originalId('photos', path), []).soft)).toEqual([
      0, 3, 4,
    ]);
    add('/x', 5);
    expect(
      ['/abx', '/cdx', '/longer', '/x'].map((path) => index.covering(originalId('photos', path), []).soft),
    ).toEqual([0, 0, 4, 5]);
  });

  it('forgets a hundred thousand one by one as fast as it takes them', () => {
    const index = createCoveringIndex(50_000);
    for (let position = 1; position <= 200_000; position++) {
      index.add({ targets: [{ kind: 'exact', origin: 'photos', hash: `${position}` }], mode: 'takedown' }, position);
    }
    expect(index.floor).toBe(150_000);
    expect(index.takedownsSince(199_999)).toEqual([{ kind: 'exact', origin: 'photos', hash: '200000' }]);
    expect(index.takedownsSince(0)).toHaveLength(50_000);
  });
});
