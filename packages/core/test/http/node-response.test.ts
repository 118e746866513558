import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { withholdCookies } from '../../src/http/node-response.ts';

/** The fields of one real answer, made by a listener. */
async function answer(listener: RequestListener): Promise<Headers> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    return (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)).headers;
  } finally {
    server.close();
  }
}

const withCacheControl = (cacheControl: string) => ({
  status: 200,
  headers: { 'cache-control': cacheControl },
  body: undefined,
});

describe('withholdCookies', () => {
  it('takes cookies off a public answer, those set before and those set after (RFC 9111 §7.3)', async () => {
    const headers = await answer((_request, response) => {
      response.setHeader('set-cookie', 'before=1');
      withholdCookies(response, withCacheControl('public, max-age=60'));
      response.setHeader('Set-Cookie', 'after=1').appendHeader('SET-COOKIE', 'later=1').setHeader('x-other', 'kept');
      response.setHeaders(new Headers({ 'set-cookie': 'all=1' }));
      response.appendHeader('x-more', 'kept').end();
    });
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('x-other')).toBe('kept');
    expect(headers.get('x-more')).toBe('kept');
  });

  it.each(['private, max-age=60', 'no-store'])('leaves them on an answer with %s', async (cacheControl) => {
    const headers = await answer((_request, response) => {
      response.setHeader('set-cookie', 'before=1');
      withholdCookies(response, withCacheControl(cacheControl));
      response.appendHeader('set-cookie', 'after=1').end();
    });
    expect(headers.getSetCookie()).toEqual(['before=1', 'after=1']);
  });
});
