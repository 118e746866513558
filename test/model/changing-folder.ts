import { mkdir, mkdtemp, open, rename, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folder } from '@tintype/core';
import { pictureOf } from '../support/versioned-picture.ts';
import type { Random } from './random.ts';
import { createHistory, type Source, taggedBy } from './source.ts';

/** All files bear this time, whenever they were written. */
const mtime = new Date('2020-01-01T00:00:00Z');

/** A folder says no tags: a rule of the endpoint does. */
const tagsOf = (path: string): readonly string[] => [Number(path[1]) % 2 === 0 ? 'even' : 'odd', 'number'];

/** A real folder whose files are rewritten at the same size and mtime, in place or by a rename, and now and then removed. */
export async function changingFolder(random: Random, count = 5): Promise<Source> {
  const parent = await mkdtemp(join(tmpdir(), 'tintype-model-'));
  const root = join(parent, 'photos');
  await mkdir(root);
  const paths = Array.from({ length: count }, (_, index) => `/${index}.png`) as [string, ...string[]];
  const history = createHistory(paths);
  const present = new Set<string>();
  const writing = new Set<string>();

  const replace = async (path: string, bytes: Buffer): Promise<void> => {
    const other = join(parent, `next-${path.slice(1)}`);
    await writeFile(other, bytes);
    await utimes(other, mtime, mtime);
    await rename(other, root + path);
    present.add(path);
  };

  const rewrite = async (path: string, bytes: Buffer): Promise<void> => {
    const file = await open(root + path, 'r+');
    try {
      await file.write(bytes, 0, bytes.length, 0);
      await file.utimes(mtime, mtime);
    } finally {
      await file.close();
    }
  };

  for (const path of paths) await replace(path, await pictureOf(1));
  return {
    origin: folder(root),
    paths,
    tags: ({ path }) => tagsOf(path),
    tagged: taggedBy(paths, tagsOf),
    // The folder gives up on a file that keeps changing while it is read, and reads none that changed a moment ago.
    changeMs: 80,
    held: history.held,
    newestAbsence: history.newestAbsence,
    async change(path) {
      if (writing.has(path)) return;
      writing.add(path);
      const isAbsence = present.has(path) && random.chance(0.1);
      const isInPlace = present.has(path) && random.chance(0.5);
      const version = history.begin(path, isAbsence);
      if (isAbsence) {
        present.delete(path);
        await unlink(root + path);
      } else {
        const bytes = await pictureOf(version);
        await (isInPlace ? rewrite(path, bytes) : replace(path, bytes));
      }
      history.settle(path, version);
      writing.delete(path);
    },
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  };
}
