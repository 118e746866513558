import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { link, mkdir, rename, symlink, unlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folder } from '../../../src/origin/folder/folder.ts';
import { readUnchanged } from '../../../src/origin/folder/read-file.ts';
import { type LocatedFile, locate } from '../../../src/origin/folder/real-path.ts';
import { ask, type TempFolder, tempFolder } from '../temp-folder.ts';

let photos: TempFolder;
beforeEach(async () => {
  photos = await tempFolder();
  await photos.put('cat.jpg', 'meow');
  await photos.put('../secret.jpg', 'secret');
  await photos.put('../photos-private/secret.jpg', 'secret');
});
afterEach(() => photos[Symbol.asyncDispose]());

const read = async (path: string) => folder(photos.root).read(path, ask());
const hidden = { status: 404, headers: {}, recheck: 1 };

describe('a folder hides', () => {
  it.each([
    '',
    '/',
    '//cat.jpg',
    'cat.jpg',
    '/./cat.jpg',
    '/../photos/cat.jpg',
    '/../secret.jpg',
    '/..\\secret.jpg',
    '/../photos-private/secret.jpg',
    '-private/secret.jpg',
    '/x/../cat.jpg',
    '/cat.jpg\0.png',
    '/cat.jpg/',
    '/\ud800',
  ])('whatever is no canonical path: %j', async (path) => {
    await mkdir(photos.at('x'));
    expect(await read(path)).toStrictEqual(hidden);
  });

  it('dotfiles, whatever way leads to them', async () => {
    await photos.put('.env', 'secret');
    await photos.put('.git/config', 'secret');
    await symlink('.env', photos.at('env.jpg'));
    await symlink('.git', photos.at('git'));
    for (const path of ['/.env', '/.git/config', '/env.jpg', '/git/config']) {
      expect(await read(path)).toStrictEqual(hidden);
    }
  });

  it.each([
    ['a file outside', '../secret.jpg', '/link'],
    ['a file in the twin folder', '../photos-private/secret.jpg', '/link'],
    ['a folder outside', '..', '/link/secret.jpg'],
    ['the twin folder', '../photos-private', '/link/secret.jpg'],
    ['a device', '/dev/zero', '/link'],
    ['the kernel', '/proc/self/environ', '/link'],
    ['itself', 'link', '/link'],
    ['a folder inside', '.', '/link'],
    ['nothing', 'nowhere', '/link'],
  ])('a link to %s', async (_, target, path) => {
    await symlink(target, photos.at('link'));
    expect(await read(path)).toStrictEqual(hidden);
  });

  it('a chain of links that ends outside', async () => {
    await symlink('.hidden', photos.at('one.jpg'));
    await symlink('../photos-private/secret.jpg', photos.at('.hidden'));
    expect(await read('/one.jpg')).toStrictEqual(hidden);
  });

  it('folders', async () => {
    await mkdir(photos.at('album.jpg'));
    expect(await read('/album.jpg')).toStrictEqual(hidden);
  });

  it('a fifo, without waiting for a writer', { timeout: 5000 }, async () => {
    execFileSync('mkfifo', [photos.at('pipe.jpg')]);
    expect(await read('/pipe.jpg')).toStrictEqual(hidden);
  });

  it('a socket', async () => {
    const server = createServer().listen(photos.at('socket.jpg'));
    await once(server, 'listening');
    expect(await read('/socket.jpg')).toStrictEqual(hidden);
    server.close();
  });

  it.each([
    ['Cat.jpg', 'cat.jpg', '/Cat.jpg'],
    ['Album', 'album', '/Album/1.jpg'],
    ['e\u0301.jpg', '\u00e9.jpg', '/e\u0301.jpg'],
  ])('what answers to %j but is named %j, as on a disk careless of spelling', async (name, real, path) => {
    await photos.put('album/1.jpg', 'meow');
    await photos.put('\u00e9.jpg', 'meow');
    await symlink(real, photos.at(name));
    expect(await read(path)).toStrictEqual(hidden);
  });
});

describe('a folder follows', () => {
  it.each([
    ['a link to a file', 'link.jpg', 'cat.jpg', '/link.jpg'],
    ['a link to a folder', 'link', 'album', '/link/1.jpg'],
    ['a link to the root itself', 'link', '.', '/link/cat.jpg'],
    ['a link that leaves and comes back', 'link.jpg', '../photos/cat.jpg', '/link.jpg'],
  ])('%s inside', async (_, name, target, path) => {
    await photos.put('album/1.jpg', 'meow');
    await symlink(target, photos.at(name));
    expect(await read(path)).toMatchObject({ status: 200, body: Buffer.from('meow') });
  });
});

describe('a located file is not read', () => {
  const swaps: readonly (readonly [string, string | undefined, () => Promise<void>])[] = [
    ['a link to outside', 'ELOOP', () => symlink('../../secret.jpg', photos.at('album/1.jpg'))],
    ['another file', undefined, () => link(photos.at('cat.jpg'), photos.at('album/1.jpg'))],
    ['a fifo', undefined, async () => void execFileSync('mkfifo', [photos.at('album/1.jpg')])],
    ['a folder', undefined, () => mkdir(photos.at('album/1.jpg'))],
  ];

  it.each(swaps)('once %s has come in its place', { timeout: 5000 }, async (_, code, swap) => {
    const located = await locateAlbum();
    await unlink(photos.at('album/1.jpg'));
    await swap();
    const outcome = await readUnchanged(located, { maxBytes: 1000 }).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect(outcome).toBe(code);
  });

  it('once its folder has become a link to outside, though it is the very same file', async () => {
    const located = await locateAlbum();
    await rename(photos.at('album'), photos.at('../elsewhere'));
    await symlink('../elsewhere', photos.at('album'));
    expect(statSync(located.file, { bigint: true }).ino).toBe(located.stamp.ino);
    expect(await readUnchanged(located, { maxBytes: 1000 })).toBeUndefined();
  });

  async function locateAlbum(): Promise<LocatedFile> {
    await photos.put('album/1.jpg', 'meow');
    const located = await locate(photos.root, '/album/1.jpg');
    if (located === undefined) throw new Error('album/1.jpg was not located');
    return located;
  }
});

it('a folder never answers with a file from outside while links are swapped under it', async () => {
  await photos.put('album/1.jpg', 'meow');
  await photos.put('../outside/1.jpg', 'secret');
  // Two names that are exchanged without end: a folder inside, and a link to one outside.
  await symlink('../outside', photos.at('spare'));
  const swapper = new Worker(swapForEver, {
    eval: true,
    workerData: [photos.at('album'), photos.at('spare'), photos.at('aside')],
  });
  const answers = { 200: 0, 404: 0, failed: 0 };
  try {
    await once(swapper, 'message');
    for (let round = 0; round < 400; round++) {
      const answer = await read('/album/1.jpg').catch(() => 'failed' as const);
      if (answer === 'failed') answers.failed++;
      else if (answer !== undefined && 'status' in answer && answer.status === 200) {
        expect(answer.body).toStrictEqual(Buffer.from('meow'));
        answers[200]++;
      } else answers[404]++;
    }
  } finally {
    await swapper.terminate();
  }
  expect(answers[200]).toBeGreaterThan(0);
  expect(answers[404] + answers.failed).toBeGreaterThan(0);
});

const swapForEver = `
  const { renameSync } = require('node:fs');
  const { parentPort, workerData: [one, other, aside] } = require('node:worker_threads');
  parentPort.postMessage('ready');
  for (;;) {
    renameSync(one, aside);
    renameSync(other, one);
    renameSync(aside, other);
  }`;
