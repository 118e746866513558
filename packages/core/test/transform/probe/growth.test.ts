import { describe, expect, it } from 'vitest';
import { TintypeError } from '../../../src/errors.ts';
import { readGif } from '../../../src/transform/probe/gif.ts';
import { readJpeg } from '../../../src/transform/probe/jpeg.ts';
import { inserted, picture } from './pictures.ts';

const filled = (size: number, unit: Uint8Array): Buffer => Buffer.alloc(size - (size % unit.length), unit);

async function jpegOf(size: number, unit: readonly number[], isBefore = false): Promise<Uint8Array> {
  const bytes = await picture().jpeg({ progressive: true }).toBuffer();
  return inserted(bytes, isBefore ? 2 : bytes.length - 2, filled(size, Uint8Array.from(unit)));
}

async function gifOf(size: number): Promise<Uint8Array> {
  const bytes = Buffer.from('GIF89a\x04\0\x04\0\0\0\0', 'latin1');
  return Buffer.concat([bytes, filled(size, Buffer.from(',\0\0\0\0\x01\0\x01\0\0\x02\0', 'latin1'))]);
}

type Kind = readonly [string, (size: number) => Promise<Uint8Array>, (bytes: Uint8Array) => unknown];

describe('the bytes of a file', () => {
  it.each<Kind>([
    ['JPEG, stuffed bytes', (size) => jpegOf(size, [0xff, 0]), readJpeg],
    ['JPEG, restarts', (size) => jpegOf(size, [0xff, 0xd0]), readJpeg],
    ['JPEG, stuffed bytes before any segment', (size) => jpegOf(size, [0xff, 0], true), readJpeg],
  ])('are each looked at a few times at most: %s', async (_, make, read) => {
    const size = 4 * 1024 * 1024;
    expect(looks(await make(size), read)).toBeLessThan(size * 4);
  });

  it('are left where a GIF has more frames than anybody needs', async () => {
    const size = 4 * 1024 * 1024;
    expect(looks(await gifOf(size), readGif)).toBeLessThan(size / 1.5);
  });
});

/** How often single bytes are read. */
function looks(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown): number {
  let count = 0;
  const counted = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^\d/.test(key)) count += 1;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  try {
    read(counted);
  } catch (error) {
    if (!(error instanceof TintypeError)) throw error;
  }
  return count;
}
