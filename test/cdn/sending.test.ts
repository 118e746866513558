import { fastly } from '@tintype/cdn';
import { describe, expect, it } from 'vitest';
import { delayBefore } from '../../packages/cdn/src/delay.ts';
import { openApi, purge, someKeys } from '../support/cdn-api.ts';
import { openEngine } from '../support/engines.ts';
import { freePort } from '../support/free-port.ts';
import { shelfOrigin } from '../support/shelf-origin.ts';

const token = 'a-secret-token';

const edgeAt = (api: string, options = {}) => fastly({ service: 'S1', token, api, ...options });
const failure = (edge: ReturnType<typeof edgeAt>, count = 1) =>
  purge(edge, { keys: someKeys(count) }).then(
    () => 'none',
    (error) => `${error.message}: ${error.errors?.[0]?.message}: ${error.errors?.[0]?.cause.message}`,
  );

describe('a request to a CDN', () => {
  it.each([408, 429, 500, 502, 503, 504])('that is answered %i is sent again', async (status) => {
    const api = await openApi((_request, count) => ({ status: count === 1 ? status : 200 }));
    expect(await failure(edgeAt(api.url))).toBe('none');
    expect(api.requests).toHaveLength(2);
    expect(api.requests[1]).toMatchObject({ body: api.requests[0]?.body, url: api.requests[0]?.url });
  });

  it.each([400, 401, 403, 404])('that is answered %i is not', async (status) => {
    const api = await openApi(() => ({ status }));
    expect(await failure(edgeAt(api.url))).toBe(`the request failed: 1 keys: answered ${status}`);
    expect(api.requests).toHaveLength(1);
  });

  it.each([301, 302, 307, 308])('that is answered %i is not sent elsewhere', async (status) => {
    const other = await openApi(() => ({ status: 200 }));
    const api = await openApi(() => ({ status, headers: { location: `${other.url}/` } }));
    expect(await failure(edgeAt(api.url))).toContain(`answered ${status}, and redirects are not followed`);
    expect([api.requests.length, other.requests.length]).toEqual([1, 0]);
  });

  it('is given up when Retry-After asks for more time than there is', async () => {
    const api = await openApi(() => ({ status: 429, headers: { 'retry-after': '26' } }));
    expect(await failure(edgeAt(api.url))).toContain('answered 429, at attempt 1: no time for another');
  });

  it('is given up when the time is over', async () => {
    const api = await openApi(() => ({ status: 503 }));
    expect(await failure(edgeAt(api.url, { timeout: 0.3 }))).toMatch(
      /answered 503, at attempt \d: no time for another/,
    );
  });

  it('is given up when the purge is', async () => {
    const gone = new AbortController();
    const api = await openApi(() => {
      gone.abort();
      return { status: 503, headers: { 'retry-after': '5' } };
    });
    await expect(purge(edgeAt(api.url), { keys: someKeys(1), signal: gone.signal })).rejects.toThrow('failed');
    expect(api.requests).toHaveLength(1);
  });

  it('that nobody answers fails with the code of the system', async () => {
    const edge = edgeAt(`http://127.0.0.1:${await freePort()}`, { timeout: 0.1 });
    expect(await failure(edge)).toContain('no answer (ECONNREFUSED), at attempt 1: no time for another');
  });

  it('of several that fails keeps the others from nothing, and is counted', async () => {
    const api = await openApi(({ body }) => ({ status: body.includes(`"${someKeys(300)[280]}"`) ? 403 : 200 }));
    expect(await failure(edgeAt(api.url), 600)).toBe('1 of 3 requests failed: 256 keys: answered 403');
    expect(api.requests).toHaveLength(3);
  });

  it('never shows a credential in the status, and its failure stands there', async () => {
    const api = await openApi(({ headers }) => ({ status: 403, body: `no: ${headers['fastly-key']}` }));
    const images = openEngine({ origin: shelfOrigin(), ...edgeAt(api.url) });
    const error = await images.purge('/1.png', { wait: 'all' }).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'PURGE_INCOMPLETE' });
    const { id } = await images.purge('/1.png');
    await expect.poll(async () => (await images.purgeStatus(id))?.state).toBe('failed');
    const status = await images.purgeStatus(id);
    expect(status?.steps).toMatchObject([
      { step: 'journal', state: 'done' },
      { step: 'hook', name: 'fastly', state: 'failed', reason: 'the request failed: 2 keys: answered 403' },
    ]);
    expect(JSON.stringify([status, error, error.cause])).not.toContain(token);
  });
});

describe('the pause before an attempt', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');

  it.each([
    [1, 0, 125],
    [1, 1, 250],
    [2, 0, 250],
    [2, 1, 500],
    [3, 1, 1000],
    [9, 1, 8000],
    [9, 0, 4000],
  ])('%i with chance %d is %d ms', (attempt, random, expected) => {
    expect(delayBefore(attempt, undefined, { random, now })).toBe(expected);
  });

  it.each([
    ['7', 7000],
    ['0', 0],
    ['Fri, 20 Nov 2026 12:00:09 GMT', 9000],
    ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
    ['soon', 125],
    ['-1', 125],
    ['1.5', 125],
  ])('is what Retry-After: %s asks for', (field, expected) => {
    expect(delayBefore(1, field, { random: 0, now })).toBe(expected);
  });

  it('that is asked for differs too, and is never less', () => {
    expect(delayBefore(1, '7', { random: 1, now })).toBe(7250);
  });
});
