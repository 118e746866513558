import { once } from 'node:events';
import { appendFile, rename, truncate, writeFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folder } from '../../../src/origin/folder/folder.ts';
import { readUnchanged } from '../../../src/origin/folder/read-file.ts';
import { locate } from '../../../src/origin/folder/real-path.ts';
import type { OriginResponse } from '../../../src/origin/origin.ts';
import { ask, type TempFolder, tempFolder } from '../temp-folder.ts';

let photos: TempFolder;
beforeEach(async () => {
  photos = await tempFolder();
  await photos.put('cat.jpg', 'meow');
});
afterEach(() => photos[Symbol.asyncDispose]());

describe('a file that changes', () => {
  it('shows at the next read, each of many edits of the same size within moments', async () => {
    const origin = folder(photos.root);
    let etag: string | undefined;
    for (let edit = 10; edit < 30; edit++) {
      await photos.put('cat.jpg', `me${edit}`);
      const answer = (await origin.read('/cat.jpg', ask({ ifNoneMatch: etag }))) as OriginResponse;
      expect(answer.body?.toString()).toBe(`me${edit}`);
      etag = answer.headers.etag as string | undefined;
    }
  });

  it.each([
    ['grew', () => appendFile(photos.at('cat.jpg'), '!')],
    ['shrank', () => truncate(photos.at('cat.jpg'), 1)],
    ['was rewritten', () => writeFile(photos.at('cat.jpg'), 'bark')],
    [
      'was replaced',
      async () => {
        await photos.put('new.jpg', 'bark');
        await rename(photos.at('new.jpg'), photos.at('cat.jpg'));
      },
    ],
  ])('is not read as what it was when it was located: %s', async (_, change) => {
    const located = await locate(photos.root, '/cat.jpg');
    await change();
    expect(await readUnchanged(located ?? expect.fail(), { maxBytes: 1000 })).toBeUndefined();
  });

  it('is never answered as a mix of two states, whatever moment it is rewritten in', async () => {
    const size = 4_000_000;
    await photos.put('cat.jpg', Buffer.alloc(size, 0));
    const origin = folder(photos.root);
    const outcomes = { whole: 0, failed: 0 };
    await whileRewritten(rewriteInBursts, async () => {
      for (let round = 0; round < 40; round++) {
        const answer = await origin.read('/cat.jpg', ask({ maxBytes: size })).catch((error: unknown) => error);
        if (answer instanceof Error) {
          expect(answer).toMatchObject({ code: 'ORIGIN_FAILED' });
          outcomes.failed++;
          continue;
        }
        const { body = Buffer.of() } = answer as OriginResponse;
        expect(body).toHaveLength(size);
        expect(Buffer.alloc(size, body[0]).equals(body)).toBe(true);
        outcomes.whole++;
      }
    });
    expect(outcomes.whole).toBeGreaterThan(0);
  });

  it('fails in the end where it never stands still', async () => {
    const origin = folder(photos.root);
    await whileRewritten(rewriteForEver, async () => {
      // On a busy machine the writer may pause, and a pause is a file that stands still.
      for (let round = 0; round < 20; round++) {
        const outcome = await origin.read('/cat.jpg', ask()).catch((error: unknown) => error);
        if (outcome instanceof Error) return expect(outcome).toMatchObject({ code: 'ORIGIN_FAILED' });
      }
      expect.fail('every read found the file at rest');
    });
  });
});

async function whileRewritten(script: string, run: () => Promise<void>): Promise<void> {
  const writer = new Worker(script, { eval: true, workerData: photos.at('cat.jpg') });
  try {
    await once(writer, 'message');
    await run();
  } finally {
    await writer.terminate();
  }
}

/** Each rewrite fills the same inode with one byte value, half by half; then the file rests for up to 60 ms. */
const rewriteInBursts = `
  const { openSync, writeSync } = require('node:fs');
  const { parentPort, workerData } = require('node:worker_threads');
  const file = openSync(workerData, 'r+');
  const rest = new Int32Array(new SharedArrayBuffer(4));
  parentPort.postMessage('ready');
  for (let value = 1; ; value++) {
    const half = Buffer.alloc(2_000_000, value);
    writeSync(file, half, 0, half.length, 0);
    writeSync(file, half, 0, half.length, half.length);
    Atomics.wait(rest, 0, 0, (value * 7) % 60);
  }`;

const rewriteForEver = `
  const { openSync, writeSync } = require('node:fs');
  const { parentPort, workerData } = require('node:worker_threads');
  const file = openSync(workerData, 'r+');
  parentPort.postMessage('ready');
  for (;;) writeSync(file, 'bark', 0);`;
