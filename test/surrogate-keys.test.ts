import type { Purged, SurrogateKeys, TintypeOptions } from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { originalId } from '../packages/core/src/origin/identity.ts';
import { keysOf } from '../packages/core/src/purge/surrogate-keys.ts';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { shelfOrigin } from './support/shelf-origin.ts';

const surrogateKeys: SurrogateKeys = { header: 'Surrogate-Key' };

function open(options: Partial<TintypeOptions> = {}) {
  const told: Purged[] = [];
  const origin = shelfOrigin();
  const images = openEngine({ origin, surrogateKeys, onPurged: (purged) => void told.push(purged), ...options });
  const keysAt = async (target: string, headers = {}) =>
    (await get(images, target, headers)).headers['surrogate-key']?.split(' ');
  /** Which of the targets a purge reaches by its keys. */
  const reached = async (purged: Parameters<typeof images.purge>[0], targets: readonly string[]) => {
    await images.purge(purged, { wait: 'all' });
    const { keys } = told.at(-1) as Purged;
    const found = [];
    for (const target of targets) found.push((await keysAt(target))?.some((key) => keys.includes(key)));
    return found;
  };
  return { origin, images, keysAt, reached, told };
}

const keysFor = (path: string, tags: readonly string[] = []) => keysOf({ ...originalId('shelf', path), tags });

describe('answers', () => {
  it('carry no keys unless they are to', async () => {
    const { origin, images } = open({ surrogateKeys: [] });
    origin.put('/1.png', 1);
    expect(Object.keys((await get(images, '/1.png')).headers)).not.toContain('surrogate-key');
  });

  it('carry the keys of their original, with its tags, from the first time on and as 304s', async () => {
    const { origin, images, keysAt } = open({ tags: () => ['ours'] });
    origin.put('/cats/1.png', 1, { 'cache-tag': 'theirs' });
    const keys = keysFor('/cats/1.png', ['theirs', 'ours']);
    expect(await keysAt('/cats/1.png?w=8')).toEqual(keys);
    expect(await keysAt('/cats/1.png?w=8')).toEqual(keys);
    const { headers } = await get(images, '/cats/1.png?w=8');
    const unchanged = await get(images, '/cats/1.png?w=8', { 'if-none-match': headers.etag });
    expect([unchanged.status, unchanged.headers['surrogate-key']]).toEqual([304, keys.join(' ')]);
  });

  it('carry the keys of all that they are made from', async () => {
    const { origin, keysAt } = open({ watermark: { path: '/brand/mark.png' } });
    for (const path of ['/cats/1.png', '/logos/logo.png', '/brand/mark.png']) origin.put(path, 1);
    for (const _ of ['miss', 'hit']) {
      expect(new Set(await keysAt('/cats/1.png?overlay=/logos/logo.png'))).toEqual(
        new Set([...keysFor('/cats/1.png'), ...keysFor('/logos/logo.png'), ...keysFor('/brand/mark.png')]),
      );
    }
  });

  it('carry the keys of a fallback, and of the original whose place it takes', async () => {
    const { origin, keysAt, reached } = open();
    origin.put('/default/none.png', 1);
    const target = '/cats/gone.png?fallback=/default/none.png';
    expect(new Set(await keysAt(target))).toEqual(
      new Set([...keysFor('/cats/gone.png'), ...keysFor('/default/none.png')]),
    );
    for (const path of ['/default/none.png', '/cats/gone.png']) expect(await reached(path, [target])).toEqual([true]);
  });

  it('carry the new keys once the tags of an original are others', async () => {
    const { origin, images, keysAt } = open();
    origin.put('/1.png', 1, { 'cache-tag': 'old' });
    origin.put('/logo.png', 1);
    for (const target of ['/1.png', '/1.png?overlay=/logo.png']) {
      origin.put('/1.png', 1, { 'cache-tag': 'old' });
      await images.purge('/1.png');
      expect(await keysAt(target)).toEqual(expect.arrayContaining([...keysFor('/1.png', ['old'])]));
      origin.put('/1.png', 1, { 'cache-tag': 'new' });
      await images.purge('/1.png');
      expect(await keysAt(target)).toEqual(expect.arrayContaining([...keysFor('/1.png', ['new'])]));
      expect(await keysAt(target)).not.toEqual(expect.arrayContaining([...keysFor('/1.png', ['old'])]));
    }
  });

  it('that there is nothing carry the keys of what was looked for', async () => {
    const { origin, images, keysAt } = open();
    expect(await keysAt('/cats/none.png')).toEqual(keysFor('/cats/none.png'));
    origin.put('/cats/1.png', 1);
    const answer = await get(images, '/cats/1.png?overlay=/logos/none.png');
    expect(answer.status).toBe(404);
    expect(answer.headers['surrogate-key']?.split(' ')).toEqual(
      expect.arrayContaining([...keysFor('/logos/none.png'), ...keysFor('/cats/1.png')]),
    );
  });

  it('that pass an original on carry them in place of what the origin says', async () => {
    const origin = {
      name: 'shelf',
      read: async () => ({ status: 200, headers: { 'surrogate-key': 'theirs' }, body: Buffer.from('text') }),
    };
    const { keysAt } = open({ origin, passthrough: true });
    expect(await keysAt('/notes.txt')).toEqual(keysFor('/notes.txt', ['theirs']));
  });

  it('carry several fields, each with its own separator and room', async () => {
    const { origin, images } = open({
      surrogateKeys: [surrogateKeys, { header: 'Cache-Tag', separator: ',', maxKeys: 3 }],
      tags: () => ['a', 'b'],
    });
    origin.put('/1.png', 1);
    const { headers } = await get(images, '/1.png');
    const keys = keysFor('/1.png', ['a', 'b']);
    expect(headers['surrogate-key']).toBe(keys.join(' '));
    expect(headers['cache-tag']).toMatch(new RegExp(`^${keys[0]},r[0-9a-f]{16},${keys[1]}$`));
  });
});

describe('the keys that a hook is told', () => {
  const targets = ['/cats/1.png', '/cats/2.png', '/dogs/1.png', '/cats/1.png?overlay=/dogs/1.png', '/dogs/none.png'];

  it.each([
    ['/cats/1.png', [true, false, false, true, false]],
    ['/dogs/1.png', [false, false, true, true, false]],
    ['/dogs/none.png', [false, false, false, false, true]],
    ['/dogs/*', [false, false, true, true, true]],
    ['/cats/1*', [true, true, false, true, false]],
    [{ tag: 'one' }, [true, false, true, true, false]],
    [{ all: true }, [true, true, true, true, true]],
  ] as const)('of a purge of %j are on what it reaches', async (purged, expected) => {
    const { origin, reached } = open({ tags: ({ path }) => (path.endsWith('1.png') ? ['one'] : []) });
    for (const path of ['/cats/1.png', '/cats/2.png', '/dogs/1.png']) origin.put(path, 1);
    expect(await reached(purged, targets)).toEqual(expected);
  });

  it('of a purge of the watermark are of everything', async () => {
    const { origin, reached } = open({ watermark: { path: '/mark.png' } });
    for (const path of ['/mark.png', '/1.png']) origin.put(path, 1);
    expect(await reached('/mark.png', ['/1.png', '/none.png'])).toEqual([true, true]);
  });
});

describe('surrogateKeys', () => {
  it.each<[unknown, string]>([
    ['Surrogate-Key', 'createTintype.surrogateKeys'],
    [[null], 'createTintype.surrogateKeys'],
    [{}, 'surrogateKeys.header'],
    [{ header: 'a b' }, 'surrogateKeys.header'],
    [{ header: 'x-*' }, 'surrogateKeys.header'],
    [{ header: 'ETag' }, 'surrogateKeys.header'],
    [{ header: 'x-key', separator: '\r\n' }, 'surrogateKeys.separator'],
    [{ header: 'x-key', maxBytes: 20 }, 'surrogateKeys.maxBytes'],
    [[{ header: 'x-key', maxKeys: 2 }], 'surrogateKeys.maxKeys'],
    [{ header: 'Cache-Tag' }, 'createTintype.repeatFields'],
  ])('%j is refused', (given, message) => {
    const options = { origin: shelfOrigin(), repeatFields: ['cache-*'], surrogateKeys: given } as TintypeOptions;
    expect(() => openEngine(options)).toThrow(TypeError);
    expect(() => openEngine(options)).toThrow(message);
  });
});
