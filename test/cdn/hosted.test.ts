import { createHash, createHmac } from 'node:crypto';
import { bunny, cloudflare, cloudfront, fastly } from '@tintype/cdn';
import { describe, expect, it } from 'vitest';
import { type ApiRequest, openApi, purge, someKeys } from '../support/cdn-api.ts';

const token = 'a-secret-token';
const zone = '023e105f4ecef8ad9ca31a8372d0c353';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

const fine = () => ({ status: 200, body: '{"success":true,"errors":[]}' });
const created = () => ({ status: 201 });

/** What of a request its API documents. */
const essential = ({ method, url, headers, body }: ApiRequest, ...names: readonly string[]) => ({
  method,
  url,
  headers: Object.fromEntries(names.map((name) => [name, headers[name]])),
  body: body.startsWith('{') ? JSON.parse(body) : body,
});

describe('fastly', () => {
  it('purges up to 256 surrogate keys by a request', async () => {
    const api = await openApi(fine);
    const keys = someKeys(257);
    await purge(fastly({ service: 'SU1Z0isxPaozGVKXdv0eY', token, api: api.url }), { keys });
    const seen = api.requests.map((request) => essential(request, 'fastly-key', 'content-type', 'fastly-soft-purge'));
    const common = {
      method: 'POST',
      url: '/service/SU1Z0isxPaozGVKXdv0eY/purge',
      headers: { 'fastly-key': token, 'content-type': 'application/json', 'fastly-soft-purge': undefined },
    };
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual({ ...common, body: { surrogate_keys: keys.slice(0, 256) } });
    expect(seen).toContainEqual({ ...common, body: { surrogate_keys: keys.slice(256) } });
  });

  it('purges softly what was purged softly', async () => {
    const api = await openApi(fine);
    await purge(fastly({ service: 'S1', token, api: api.url }), { keys: someKeys(1), mode: 'soft' });
    expect(api.requests.map(({ headers }) => headers['fastly-soft-purge'])).toEqual(['1']);
  });

  it('has answers say what they are made from in Surrogate-Key', () => {
    expect(fastly({ service: 'S1', token }).surrogateKeys).toMatchObject([{ header: 'Surrogate-Key' }]);
  });
});

describe('cloudflare', () => {
  const url = `/zones/${zone}/purge_cache`;

  it('purges up to 100 tags by a request', async () => {
    const api = await openApi(fine);
    const keys = someKeys(101);
    const edge = cloudflare({ zone, token, api: api.url });
    await purge(edge, { keys });
    const seen = api.requests.map((request) => essential(request, 'authorization', 'content-type'));
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    expect(seen).toHaveLength(2);
    expect(seen).toContainEqual({ method: 'POST', url, headers, body: { tags: keys.slice(0, 100) } });
    expect(seen).toContainEqual({ method: 'POST', url, headers, body: { tags: keys.slice(100) } });
    expect(edge.surrogateKeys).toMatchObject([{ header: 'Cache-Tag', separator: ',' }]);
  });

  it('purges by prefixes, without queries, on all hosts and mounts', async () => {
    const api = await openApi(fine);
    const byUrl = { hosts: ['a.example', 'b.example'], overlays: [] };
    const edge = cloudflare({ zone, token, api: api.url, byUrl });
    await purge(edge, { paths: ['/1.jpg'], prefixes: ['/cats/'], mounts: ['/images', ''] });
    await purge(edge, { all: true });
    expect(api.requests.map(({ body }) => JSON.parse(body))).toEqual([
      {
        prefixes: ['a.example', 'b.example'].flatMap((host) =>
          ['/images/1.jpg', '/1.jpg', '/images/cats/', '/cats/'].map((path) => host + path),
        ),
      },
      { prefixes: ['a.example/images/', 'b.example/images/'] },
    ]);
    expect(edge.surrogateKeys).toEqual([]);
  });

  it.each([
    ['tags', { tags: ['cats'] }, 'cannot purge by tag'],
    ['a path that is too deep', { paths: ['/x'.repeat(31)] }, 'more than 31 separators'],
    ['an overlay', { paths: ['/logos/a%20b.png'] }, 'laid over other pictures'],
    ['a folder of overlays', { prefixes: ['/lo'] }, 'laid over other pictures'],
    ['anything while no mount is known', { paths: ['/1.jpg'], mounts: [] }, 'no mount is known'],
  ])('cannot purge %s by prefixes, and asks for nothing', async (_what, purged, message) => {
    const api = await openApi(fine);
    const byUrl = { hosts: ['a.example'], overlays: ['/logos/a b'] };
    await expect(purge(cloudflare({ zone, token, api: api.url, byUrl }), purged)).rejects.toThrow(message);
    expect(api.requests).toEqual([]);
  });

  it.each([
    [
      { status: 200, body: '{"success":false,"errors":[{"code":1012}]}' },
      'answered 200 without success with code 1012',
    ],
    [{ status: 200, body: 'not JSON' }, 'answered 200 without success'],
    [
      { status: 403, body: `{"success":false,"errors":[{"code":10000,"message":"${token}"}]}` },
      'answered 403 with code 10000',
    ],
  ])('takes %j for what it says', async (answer, reason) => {
    const api = await openApi(() => answer);
    const failed = await purge(cloudflare({ zone, token, api: api.url }), { keys: someKeys(1) }).catch(
      (error) => error,
    );
    expect(failed.errors[0].cause.message).toBe(reason);
    expect(api.requests).toHaveLength(1);
  });
});

describe('bunny', () => {
  it('purges each tag by a request', async () => {
    const api = await openApi(() => ({ status: 204 }));
    const edge = bunny({ pullZone: 123456, accessKey: token, api: api.url });
    const keys = someKeys(3);
    await purge(edge, { keys });
    const seen = api.requests.map((request) => essential(request, 'accesskey', 'content-type'));
    const headers = { accesskey: token, 'content-type': 'application/json' };
    expect(seen.sort((first, second) => (first.body.CacheTag < second.body.CacheTag ? -1 : 1))).toEqual(
      keys.map((CacheTag) => ({ method: 'POST', url: '/pullzone/123456/purgeCache', headers, body: { CacheTag } })),
    );
    expect(edge.surrogateKeys).toMatchObject([{ header: 'CDN-Tag', separator: ',', maxBytes: 1024 }]);
  });
});

/** Signature Version 4 after its specification, apart from any signer. */
function signatureOf({ method, url = '', headers, body }: ApiRequest): string | undefined {
  const { authorization = '' } = headers;
  const match =
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/(\d{8}\/us-east-1\/cloudfront\/aws4_request), SignedHeaders=([^,]+), Signature=[\da-f]{64}$/.exec(
      authorization,
    );
  const [, scope = '', names = ''] = match ?? [];
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
  const fields = names.split(';').map((name) => `${name}:${headers[name]}`);
  const canonical = [method, url, '', ...fields, '', names, digest(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, digest(canonical)].join('\n');
  const hmac = (key: string | Buffer, part: string): Buffer => createHmac('sha256', key).update(part).digest();
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  return authorization.replace(/Signature=.*/, `Signature=${hmac(key, text).toString('hex')}`);
}

describe('cloudfront', () => {
  const bodyOf = (reference: string, ...items: readonly string[]): string =>
    `<?xml version="1.0" encoding="UTF-8"?><InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><CallerReference>${reference}</CallerReference><Paths><Items>${items.map((item) => `<Path>${item}</Path>`).join('')}</Items><Quantity>${items.length}</Quantity></Paths></InvalidationBatch>`;

  it('invalidates tags, signed', async () => {
    const api = await openApi(created);
    const keys = someKeys(2);
    await purge(cloudfront({ distribution: 'EDFDVBD6EXAMPLE', credentials, api: api.url }), { keys });
    const [request] = api.requests as [ApiRequest];
    expect(essential(request, 'content-type')).toEqual({
      method: 'POST',
      url: '/2020-05-31/distribution/EDFDVBD6EXAMPLE/invalidation',
      headers: { 'content-type': 'text/xml' },
      body: bodyOf('tintype-5f2b-0', ...keys.map((key) => `#${key}`)),
    });
    expect(request.headers.authorization).toMatch(/SignedHeaders=[^,]*host[^,]*x-amz-date/);
    expect(request.headers.authorization).toBe(signatureOf(request));
  });

  it('sends the token of credentials that a function gives', async () => {
    const api = await openApi(created);
    const given = async () => ({ ...credentials, sessionToken: 'a/session+token' });
    await purge(cloudfront({ distribution: 'E1', credentials: given, api: api.url }), { keys: someKeys(1) });
    const [request] = api.requests as [ApiRequest];
    expect(request.headers['x-amz-security-token']).toBe('a/session+token');
    expect(request.headers.authorization).toBe(signatureOf(request));
  });

  it('invalidates up to 3000 tags, or 15 paths with a wildcard, by a request', async () => {
    const api = await openApi(created);
    await purge(cloudfront({ distribution: 'E1', credentials, api: api.url }), { keys: someKeys(3001) });
    const byUrl = { overlays: [] };
    const paths = ['/a&b.jpg', ...Array.from({ length: 15 }, (_, index) => `/${index}.jpg`)];
    await purge(cloudfront({ distribution: 'E1', credentials, byUrl, api: api.url }), { paths, id: 'b' });
    const counts = api.requests.map(({ body }) => /<Quantity>(\d+)</.exec(body)?.[1]).sort();
    expect(counts).toEqual(['1', '1', '15', '3000']);
    const bodies = api.requests.map(({ body }) => body);
    expect(bodies).toContain(bodyOf('tintype-b-1', '/images/14.jpg*'));
    expect(bodies.join()).toContain('<Path>/images/a&amp;b.jpg*</Path>');
  });

  it('tries again while too many are in progress, with the same reference', async () => {
    const busy = '<ErrorResponse><Error><Code>TooManyInvalidationsInProgress</Code></Error></ErrorResponse>';
    const api = await openApi((_request, count) => (count === 1 ? { status: 400, body: busy } : created()));
    await purge(cloudfront({ distribution: 'E1', credentials, api: api.url }), { keys: someKeys(1) });
    expect(api.requests.map(({ body }) => body)).toEqual(Array(2).fill(api.requests[0]?.body));
  });

  it('says why it was refused', async () => {
    const denied = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${credentials.accessKeyId}</Message></Error></ErrorResponse>`;
    const api = await openApi(() => ({ status: 403, body: denied }));
    const edge = cloudfront({ distribution: 'E1', credentials, api: api.url });
    const failed = await purge(edge, { keys: someKeys(1) }).catch((error) => error);
    expect(failed.errors[0].cause.message).toBe('answered 403 AccessDenied');
  });

  it('has the field of the distribution carry 50 keys at most', () => {
    const { surrogateKeys } = cloudfront({ distribution: 'E1', credentials, header: 'x-tags' });
    expect(surrogateKeys).toMatchObject([{ header: 'x-tags', separator: ',', maxKeys: 50 }]);
  });
});
