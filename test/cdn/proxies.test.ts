import { type Edge, nginx, varnish } from '@tintype/cdn';
import type { PurgeRequest, PurgeStatus, TintypeOptions } from '@tintype/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { originalId } from '../../packages/core/src/origin/identity.ts';
import { keysOfTargets } from '../../packages/core/src/purge/surrogate-keys.ts';
import { type BehindEdge, behind, type Front, openFront } from '../support/behind-edge.ts';
import { purge, someKeys } from '../support/cdn-api.ts';
import { type EdgeServer, hasNginx, hasVarnish, startNginx, startVarnish } from '../support/edge-servers.ts';
import { freePort } from '../support/free-port.ts';
import { ask } from '../support/raw-http.ts';
import { versionsOf } from '../support/versioned-picture.ts';

const kinds: readonly (readonly [string, boolean, typeof startVarnish, (server: EdgeServer) => Edge])[] = [
  ['Varnish by xkey', hasVarnish, startVarnish, ({ url }) => varnish({ servers: url })],
  ['Varnish by bans', hasVarnish, startVarnish, ({ url }) => varnish({ servers: url, by: 'ban' })],
  ['nginx', hasNginx, startNginx, ({ directory }) => nginx({ directory })],
];

/** Opens a cache in front for the tests of a block. */
function frontOf(isThere: boolean, start: typeof startVarnish): () => Front {
  let front: Front | undefined;
  beforeAll(async () => {
    if (isThere) front = await openFront(start);
  });
  afterAll(() => front?.close());
  return () => front as Front;
}

/** Puts versions at paths. */
function putAll({ shelf }: BehindEdge, version: number, paths: readonly string[]): void {
  for (const path of paths) shelf.put(path, version);
}

const accepts = ['image/avif,image/webp,*/*', 'image/avif', 'image/webp', '*/*'];

describe.each(kinds)('%s in front', (_name, isThere, start, edgeOf) => {
  const edgeIt = it.runIf(isThere);
  const front = frontOf(isThere, start);
  const open = (options?: Partial<TintypeOptions>) => behind(front(), edgeOf(front().server), options);

  edgeIt('keeps what it has until a purge, which reaches all sizes and formats of a picture', async () => {
    const site = await open();
    putAll(site, 1, ['/cats/1.png', '/cats/2.png']);
    const targets = accepts.map((accept) => ['/cats/1.png?format=auto&lossless=true', accept] as const);
    const all = [...targets, ['/cats/1.png?w=8', '*/*'] as const];
    const look = async () => {
      const seen = [];
      for (const [target, accept] of all) seen.push(await site.get(target, accept));
      return seen.map(({ type, versions, isHit }) => [type, versions?.[0], isHit]);
    };
    const types = ['image/avif', 'image/avif', 'image/webp', 'image/png', 'image/png'];
    expect(await look()).toEqual(types.map((type) => [type, 1, false]));
    await site.get('/cats/2.png');
    putAll(site, 2, ['/cats/1.png', '/cats/2.png']);
    expect(await look()).toEqual(types.map((type) => [type, 1, true]));
    const { state } = await site.images.purge('/cats/1.png', { wait: 'all' });
    expect(state).toBe('completed');
    expect(await look()).toEqual(types.map((type) => [type, 2, false]));
    expect((await site.get('/cats/2.png')).versions).toEqual([1, 1]);
  });

  edgeIt.each([
    ['a folder', '/cats/*', [2, 2, 1, 1]],
    ['a beginning of names', '/cats/1*', [2, 1, 1, 1]],
    ['a folder in a folder', '/dogs/small/*', [1, 1, 1, 2]],
    ['a folder with all below it', '/dogs/*', [1, 1, 2, 2]],
    ['everything', { all: true }, [2, 2, 2, 2]],
    ['a URL', { url: 'https://www.example.com/images/cats/1.png?w=9' }, [2, 1, 1, 1]],
  ] as const)('shows anew after a purge of %s what that reaches', async (_what, target, expected) => {
    const site = await open();
    const paths = ['/cats/1.png', '/cats/2.png', '/dogs/1.png', '/dogs/small/1.png'];
    putAll(site, 1, paths);
    expect(await site.versionsOf(paths)).toEqual([1, 1, 1, 1]);
    putAll(site, 2, paths);
    await site.images.purge(target, { wait: 'all' });
    expect(await site.versionsOf(paths)).toEqual(expected);
  });

  edgeIt('shows anew what has a tag that was purged', async () => {
    const site = await open({ tags: ({ path }) => (path.includes('1') ? ['odd one, out', 'all'] : ['all']) });
    const paths = ['/1.png', '/2.png'];
    putAll(site, 1, paths);
    await site.versionsOf(paths);
    putAll(site, 2, paths);
    await site.images.purge({ tag: 'odd one, out' }, { wait: 'all' });
    expect(await site.versionsOf(paths)).toEqual([2, 1]);
    await site.images.purge({ tag: 'all' }, { wait: 'all' });
    expect(await site.versionsOf(paths)).toEqual([2, 2]);
  });

  edgeIt('shows a composite anew after a purge of what is laid over it, or of the folder that lies in', async () => {
    const site = await open();
    const composite = '/photo.png?overlay=/logos/logo.png&overlay-w=8&overlay-position=left%20top';
    putAll(site, 1, ['/photo.png', '/logos/logo.png', '/other.png']);
    expect((await site.get(composite)).versions).toEqual([1, 1]);
    await site.get('/other.png');
    for (const [version, target] of [
      [2, '/logos/logo.png'],
      [3, '/logos/*'],
    ] as const) {
      putAll(site, version, ['/photo.png', '/logos/logo.png', '/other.png']);
      await site.images.purge(target, { wait: 'all' });
      expect((await site.get(composite)).versions).toEqual([version, 1]);
    }
    expect((await site.get('/other.png')).versions).toEqual([1, 1]);
  });

  edgeIt('forgets that a picture is not there', async () => {
    const site = await open();
    expect(await site.get('/late.png')).toMatchObject({ status: 404, isHit: false });
    expect(await site.get('/late.png')).toMatchObject({ status: 404, isHit: true });
    site.shelf.put('/late.png', 1);
    await site.images.purge('/late.png', { wait: 'all' });
    expect(await site.get('/late.png')).toMatchObject({ status: 200, versions: [1, 1] });
  });

  edgeIt('takes as many keys as a purge may have', async () => {
    const site = await open();
    putAll(site, 1, ['/1.png', '/2.png']);
    await site.versionsOf(['/1.png', '/2.png']);
    const { hash } = originalId('shelf', '/1.png');
    const own = keysOfTargets([{ kind: 'exact', origin: 'shelf', hash }], 'shelf');
    await purge(edgeOf(front().server), { keys: [...someKeys(700), ...own] });
    expect([(await site.get('/1.png')).isHit, (await site.get('/2.png')).isHit]).toEqual([false, true]);
  });

  edgeIt('tells clients no keys', async () => {
    const site = await open();
    site.shelf.put('/1.png', 1);
    const { headers } = await site.get('/1.png');
    expect([headers.get('xkey'), headers.get('surrogate-key')]).toEqual([null, null]);
  });

  edgeIt.each(['/.*', '/a|b.png', '/(.png', '/ñ "x" $1.png'])('takes %s for a name', async (path) => {
    const site = await open();
    putAll(site, 1, [path, '/b.png']);
    const target = encodeURIComponent(path.slice(1));
    await site.versionsOf([`/${target}`, '/b.png']);
    putAll(site, 2, [path, '/b.png']);
    await site.images.purge({ path: `/${target}` }, { wait: 'all' }).catch(() => undefined);
    expect((await site.get('/b.png')).versions).toEqual([1, 1]);
  });
});

const byUrl = { queries: ['', 'w=8', 'format=auto&lossless=true'], overlays: ['/logos/'] };
const listed: typeof kinds = [
  [
    'Varnish',
    hasVarnish,
    startVarnish,
    ({ url }) => varnish({ servers: url, byUrl: { ...byUrl, host: new URL(url).host } }),
  ],
  ['nginx', hasNginx, startNginx, ({ url }) => nginx({ byUrl: { ...byUrl, locations: `${url}/purge` } })],
];

describe.each(listed)('%s in front, by URL', (_name, isThere, start, edgeOf) => {
  const edgeIt = it.runIf(isThere);
  const front = frontOf(isThere, start);

  edgeIt('shows the listed URLs of a picture anew, each in all formats', async () => {
    const site = await behind(front(), edgeOf(front().server));
    const target = '/cats/%C3%B1%20&%201,5.png';
    site.shelf.put('/cats/ñ & 1,5.png', 1);
    const look = async () => {
      const seen = [await site.get(target), await site.get(`${target}?w=8`), await site.get(`${target}?w=9`)];
      for (const accept of accepts) seen.push(await site.get(`${target}?format=auto&lossless=true`, accept));
      return seen.map(({ versions }) => versions?.[0]);
    };
    expect(await look()).toEqual([1, 1, 1, 1, 1, 1, 1]);
    site.shelf.put('/cats/ñ & 1,5.png', 2);
    expect(await look()).toEqual([1, 1, 1, 1, 1, 1, 1]);
    await site.images.purge(target, { wait: 'all' });
    expect(await look()).toEqual([2, 2, 1, 2, 2, 2, 2]);
    // What is not there any more is purged.
    expect(await site.images.purge(target, { wait: 'all' })).toMatchObject({ state: 'completed' });
  });

  edgeIt.each([
    ['a prefix', '/cats/*', 'cannot purge a folder, a prefix or everything URL by URL'],
    ['everything', { all: true }, 'cannot purge a folder, a prefix or everything URL by URL'],
    ['a tag', { tag: 'cats' }, 'cannot purge by tag: URLs do not tell tags'],
    ['what is laid over others', '/logos/a.png', 'cannot purge what is laid over other pictures'],
  ] as const)('says in the status that it cannot purge %s', async (_what, target, reason) => {
    const site = await behind(front(), edgeOf(front().server), { mounts: '/images' });
    const status = await endOf(site, target);
    expect(status).toMatchObject({ state: 'failed', steps: [{ state: 'done' }, { state: 'failed' }] });
    expect(status?.steps[1]?.reason).toContain(reason);
  });
});

/** The status of a purge once all of it is over. */
async function endOf({ images }: BehindEdge, target: PurgeRequest): Promise<PurgeStatus | undefined> {
  const { id } = await images.purge(target);
  await expect.poll(async () => (await images.purgeStatus(id))?.state).not.toBe('pending');
  return images.purgeStatus(id);
}

describe.runIf(hasVarnish)('Varnish', () => {
  const front = frontOf(hasVarnish, startVarnish);

  it('serves what was purged softly once more, while it asks us', async () => {
    const site = await behind(front(), varnish({ servers: front().server.url }));
    site.shelf.put('/1.png', 1);
    await site.get('/1.png');
    site.shelf.put('/1.png', 2);
    await site.images.purge('/1.png', { mode: 'soft', wait: 'all' });
    // Ours is refreshed behind the first who asks us.
    const ours = () => site.images.handle({ method: 'GET', target: '/1.png', mount: '', headers: {} });
    await expect.poll(async () => versionsOf((await ours())?.body)).toEqual({ first: 2, last: 2 });
    expect((await site.get('/1.png')).versions).toEqual([1, 1]);
    await expect.poll(async () => (await site.get('/1.png')).versions).toEqual([2, 2]);
  });

  it('takes no expression for a key', async () => {
    const ban = async (value: string) =>
      (await ask(Number(new URL(front().server.url).port), '/', { method: 'BAN', headers: { 'xkey-ban': value } }))
        .status;
    expect([await ban('a0 || obj.http.x ~ .'), await ban(''), await ban('a0|b1')]).toEqual([400, 400, 200]);
  });

  it('that is one of several and does not answer stands in the status', async () => {
    const { url } = front().server;
    const gone = `http://127.0.0.1:${await freePort()}`;
    const site = await behind(front(), varnish({ servers: [gone, url], timeout: 0.2 }));
    site.shelf.put('/1.png', 1);
    await site.get('/1.png');
    const status = await endOf(site, '/1.png');
    expect(status?.steps[1]).toMatchObject({ step: 'hook', name: 'varnish', state: 'failed' });
    expect(status?.steps[1]?.reason).toMatch(
      /^1 of 2 requests failed: 127\.0\.0\.1:\d+: no answer \(ECONNREFUSED\), at attempt \d/,
    );
    expect((await site.get('/1.png')).isHit).toBe(false);
  });
});
