import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PurgeTarget, type Reachable, reaches } from '../../src/journal/journal.ts';
import { originalId } from '../../src/origin/identity.ts';
import { keysOf, keysOfTargets, type SurrogateKeys, writeKeys } from '../../src/purge/surrogate-keys.ts';

const original = (path: string, tags: readonly string[] = [], origin = 'photos'): Reachable => ({
  ...originalId(origin, path),
  tags,
});

const written = (inputs: readonly Reachable[], field: SurrogateKeys = { header: 'xkey' }): readonly string[] =>
  writeKeys(inputs.flatMap(keysOf), 'photos', field).split(field.separator ?? ' ');

describe('surrogate keys', () => {
  it('are a letter and sixteen hexadecimal digits, of everything, the original, its folders and tags', () => {
    const keys = keysOf(original('/cats/small/1.jpg', ['A tag, with a comma']));
    expect(keys.map((key) => key[0]).join('')).toBe('aofft');
    for (const key of keys) expect(key).toMatch(/^[aoft][\da-f]{16}$/);
    expect(new Set(keys).size).toBe(5);
  });

  it('stay what they are: caches hold them for a year', () => {
    expect(keysOf(original('/cats/1.jpg', ['cats']))).toMatchInlineSnapshot(`
      [
        "a8cd4d7658c8234c8",
        "o85f7e19f47eeb1aa",
        "f8b2e182cca2e92e5",
        "t12403d58692c6c78",
      ]
    `);
  });

  it('of a path are of eight folders at most, the outermost', () => {
    const deep = (depth: number): string => `${'/x'.repeat(depth)}/1.jpg`;
    expect(keysOf(original(deep(8)))).toHaveLength(10);
    expect(keysOf(original(deep(9)))).toHaveLength(10);
  });

  it('of another origin are others', () => {
    const ours = new Set(keysOf(original('/cats/1.jpg', ['cats'])));
    expect(keysOf(original('/cats/1.jpg', ['cats'], 'other')).filter((key) => ours.has(key))).toEqual([]);
  });

  it('of a purge of everything are one', () => {
    const all: PurgeTarget = { kind: 'all', origin: 'photos' };
    const prefix: PurgeTarget = { kind: 'prefix', origin: 'photos', prefix: '/a' };
    expect(keysOfTargets([all], 'photos')).toEqual(keysOf(original('/1.jpg')).slice(0, 1));
    expect(keysOfTargets([prefix], 'photos')).toEqual(keysOfTargets([all], 'photos'));
  });

  it('of a purge of a folder in a folder are not those of what lies beside it', () => {
    const keys = keysOfTargets([{ kind: 'prefix', origin: 'photos', prefix: '/cats/small/' }], 'photos');
    const carry = (path: string): boolean => keysOf(original(path)).some((key) => keys.includes(key));
    expect([carry('/cats/small/1.jpg'), carry('/cats/small/er/1.jpg'), carry('/cats/1.jpg')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('of a purge of one original are not those of its neighbours', () => {
    const { hash } = originalId('photos', '/cats/1.jpg');
    const keys = keysOfTargets([{ kind: 'exact', origin: 'photos', hash }], 'photos');
    const neighbours = new Set(keysOf(original('/cats/2.jpg', ['cats'])));
    expect(keys.some((key) => neighbours.has(key))).toBe(false);
  });

  it.each<[SurrogateKeys, number]>([
    [{ header: 'CDN-Tag', separator: ',', maxBytes: 1024 }, 56],
    [{ header: 'Cache-Tag', separator: ',', maxKeys: 50 }, 50],
    [{ header: 'xkey' }, 227],
  ])('too many for %j are cut to %i', (field, count) => {
    const tags = Array.from({ length: 300 }, (_, index) => `tag ${index}`);
    const value = written([original('/cats/1.jpg', tags)], field);
    expect(value).toHaveLength(count);
    expect(value.join(',').length).toBeLessThanOrEqual(field.maxBytes ?? 4096);
    expect(value.slice(0, 2).map((key) => key[0])).toEqual(['a', 'r']);
  });

  it('are written once each', () => {
    const value = written([original('/cats/1.jpg', ['x']), original('/cats/2.jpg', ['x'])]);
    expect(value.map((key) => key[0]).join('')).toBe('aofto');
  });

  const name = fc.constantFrom('a', 'b', 'ab', 'é', 'x y');
  const path = fc.array(name, { minLength: 1, maxLength: 11 }).map((names) => `/${names.join('/')}`);
  const tags = fc.array(fc.constantFrom('s', 't', 'u, v'), { maxLength: 3 });
  const input = fc.tuple(path, tags).map(([at, tagged]) => original(at, tagged));
  const target = fc.oneof(
    path.map((at): PurgeTarget => ({ kind: 'exact', origin: 'photos', hash: originalId('photos', at).hash })),
    fc
      .tuple(path, fc.nat(20))
      .map(([at, cut]): PurgeTarget => ({ kind: 'prefix', origin: 'photos', prefix: at.slice(0, 1 + cut) })),
    tags.map(([tag = 's']): PurgeTarget => ({ kind: 'tag', origin: 'photos', tag })),
    fc.constant<PurgeTarget>({ kind: 'all', origin: 'photos' }),
  );

  it('of a purge are on every answer that it reaches, however few have room', () => {
    fc.assert(
      fc.property(
        fc.array(input, { minLength: 1, maxLength: 4 }),
        fc.array(target, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 3, max: 40 }),
        (inputs, targets, maxKeys) => {
          const on = new Set(written(inputs, { header: 'xkey', maxKeys }));
          const isReached = targets.some((each) => inputs.some((one) => reaches(each, one)));
          return !isReached || keysOfTargets(targets, 'photos').some((key) => on.has(key));
        },
      ),
    );
  });
});
