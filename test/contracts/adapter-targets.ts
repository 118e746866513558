import { describe, expect, it } from 'vitest';
import { engineOn, faultyEngine } from '../support/engines.ts';
import { askInBytes, type RawAnswer } from '../support/raw-http.ts';
import { open } from '../support/sites.ts';
import type { AdapterContract } from './adapter.ts';

/** What no client may ever read: paths, hosts, stacks, the names of what we are made of. */
const secrets = /\/tmp|\/srv|photos|secret|evil|127\.0\.0\.1|node_modules|node:|vips|sharp|ENO|EACC|\n\s+at |Error/i;

const lines = (requestLine: string): string => `${requestLine} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

/** An error as everybody may see it: short, plain, never sniffed. */
export function expectQuietError({ status, headers, text }: RawAnswer): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(text.length).toBeGreaterThan(0);
  expect(text.length).toBeLessThan(250);
  expect(text).not.toMatch(secrets);
  expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
  expect(headers).not.toHaveProperty('etag');
  // Short, and shorter as it grows older.
  expect(headers['cache-control']).toMatch(status === 404 ? /^public, max-age=(10|\d)$/ : /^no-store$/);
}

/** Where requests go: to a picture, to a refusal, or past us. */
export function describeTargets({ adapter, root }: AdapterContract): void {
  const serve = () => open(adapter, { mounts: [{ images: engineOn(root()) }] });
  const long = 'a'.repeat(10_000);

  describe('targets', () => {
    it.each([
      ['beside the mount', '/other/photo.jpg'],
      ['at the root', '/'],
      ['that only begin as the mount does', '/imgs/photo.jpg'],
      ['at the mount itself', '/img'],
      ['at the mount itself, with a query', '/img?w=40'],
      ['at the mount itself, with a slash', '/img/'],
      ['at the mount itself, with a slash and a query', '/img/?w=40'],
      ['with the slash after the mount encoded', '/img%2fphoto.jpg'],
      ['with the mount encoded', '/%69mg/photo.jpg'],
      ['with a host before the mount', '//evil.com/img/photo.jpg'],
      ['with a dot segment before the mount', '/./img/photo.jpg'],
      ['in absolute form beside the mount', 'http://evil.com/other'],
      ['in absolute form without a path', 'http://evil.com'],
    ])('leaves requests %s to the application (%#)', async (_where, path) => {
      const { get } = await serve();
      const answer = await get(path);
      expect(answer.headers['x-answered-by']).toBe('application');
      expect(answer.text).toBe('the application');
      expect(answer.headers['x-url']).toBe(path);
    });

    it.each(['POST', 'OPTIONS', 'DELETE', 'HEAD'])('leaves %s beside the mount to the application', async (method) => {
      const { send } = await serve();
      for (const path of ['/other', '/img', '/img/']) {
        expect((await send(method, path)).headers['x-answered-by']).toBe('application');
      }
    });

    it.each([
      ['in absolute form', 'http://127.0.0.1/img/photo.jpg?w=40'],
      ['in absolute form with another host', 'http://evil.com:81/img/photo.jpg?w=40'],
      ['in absolute form over TLS', 'HTTPS://user@evil.com/img/photo.jpg?w=40'],
    ])('answers a target %s', async (_what, path) => {
      const { get } = await serve();
      const plain = await get('/img/photo.jpg?w=40');
      const answer = await get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.etag).toBe(plain.headers.etag);
    });

    it.each([
      ['a dot segment', '/img/../secret.jpg', 404],
      ['a dot segment inside', '/img/deep/../photo.jpg', 404],
      ['a single dot', '/img/./photo.jpg', 404],
      ['a long climb', '/img/../../../../../../etc/passwd', 404],
      ['encoded dots', '/img/%2e%2e/secret.jpg', 404],
      ['half-encoded dots', '/img/.%2E/secret.jpg', 404],
      ['encoded dots and slash', '/img/%2e%2e%2fsecret.jpg', 404],
      ['an encoded slash', '/img/deep%2fphoto.jpg', 404],
      ['an encoded slash in capitals', '/img/..%2Fsecret.jpg', 404],
      ['dots encoded twice', '/img/%252e%252e/secret.jpg', 404],
      ['a twin of the root', '/img/../photos-private/secret.jpg', 404],
      ['a backslash', '/img/..\\secret.jpg', 404],
      ['an encoded backslash', '/img/..%5csecret.jpg', 404],
      ['a drive', '/img/C:/secret.jpg', 404],
      ['a device', '/img/CON.jpg', 404],
      ['a hidden file', '/img/.hidden.jpg', 404],
      ['options of libvips', '/img/photo.jpg[shrink=8]', 404],
      ['a double slash', '/img//photo.jpg', 404],
      ['a double slash inside', '/img/deep//photo.jpg', 404],
      ['a host after the mount', '/img//evil.com/x', 404],
      ['a URL after the mount', '/img/http://evil.com/x.jpg', 404],
      ['a URL after the mount, encoded', '/img/http%3A%2F%2Fevil.com%2Fx.jpg', 404],
      ['a trailing slash', '/img/photo.jpg/', 404],
      ['a folder', '/img/deep', 404],
      ['a path of 10 kB', `/img/${long}`, 404],
      ['many segments of 10 kB', `/img/${'a/'.repeat(5000)}x`, 404],
      ['a NUL', '/img/photo.jpg%00.png', 400],
      ['a line break', '/img/photo%0d%0aSet-Cookie:x', 400],
      ['broken UTF-8', '/img/%ff%fe.jpg', 400],
      ['an overlong slash', '/img/..%c0%afsecret.jpg', 400],
      ['a lone percent sign', '/img/%', 400],
      ['half an escape', '/img/photo%2.jpg', 400],
      ['a broken escape in the query', '/img/photo.jpg?w=%zz', 400],
      ['broken UTF-8 in the query', '/img/photo.jpg?w=%ff', 400],
      ['a query of 10 kB', `/img/photo.jpg?w=${long}`, 400],
      ['a parameter twice', '/img/photo.jpg?w=40&w=41', 400],
      ['a parameter as a list', '/img/photo.jpg?w=40,41', 400],
      ['a number out of range', '/img/photo.jpg?w=-1', 400],
      ['markup in a parameter', '/img/photo.jpg?w=<script>alert(1)</script>', 400],
      ['another kind of number', '/img/photo.jpg?w=0x10', 400],
      ['a prototype in a parameter', '/img/photo.jpg?fit=__proto__', 400],
    ])('refuses %s (%#)', async (_what, path, status) => {
      const { get } = await serve();
      const answer = await get(path);
      expect(answer.status).toBe(status);
      expectQuietError(answer);
    });

    it.each(['w[]=40', 'w[toString]=1', '__proto__[w]=1', 'constructor=1'])(
      'passes over the unknown parameter %s',
      async (query) => {
        const { get } = await serve();
        expect((await get(`/img/photo.jpg?w=40&${query}`)).status).toBe(200);
      },
    );

    it('answers at once what a regular expression could choke on', async () => {
      const { get } = await serve();
      const started = performance.now();
      for (const query of [`q=${'1,'.repeat(900)}`, `position=${'('.repeat(1900)}`, '&'.repeat(2000)]) {
        await get(`/img/photo.jpg?${query}`);
      }
      expect(performance.now() - started).toBeLessThan(2000);
    });

    it.each([
      ['a fragment', '/img/photo.jpg#top'],
      ['bytes above ASCII', '/img/caf\xe9.jpg'],
      ['bytes that look like blanks', '/img/\xa0photo.jpg\xa0'],
      ['a backslash for a slash', '/img\\photo.jpg#'],
    ])('takes %s in the request line for what is not there, or not for ours', async (_what, target) => {
      const { port } = await serve();
      const answer = await askInBytes(port, lines(`GET ${target}`));
      expect(answer).toMatch(/^HTTP\/1\.1 (40[04] |200 OK.*x-answered-by: application)/s);
      expect(answer).not.toMatch(/\/tmp|node_modules|\n\s+at /);
    });

    it.each([
      ['a bad host in absolute form', 'GET http://[::1/other.jpg'],
      ['absolute form of nothing', 'GET http://'],
      ['a scheme of its own', 'GET file:///img/photo.jpg'],
      ['no leading slash', 'GET img/photo.jpg'],
      ['the whole server', 'OPTIONS *'],
      ['a raw NUL', 'GET /img/photo\0.jpg'],
    ])('answers %s as the application would without us', async (_what, line) => {
      const bare = await open(adapter, { mounts: [{ images: faultyEngine(() => undefined) }] });
      const { port, get } = await serve();
      const answers = [await askInBytes(bare.port, lines(line)), await askInBytes(port, lines(line))];
      const [without, withUs] = answers.map((answer) => /^HTTP\/1\.1 \d+/.exec(answer)?.[0]);
      expect(withUs).toBeDefined();
      expect(withUs).toBe(without);
      expect((await get('/img/photo.jpg?w=40')).status).toBe(200);
    });

    it('listens to no header that claims another URL, host or method', async () => {
      const { send, get } = await serve();
      const headers = {
        host: 'evil.com',
        'x-forwarded-host': 'evil.com',
        'x-forwarded-prefix': '/evil',
        'x-original-url': '/img/none.jpg',
        'x-rewrite-url': '/img/none.jpg',
        'x-http-method-override': 'DELETE',
      };
      const hostile = await send('GET', '/img/photo.jpg?w=40', { headers });
      const plain = await get('/img/photo.jpg?w=40');
      expect(hostile.status).toBe(200);
      expect(JSON.stringify(hostile.headers)).not.toContain('evil');
      expect(hostile.headers.etag).toBe(plain.headers.etag);
    });

    it('never reads the parsed query of the framework', async () => {
      const site = { above: ['untouchable query'] as const, mounts: [{ images: engineOn(root()) }] };
      const { get } = await open(adapter, site);
      expect((await get('/img/photo.jpg?w=40')).status).toBe(200);
      expect((await get('/img/photo.jpg?w=40')).status).toBe(200);
    });
  });

  describe('mounts', () => {
    it.each([
      [{ at: '/a/b/img' }, '/a/b/img/photo.jpg'],
      [{ within: '/assets', at: '/img' }, '/assets/img/photo.jpg'],
      [{ within: '/img', at: '/img' }, '/img/img/photo.jpg'],
      [{ at: '/caf%C3%A9' }, '/caf%C3%A9/photo.jpg'],
    ])('takes %j off the path', async (mount, path) => {
      const { get } = await open(adapter, { mounts: [{ ...mount, images: engineOn(root()) }] });
      for (const query of ['?w=40', '?w=40', '?w=41']) expect((await get(path + query)).status).toBe(200);
      expect((await get('/photo.jpg')).headers['x-answered-by']).toBe('application');
      const refused = await get(path.replace('photo.jpg', '%2e%2e/secret.jpg'));
      expect(refused.status).toBe(404);
      expectQuietError(refused);
    });

    it('leaves what falls through as it came, for what stands below', async () => {
      const options = { fallthrough: true };
      const { get } = await open(adapter, { mounts: [{ images: engineOn(root()), within: '/assets', options }] });
      const answer = await get('/assets/img/none.jpg?w=40');
      expect(answer.headers['x-answered-by']).toBe('application');
      expect(answer.headers['x-url']).toBe('/assets/img/none.jpg?w=40');
      expect(answer.headers).not.toHaveProperty('cache-control');
    });

    it('with fallthrough answers pictures and refusals, and leaves the rest', async () => {
      const options = { fallthrough: true };
      const { send } = await open(adapter, { mounts: [{ images: engineOn(root()), options }] });
      const seen = async (method: string, path: string) => {
        const { status, headers } = await send(method, path);
        return headers['x-answered-by'] ?? status;
      };
      expect(await seen('GET', '/img/photo.jpg?w=40')).toBe(200);
      expect(await seen('HEAD', '/img/photo.jpg?w=40')).toBe(200);
      expect(await seen('GET', '/img/photo.jpg?w=x')).toBe(400);
      expect(await seen('GET', '/img/none.jpg')).toBe('application');
      expect(await seen('HEAD', '/img/none.jpg')).toBe('application');
      expect(await seen('POST', '/img/photo.jpg')).toBe('application');
      expect(await seen('OPTIONS', '/img/photo.jpg')).toBe('application');
    });

    it('with fallthrough asks the next endpoint for what the first has not', async () => {
      const mounts = [
        { images: engineOn(`${root()}/deep`), options: { fallthrough: true } },
        { images: engineOn(root()) },
      ];
      const { get } = await open(adapter, { mounts });
      expect((await get('/img/caf%C3%A9%201.jpg?w=20')).status).toBe(200);
      expect((await get('/img/photo.jpg?w=20')).status).toBe(200);
      expect((await get('/img/none.jpg?w=20')).status).toBe(404);
    });
  });
}
