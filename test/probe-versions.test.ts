import { files, type Store } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hashOf } from '../packages/core/src/hash.ts';
import { originalId } from '../packages/core/src/origin/identity.ts';
import { decodeFrame, encodeFrame } from '../packages/core/src/store/frame.ts';
import { probeVersion } from '../packages/core/src/transform/probe/probe.ts';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const cat = originalId('shelf', '/cat.png');
const keyOf = (...selection: readonly unknown[]): string => `p:${cat.hash}:${hashOf(...selection)}`;

const own = keyOf(probeVersion, null);
const others = [
  ['before versions had numbers', keyOf(null)],
  ['one earlier', keyOf(probeVersion - 1, null)],
  ['one later', keyOf(probeVersion + 1, null)],
] as const;

/** A store where a parser of each other version has written that the picture is one pixel. */
async function storeOfOthers(): Promise<{ store: Store; directory: string }> {
  const directory = await temporaryFolder();
  const writer = openEngine({ origin: shelfWithCat(), store: files(directory), originals: true });
  await get(writer, '/cat.png');
  const store = files(directory);
  onTestFinished(() => store.close?.());
  await expect.poll(() => store.get(own)).toBeDefined();
  const frame = decodeFrame(own, (await store.get(own)) ?? expect.fail());
  const record = frame?.header as { image: object };
  for (const [, key] of others) {
    await store.set(key, encodeFrame(key, { ...record, image: { ...record.image, width: 1, height: 1 } }));
  }
  return { store, directory };
}

function shelfWithCat() {
  const origin = shelfOrigin();
  origin.put('/cat.png', 1);
  return origin;
}

describe('a record that a header parser of another version wrote', () => {
  it.each(others)('is not believed: %s', async (_which, key) => {
    const { store, directory } = await storeOfOthers();
    await store.delete(own);
    expect(await store.get(key)).toBeDefined();
    const origin = shelfWithCat();
    const images = openEngine({ origin, store: files(directory), originals: true });
    for (const target of ['/cat.png', '/cat.png?w=5', '/cat.png']) {
      const { width, height } = await sharp((await get(images, target)).body).metadata();
      expect(Math.min(width, height)).toBeGreaterThan(1);
    }
    expect(origin.asked).toHaveLength(1);
    expect(await store.get(key), 'the other version still finds it').toBeDefined();
  });

  it('is deleted by a takedown', async () => {
    const { store, directory } = await storeOfOthers();
    const images = openEngine({ origin: shelfWithCat(), store: files(directory) });
    const { deleted } = await images.purge('/cat.png', { mode: 'takedown', wait: 'all' });
    expect(deleted).toBeGreaterThanOrEqual(others.length + 1);
    for (const key of [own, ...others.map(([, other]) => other)]) expect(await store.get(key)).toBeUndefined();
  });
});
