import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { TintypeError } from '../../src/errors.ts';
import type { Purgeable, PurgeRoutesRequest } from '../../src/purge/api.ts';
import { createPurgeRoutes, type PurgeRoutesOptions } from '../../src/purge/routes.ts';
import type { PurgeStatus } from '../../src/purge/status.ts';

const id = '598821f949c0a938d57563bd';
const keyAnd = (password: string): string => `Basic ${Buffer.from(`private_test:${password}`).toString('base64')}`;
const url = 'https://img.example/img/default-image.jpg*';

function open(options: Partial<PurgeRoutesOptions> = {}, images: Partial<Purgeable> = {}) {
  const purge = vi.fn<Purgeable['purge']>(
    images.purge ?? (async () => ({ id, state: 'pending', ms: 1, targets: ['/default-image.jpg*'] })),
  );
  const purgeStatus = vi.fn<Purgeable['purgeStatus']>(images.purgeStatus ?? (async () => undefined));
  const routes = createPurgeRoutes({ purge, purgeStatus }, { api: 'imagekit', privateKey: 'private_test', ...options });
  const send = async (method: string, path: string, body = '', headers: PurgeRoutesRequest['headers'] = {}) => {
    const answer = await routes({
      method,
      target: `/_api${path}`,
      mount: '/_api',
      stream: Readable.from([Buffer.from(body)]),
      parsedBody: undefined,
      headers: { authorization: keyAnd(''), 'content-type': 'application/json', ...headers },
    });
    const text = answer?.body === undefined ? undefined : Buffer.from(answer.body).toString();
    return answer && { ...answer, json: text === undefined ? undefined : JSON.parse(text) };
  };
  const post = (body: unknown, headers?: PurgeRoutesRequest['headers']) =>
    send('POST', '/v1/files/purge', JSON.stringify(body), headers);
  return { purge, purgeStatus, send, post };
}

const statusOf = (state: PurgeStatus['state']): PurgeStatus => ({
  id,
  state,
  mode: 'revalidate',
  targets: [],
  requestTime: 1,
  updateTime: 2,
  steps: [],
});

describe('POST /v1/files/purge', () => {
  it('is answered 201 with the id of the request', async () => {
    const { post, purge } = open();
    const answer = await post({ url });
    expect(answer).toMatchObject({ status: 201, json: { requestId: id } });
    expect(answer?.headers['x-ik-requestid']).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
    expect(answer?.headers['content-type']).toBe('application/json');
    expect(purge).toHaveBeenCalledExactlyOnceWith(
      { url },
      { wildcards: 'imagekit', refuse: ['/media/catalog/*', '/s/files/*'] },
    );
  });

  it.each(['', 'do_not_set', 'a:b'])('takes the private key whatever the password: %j', async (password) => {
    expect(await open().post({ url }, { authorization: keyAnd(password) })).toMatchObject({ status: 201 });
  });

  it.each([
    [undefined, 401, 'Your request does not contain private API key.'],
    [`Basic ${Buffer.from('private_other:').toString('base64')}`, 403, 'Your account cannot be authenticated.'],
    [`Basic ${Buffer.from(':private_test').toString('base64')}`, 403, 'Your account cannot be authenticated.'],
    ['Bearer private_test', 403, 'Your account cannot be authenticated.'],
  ])('refuses the credential %s with %d', async (authorization, status, message) => {
    const { post, purge } = open();
    expect(await post({ url }, { authorization })).toMatchObject({
      status,
      json: { message, help: expect.any(String) },
    });
    expect(purge).not.toHaveBeenCalled();
  });

  it.each([{}, { url: '' }, { url: 7 }, { urls: [url] }, [], null, 'text'])(
    'refuses %j, which has no URL',
    async (body) => {
      const { post, purge } = open();
      expect(await post(body)).toMatchObject({
        status: 400,
        json: { message: 'Your request is missing URL parameter.', help: expect.any(String) },
      });
      expect(purge).not.toHaveBeenCalled();
    },
  );

  it('passes over what else is in the body', async () => {
    expect(await open().post({ url, mode: 'takedown' })).toMatchObject({ status: 201 });
  });

  it('says which rule a URL breaks', async () => {
    const rule = 'The purge target is not valid: the URL lies below none of the mounts.';
    const { post } = open({}, { purge: () => Promise.reject(new TintypeError('INVALID_PURGE', { message: rule })) });
    expect(await post({ url })).toMatchObject({
      status: 400,
      json: { message: 'The URL is not valid for cache purging.', help: rule },
    });
  });

  it('is no more than its quota, and says in milliseconds when there is room', async () => {
    const { post } = open({ quota: { requests: 1, seconds: 1000 } });
    await post({ url });
    const answer = await post({ url });
    expect(answer).toMatchObject({ status: 429, json: { message: 'Too many purges. Try again later.' } });
    expect(answer?.headers).toMatchObject({ 'x-ratelimit-limit': '1', 'x-ratelimit-interval': '1000000' });
    expect(Number(answer?.headers['x-ratelimit-reset'])).toBeGreaterThan(900_000);
    expect(Number(answer?.headers['retry-after'])).toBeGreaterThan(900);
  });

  it('is answered so that the client asks again where nothing is promised', async () => {
    const { post } = open({}, { purge: () => Promise.reject(new Error('/srv/journal is full')) });
    const answer = await post({ url });
    expect(answer).toMatchObject({ status: 503, json: { message: expect.stringContaining('repeat it') } });
    expect(JSON.stringify(answer?.json)).not.toContain('/srv');
  });

  it.each(['text/plain', undefined])('is none where any site may have sent it: %s', async (type) => {
    const { post, purge } = open();
    expect(await post({ url }, { 'content-type': type })).toMatchObject({ status: 400 });
    expect(purge).not.toHaveBeenCalled();
  });

  it('has the house’s own rules where they are given', async () => {
    const { post, purge } = open({ wildcards: 'any', refuse: [] });
    await post({ url });
    expect(purge).toHaveBeenCalledWith({ url }, { wildcards: 'any', refuse: [] });
  });
});

describe('GET /v1/files/purge/:requestId', () => {
  it.each([
    ['completed', 'Completed'],
    ['pending', 'Pending'],
    ['failed', 'Pending'],
  ] as const)('tells of one that is %s: %s', async (state, status) => {
    const { send, purgeStatus } = open({}, { purgeStatus: async () => statusOf(state) });
    expect(await send('GET', `/v1/files/purge/${id}`)).toMatchObject({ status: 200, json: { status } });
    expect(purgeStatus).toHaveBeenCalledExactlyOnceWith(id);
  });

  it('knows no other', async () => {
    expect(await open().send('GET', '/v1/files/purge/x')).toMatchObject({
      status: 400,
      json: { message: 'No request found for this requestId.' },
    });
  });

  it('asks for the key too', async () => {
    expect(await open().send('GET', `/v1/files/purge/${id}`, '', { authorization: undefined })).toMatchObject({
      status: 401,
    });
  });
});

it.each([
  ['GET', '/v1/files/purge', 405],
  ['DELETE', '/v1/files/purge/x', 405],
  ['POST', '/purge', undefined],
  ['GET', '/v1/files', undefined],
  ['POST', '/v1/files/purge/', undefined],
])('%s %s is answered %s', async (method, path, status) => {
  expect((await open().send(method, path))?.status).toBe(status);
});

it('exists only where there is a credential', async () => {
  expect(await open({ privateKey: [] }).post({ url })).toBeUndefined();
});

it.each([{ api: 'cloudinary' }, { privateKey: '' }, { privateKey: 'a b' }, { privateKey: 'a:b' }])(
  'refuses the options %j',
  (options) => {
    expect(() => open(options as never)).toThrow(TypeError);
  },
);
