import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { TintypeError } from '../../src/errors.ts';
import type { PurgeApiParts, PurgeRoutesRequest } from '../../src/purge/api.ts';
import { createImgixApi } from '../../src/purge/imgix-api.ts';
import { createPurgeRoutes, type PurgeRoutesOptions } from '../../src/purge/routes.ts';

const url = 'https://images.example/img/a.jpg';
const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const result = { id: '0123456789abcdef01234567', state: 'completed', ms: 1, targets: ['/a.jpg'] } as const;
const bodyOf = (attributes: object, type = 'purges') => ({ data: { attributes, type } });

type Images = PurgeApiParts['images'];

function open(options: PurgeRoutesOptions = {}, images: Partial<Images> = {}) {
  const purge = vi.fn<Images['purge']>(images.purge ?? (async () => result));
  const routes = createPurgeRoutes(
    { purge, purgeStatus: async () => undefined },
    { api: 'imgix', apiKey: 'ak_test', ...options },
  );
  const send = async (body: unknown, more: Partial<PurgeRoutesRequest> = {}) => {
    const stream = Readable.from([Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))]);
    const headers = { authorization: 'Bearer ak_test', 'content-type': 'application/vnd.api+json', ...more.headers };
    const given = { method: 'POST', target: '/t/api/v1/purge', mount: '/t', stream, parsedBody: undefined };
    const answer = await routes({ ...given, ...more, headers });
    return answer && { ...answer, json: JSON.parse(Buffer.from(answer.body ?? '{}').toString()) };
  };
  return { purge, send };
}

describe("imgix's purge API", () => {
  it('purges what is made of a URL, and answers with an id', async () => {
    const { purge, send } = open();
    const answer = await send(bodyOf({ url }));
    expect(purge).toHaveBeenCalledExactlyOnceWith({ url }, { wildcards: 'imagekit', refuse: [] });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/vnd.api+json', 'cache-control': 'no-store' },
      json: {
        data: { type: 'purges', id: expect.stringMatching(uuid) },
        included: [],
        jsonapi: { version: '1.0' },
      },
    });
    expect(answer?.json.data.attributes.purge_id).toBe(answer?.json.data.id);
  });

  it.each([
    [`${url}?w=100&s=0123`, url],
    [`${url}#top`, url],
    ['https://images.example/img/*', 'https://images.example/img/%2A'],
  ])('takes %s for %s', async (given, expected) => {
    const { purge, send } = open();
    expect((await send(bodyOf({ url: given, sub_image: true, source_id: '5f' })))?.status).toBe(200);
    expect(purge.mock.calls[0]?.[0]).toEqual({ url: expected });
  });

  it.each([
    [{}, /attributes\.url/],
    ['[]', /attributes\.url/],
    ['null', /attributes\.url/],
    ['{', /not valid JSON/],
    [bodyOf({}), /attributes\.url/],
    [bodyOf({ url: 5 }), /attributes\.url/],
    [bodyOf({ url: '' }), /attributes\.url/],
    [bodyOf({ url }, 'sources'), /data\.type/],
    [bodyOf({ url, sub_image: 'yes' }), /sub_image/],
  ])('refuses %j in words of JSON:API', async (body, detail) => {
    const { purge, send } = open();
    expect(await send(body)).toMatchObject({
      status: 400,
      headers: { 'content-type': 'application/vnd.api+json' },
      json: { errors: [{ status: '400', title: 'Bad Request', detail: expect.stringMatching(detail) }] },
    });
    expect(purge).not.toHaveBeenCalled();
  });

  it('lets in who has the key, and tells others so', async () => {
    const { purge, send } = open();
    for (const authorization of ['', 'Bearer ak_other', 'Basic YWtfdGVzdDo=']) {
      expect(await send(bodyOf({ url }), { headers: { authorization } }), authorization).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': expect.stringContaining('Bearer') },
        json: { errors: [{ status: '401' }] },
      });
    }
    expect(purge).not.toHaveBeenCalled();
    expect(await send('', { method: 'GET' })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(await send('', { target: '/t/purge' })).toBeUndefined();
    expect(await send('', { target: '/t/api/v1/purge/5' })).toBeUndefined();
  });

  it('answers 429 to more than ten in a second', async () => {
    const { send } = open();
    const answers = await Promise.all(
      Array.from({ length: 11 }, (_, index) => send(bodyOf({ url: `https://images.example/${index}.jpg` }))),
    );
    expect(answers.map((answer) => answer?.status)).toEqual([...Array(10).fill(200), 429]);
    expect(answers.at(-1)).toMatchObject({
      headers: { 'retry-after': '1' },
      json: { errors: [{ status: '429', title: 'Too Many Requests' }] },
    });
  });

  it('tells of a failure without its cause', async () => {
    const cause = new Error('redis://secret.internal');
    const purge = async () => Promise.reject(new TintypeError('PURGE_FAILED', { cause }));
    const answer = await open({}, { purge }).send(bodyOf({ url }));
    expect(answer).toMatchObject({ status: 503, json: { errors: [{ status: '503' }] } });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });
});

describe('a URL again', () => {
  const openApi = () => {
    let time = 0;
    const purge = vi.fn<Images['purge']>(async () => result);
    const images = { purge, purgeStatus: async () => undefined };
    const parts = { images, take: () => undefined, rules: { wildcards: 'any', refuse: [] } } as const;
    const resource = createImgixApi(parts, () => time).resourceOf('/api/v1/purge');
    const send = async (text: string) => {
      const stream = Readable.from([Buffer.from(JSON.stringify(bodyOf({ url: text })))]);
      const headers = { 'content-type': 'application/json' };
      const request = { method: 'POST', target: '/api/v1/purge', mount: '', headers, stream, parsedBody: undefined };
      return (await resource?.answer(request))?.status;
    };
    return { purge, send, advance: (ms: number) => (time += ms) };
  };

  it('is a duplicate within ten seconds, and purged all the same', async () => {
    const { purge, send, advance } = openApi();
    expect(await send(url)).toBe(200);
    advance(9999);
    expect(await send(`${url}?w=5`)).toBe(409);
    expect(await send(`${url}x`)).toBe(200);
    advance(10_000);
    expect(await send(url)).toBe(200);
    expect(purge).toHaveBeenCalledTimes(4);
  });

  it('counts from the last time', async () => {
    const { send, advance } = openApi();
    await send(url);
    advance(6000);
    expect(await send(url)).toBe(409);
    advance(6000);
    expect(await send(url)).toBe(409);
  });
});
