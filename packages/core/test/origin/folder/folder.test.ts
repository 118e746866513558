import { chmod, mkdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folder } from '../../../src/origin/folder/folder.ts';
import type { OriginResponse } from '../../../src/origin/origin.ts';
import { ask, codeOf, errorOf, later, type TempFolder, tempFolder } from '../temp-folder.ts';

let photos: TempFolder;
beforeEach(async () => {
  photos = await tempFolder();
});
afterEach(() => photos[Symbol.asyncDispose]());

const read = async (path: string, fields = {}, options = {}) => folder(photos.root, options).read(path, ask(fields));

describe('folder', () => {
  it('answers with the bytes of a file, to be asked again after a second', async () => {
    await photos.put('cats/1.jpg', 'meow');
    expect(await read('/cats/1.jpg', {}, { clock: later })).toStrictEqual({
      status: 200,
      headers: {
        'content-type': 'image/jpeg',
        etag: expect.stringMatching(/^W\/"[\da-z]+(?:-[\da-z]+){3}"$/),
        'last-modified': expect.stringMatching(/ GMT$/),
      },
      body: Buffer.from('meow'),
      recheck: 1,
    });
  });

  it.each([
    ['cat.JPG', 'image/jpeg'],
    ['cat.avif', 'image/avif'],
    ['logo.svg', 'image/svg+xml'],
    ['page.html', 'text/html; charset=utf-8'],
    ['notes.txt', 'text/plain; charset=utf-8'],
    ['script.js', 'text/javascript; charset=utf-8'],
    ['data.json', 'application/json; charset=utf-8'],
    ['guide.pdf', 'application/pdf'],
    ['cats.tar.gz', 'application/gzip'],
    ['noextension', undefined],
    ['jpg', undefined],
    ['cat.nobodyknows', undefined],
  ])('says that %s is %s', async (name, type) => {
    await photos.put(name, 'meow');
    const answer = (await read(`/${name}`)) as OriginResponse;
    expect(answer.headers['content-type']).toBe(type);
  });

  it('has nothing at a URL, though the disk has such folders', async () => {
    await photos.put('https:/x.example/cat.jpg', 'meow');
    expect(await read('/https://x.example/cat.jpg')).toStrictEqual({ status: 404, headers: {}, recheck: 1 });
  });

  it('answers 404 where there is nothing, to be asked again after a second', async () => {
    await photos.put('cat.jpg', 'meow');
    for (const path of ['/dog.jpg', '/cats/1.jpg', '/cat.jpg/1.jpg']) {
      expect(await read(path)).toStrictEqual({ status: 404, headers: {}, recheck: 1 });
    }
  });

  it('answers 404 for paths that the disk cannot have', async () => {
    const deep = `${photos.root}${`/${'x'.repeat(200)}`.repeat(19)}`;
    await mkdir(deep, { recursive: true });
    expect(await folder(deep).read(`/${'x'.repeat(255)}`, ask())).toMatchObject({ status: 404 });
  });

  it.each([
    'a b.jpg',
    '100%.jpg',
    '%41.jpg',
    '[x].jpg',
    'a+b.jpg',
    'a#b.jpg',
    'a?b.jpg',
    'logo.svg[scale=10]',
    '🐈.jpg',
    "it's.jpg",
    '*.jpg',
    'a..b.jpg',
  ])('reads a file named %s', async (name) => {
    await photos.put(name, name);
    expect(await read(`/${name}`)).toMatchObject({ status: 200, body: Buffer.from(name) });
  });

  it('keeps two files apart whose names differ in Unicode form alone', async () => {
    await photos.put('\u00e9.jpg', 'composed');
    await photos.put('e\u0301.jpg', 'decomposed');
    expect(await read('/\u00e9.jpg')).toMatchObject({ body: Buffer.from('composed') });
    expect(await read('/e\u0301.jpg')).toMatchObject({ body: Buffer.from('decomposed') });
  });

  it('reads an empty file', async () => {
    await photos.put('empty.jpg', '');
    expect(await read('/empty.jpg')).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  it('reads a file of several megabytes whole', async () => {
    const bytes = Buffer.alloc(5_000_000, 'photograph');
    await photos.put('big.jpg', bytes);
    const answer = (await read('/big.jpg', { maxBytes: bytes.length })) as OriginResponse;
    expect(answer.status).toBe(200);
    expect(bytes.equals(answer.body ?? Buffer.of())).toBe(true);
  });

  it('takes a file of the size limit and refuses one byte more', async () => {
    await photos.put('cat.jpg', 'x'.repeat(100));
    expect(await read('/cat.jpg', { maxBytes: 100 })).toMatchObject({ status: 200 });
    expect(await codeOf(read('/cat.jpg', { maxBytes: 99 }))).toBe('ORIGINAL_TOO_LARGE');
  });

  it('fails where a file may not be read, and tells the operator alone', async () => {
    await photos.put('cat.jpg', 'meow');
    await chmod(photos.at('cat.jpg'), 0o000);
    const error = await errorOf(unprivileged(() => read('/cat.jpg')));
    expect(error).toMatchObject({ code: 'ORIGIN_FAILED', cause: { code: 'EACCES' } });
    expect(error.message).not.toContain('cat');
  });

  it('takes a root relative to the working directory, and through a link', async () => {
    await photos.put('cat.jpg', 'meow');
    await symlink(photos.root, photos.at('../current'));
    const origin = folder(relative(process.cwd(), photos.at('../current')));
    expect(origin.name).toBe(`folder:${photos.at('../current')}`);
    expect(await origin.read('/cat.jpg', ask())).toMatchObject({ status: 200 });
  });

  it('follows the root where a deployment switches its link', async () => {
    await photos.put('1/cat.jpg', 'one');
    await photos.put('2/cat.jpg', 'two');
    await symlink('1', photos.at('current'));
    const origin = folder(photos.at('current'));
    expect(await origin.read('/cat.jpg', ask())).toMatchObject({ body: Buffer.from('one') });
    await symlink('2', photos.at('next'));
    await rename(photos.at('next'), photos.at('current'));
    expect(await origin.read('/cat.jpg', ask())).toMatchObject({ body: Buffer.from('two') });
  });

  it('warns about a root that does not exist, and fails until it does', async () => {
    const warnings: string[] = [];
    const listen = (warning: Error): unknown => warnings.push(warning.message);
    process.on('warning', listen);
    const origin = folder(photos.at('mounted-later'));
    await delay(0);
    process.off('warning', listen);
    expect(warnings).toStrictEqual([expect.stringContaining(photos.at('mounted-later'))]);
    const error = await errorOf(origin.read('/cat.jpg', ask()) as Promise<unknown>);
    expect(error).toMatchObject({ code: 'ORIGIN_FAILED', cause: { code: 'ENOENT' } });
    expect(error.message).not.toContain('mounted');
    await photos.put('mounted-later/cat.jpg', 'meow');
    expect(await origin.read('/cat.jpg', ask())).toMatchObject({ status: 200 });
  });

  it('fails, rather than answering 404, where the root has gone', async () => {
    const origin = folder(photos.root);
    await rm(photos.root, { recursive: true });
    expect(await codeOf(origin.read('/cat.jpg', ask()) as Promise<unknown>)).toBe('ORIGIN_FAILED');
  });

  it.each([
    ['', {}, 'Expected the path of a folder'],
    [undefined, {}, 'Expected the path of a folder'],
    [import.meta.filename, {}, 'Expected a folder'],
    ['.', { recheck: '1' }, 'folder.recheck'],
    ['.', { name: '' }, 'folder.name'],
    ['.', { dotfiles: true }, 'Unknown option folder.dotfiles'],
  ])('refuses to be built from %j and %j', (root, options, message) => {
    expect(() => folder(root as string, options as object)).toThrow(TypeError);
    expect(() => folder(root as string, options as object)).toThrow(message);
  });

  it('takes its name and recheck from the options', async () => {
    const origin = folder(photos.root, { name: 'cats', recheck: 0 });
    expect(origin.name).toBe('cats');
    expect(await origin.read('/none.jpg', ask())).toMatchObject({ recheck: 0 });
  });
});

describe('a question to a folder with validators', () => {
  it('is answered 304 without reading where the file is the same', async () => {
    await photos.put('cat.jpg', 'meow');
    const { headers } = await old('/cat.jpg');
    // Over the limit: reading would fail.
    const again = await read('/cat.jpg', { ifNoneMatch: headers.etag, maxBytes: 1 }, { clock: later });
    expect(again).toStrictEqual({ status: 304, headers, recheck: 1 });
  });

  it('is answered with the bytes where the tag is another', async () => {
    await photos.put('cat.jpg', 'meow');
    expect(await read('/cat.jpg', { ifNoneMatch: 'W/"1-2-3-4"' })).toMatchObject({ status: 200 });
    expect(await read('/cat.jpg', { ifModifiedSince: new Date().toUTCString() })).toMatchObject({ status: 200 });
  });

  it('is answered with the bytes after a purge, though nothing on the stamp has changed', async () => {
    await photos.put('cat.jpg', 'meow');
    const { headers } = await old('/cat.jpg');
    const again = await read('/cat.jpg', { ifNoneMatch: headers.etag, noCache: true }, { clock: later });
    expect(again).toMatchObject({ status: 200, body: Buffer.from('meow') });
  });

  it.each([
    ['edited in place, keeping size and mtime', (file: string) => keepingTimes(file, () => writeFile(file, 'bark'))],
    [
      'replaced by another of the same size and mtime',
      (file: string) =>
        keepingTimes(file, async () => {
          await writeFile(`${file}.new`, 'bark');
          await rename(`${file}.new`, file);
        }),
    ],
  ])('is answered with the new bytes where the file was %s', async (_, edit) => {
    await photos.put('cat.jpg', 'meow');
    await utimes(photos.at('cat.jpg'), 1_000_000_000, 1_000_000_000);
    const { headers } = await old('/cat.jpg');
    await edit(photos.at('cat.jpg'));
    const again = await read('/cat.jpg', { ifNoneMatch: headers.etag }, { clock: later });
    expect(again).toMatchObject({ status: 200, body: Buffer.from('bark') });
  });

  it('is answered 404 where the file has gone', async () => {
    await photos.put('cat.jpg', 'meow');
    const { headers } = await old('/cat.jpg');
    await unlink(photos.at('cat.jpg'));
    expect(await read('/cat.jpg', { ifNoneMatch: headers.etag })).toMatchObject({ status: 404 });
  });

  it('cannot be asked where the file was changed just now, so that the next edit shows', async () => {
    await photos.put('cat.jpg', 'meow');
    const { headers } = await old('/cat.jpg', { now: Date.now });
    expect(headers).not.toHaveProperty('etag');
    expect(await read('/cat.jpg', { ifModifiedSince: String(headers['last-modified']) })).toMatchObject({
      status: 200,
    });
  });

  it.each([
    ['two seconds after the change', 2100, true],
    ['just before that', 1000, false],
    ['where the disk is ahead of us', -60_000, false],
  ])('can be asked or not: %s', async (_, age, trusted) => {
    await photos.put('cat.jpg', 'meow');
    const { headers } = await old('/cat.jpg', { now: () => Date.now() + age });
    expect(headers.etag !== undefined).toBe(trusted);
  });

  it('tells by the inode change too, whatever mtime somebody has set', async () => {
    await photos.put('cat.jpg', 'meow');
    await utimes(photos.at('cat.jpg'), 1_000_000_000, 1_000_000_000);
    expect((await old('/cat.jpg', { now: Date.now })).headers).not.toHaveProperty('etag');
  });

  it('gets the date in whole seconds, rounded down', async () => {
    await photos.put('cat.jpg', 'meow');
    await utimes(photos.at('cat.jpg'), 1_000_000_000.9, 1_000_000_000.9);
    expect((await old('/cat.jpg')).headers['last-modified']).toBe('Sun, 09 Sep 2001 01:46:40 GMT');
  });

  it('gets no date from the future, but a tag', async () => {
    await photos.put('cat.jpg', 'meow');
    await utimes(photos.at('cat.jpg'), 4_000_000_000, 4_000_000_000);
    expect((await old('/cat.jpg')).headers).toStrictEqual({ 'content-type': 'image/jpeg', etag: expect.any(String) });
  });
});

async function old(path: string, clock = later): Promise<{ headers: Record<string, string> }> {
  return (await read(path, {}, { clock })) as { headers: Record<string, string> };
}

async function keepingTimes(file: string, edit: () => Promise<void>): Promise<void> {
  // Past the tick of the disk's clock, as an edit by hand is.
  await delay(20);
  await edit();
  await utimes(file, 1_000_000_000, 1_000_000_000);
}

/** Runs as a user whom permissions bind, if this is root. */
async function unprivileged<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run();
  await chmod(dirname(photos.root), 0o755);
  process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
