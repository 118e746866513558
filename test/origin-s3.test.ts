import { afterEach, describe, expect, it } from 'vitest';
import type { Origin, OriginRequest, OriginResponse } from '../packages/core/src/origin/origin.ts';
import { type S3Options, s3 } from '../packages/core/src/origin/s3/s3.ts';
import { credentials, type S3Server, startS3 } from './support/s3-server.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each[Symbol.asyncDispose]();
});

async function bucket(
  options: Partial<S3Options> = {},
  access: { readonly requiresSignature?: boolean } = {},
): Promise<{ readonly origin: Origin; readonly server: S3Server }> {
  const server = await startS3(access);
  const origin = s3({ bucket: 'photos', endpoint: server.endpoint, credentials, ...options });
  open.push(server, { [Symbol.asyncDispose]: async () => origin.close?.() });
  return { origin, server };
}

const read = async (origin: Origin, path: string, fields: Partial<OriginRequest> = {}): Promise<OriginResponse> =>
  (await origin.read(path, { noCache: false, maxBytes: 1_000_000, ...fields })) as OriginResponse;

const meow = Buffer.from('meow');

describe('an object of a bucket', () => {
  it('comes with what it was stored with', async () => {
    const { origin, server } = await bucket();
    await server.put('cats/1.jpg', meow, {
      'content-type': 'image/jpeg',
      'cache-control': 'max-age=60',
      expires: 'Thu, 01 Jan 2032 00:00:00 GMT',
    });
    expect(await read(origin, '/cats/1.jpg')).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'image/jpeg',
        'cache-control': 'max-age=60',
        expires: 'Thu, 01 Jan 2032 00:00:00 GMT',
        etag: '"4a4be40c96ac6314e91d93f38043a634"',
        'last-modified': expect.stringMatching(/ GMT$/),
      },
      body: meow,
    });
  });

  it('is renewed by its tag', async () => {
    const { origin, server } = await bucket();
    await server.put('cat.jpg', meow);
    const { headers } = await read(origin, '/cat.jpg');
    const validators = { ifNoneMatch: String(headers.etag), ifModifiedSince: String(headers['last-modified']) };
    expect(await read(origin, '/cat.jpg', validators)).toMatchObject({ status: 304 });
    expect(await read(origin, '/cat.jpg', { ...validators, noCache: true })).toMatchObject({ status: 304 });
    expect(await read(origin, '/cat.jpg', { ifModifiedSince: validators.ifModifiedSince })).toMatchObject({
      status: 304,
    });
  });

  it('is found below the prefix alone', async () => {
    const { origin, server } = await bucket({ prefix: '/a b/2024/' });
    await server.put('a b/2024/cat.jpg', meow);
    await server.put('dog.jpg', meow);
    expect(await read(origin, '/cat.jpg')).toMatchObject({ status: 200 });
    expect(await read(origin, '/dog.jpg')).toMatchObject({ status: 404 });
    expect(origin.name).toBe(`s3:${server.endpoint}/photos/a b/2024`);
  });

  it.each([
    'a b.jpg',
    'a+b.jpg',
    'a%20b.jpg',
    'a%2Bb.jpg',
    '100%.jpg',
    'a#b.jpg',
    'a?b=c&d.jpg',
    '(1).jpg',
    "it's *!.jpg",
    'é.jpg',
    'e\u0301.jpg',
    '🐈/ü.jpg',
    'a&b=c;d,e@f$g.jpg',
    '~_-.jpg',
    '[x]{y}|z^`<>".jpg',
  ])('is signed for and found by the key %s', async (key) => {
    const { origin, server } = await bucket();
    await server.put(key, meow);
    expect(await read(origin, `/${key}`)).toMatchObject({ status: 200, body: meow });
  });

  it('is not found by a path that is a URL, nor by that of a folder', async () => {
    const { origin, server } = await bucket();
    await server.put('cats/1.jpg', meow);
    await server.put('cats/', meow);
    const before = server.requests.length;
    for (const path of ['/https://x.example/cats/1.jpg', '/cats/', '/../photos/cats/1.jpg', '/']) {
      expect(await read(origin, path)).toStrictEqual({ status: 404, headers: {} });
    }
    expect(server.requests.length).toBe(before);
    expect(await read(origin, '/cats')).toMatchObject({ status: 404 });
  });

  it('that is public needs no credentials', async () => {
    const { origin, server } = await bucket({ credentials: undefined }, { requiresSignature: false });
    await server.put('cat.jpg', meow);
    expect(await read(origin, '/cat.jpg')).toMatchObject({ status: 200, body: meow });
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
  });
});

describe('credentials of a bucket', () => {
  it('may come from a function, asked for each request', async () => {
    let calls = 0;
    const { origin, server } = await bucket({
      credentials: async () => {
        calls++;
        return { ...credentials, sessionToken: 'token/with+signs==' };
      },
    });
    await server.put('cat.jpg', meow);
    await read(origin, '/cat.jpg');
    await read(origin, '/cat.jpg');
    expect(calls).toBe(2);
    expect(server.requests[0]?.headers).toMatchObject({ 'x-amz-security-token': 'token/with+signs==' });
  });

  it('that are wrong fail, and the cause says so without them', async () => {
    const { origin, server } = await bucket({ credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'hunter2' } });
    await server.put('cat.jpg', meow);
    await expect(read(origin, '/cat.jpg')).rejects.toMatchObject({
      code: 'ORIGIN_FAILED',
      cause: {
        name: 'OriginStatusError',
        status: 403,
        message: expect.stringMatching(/SignatureDoesNotMatch: secret/),
      },
    });
    await expect(read(origin, '/cat.jpg')).rejects.not.toThrow('hunter2');
  });

  it.each([-16, 16])('are refused by a clock that is %i minutes off, and the cause says so', async (minutes) => {
    const { origin, server } = await bucket({ clock: { now: () => Date.now() + minutes * 60_000 } });
    await server.put('cat.jpg', meow);
    await expect(read(origin, '/cat.jpg')).rejects.toMatchObject({
      code: 'ORIGIN_FAILED',
      cause: { status: 403, message: expect.stringMatching(/RequestTimeTooSkewed: this machine's clock/) },
    });
  });
});

it('a bucket that does not exist is a failure, not an absence', async () => {
  const { origin } = await bucket({ bucket: 'pictures' });
  await expect(read(origin, '/cat.jpg')).rejects.toMatchObject({
    code: 'ORIGIN_FAILED',
    cause: { status: 404, message: expect.stringContaining('NoSuchBucket: there is no such bucket') },
  });
});
