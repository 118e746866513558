import { createServer, type RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { withholdCookies, writeAtOnce } from '../../src/http/node-response.ts';

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

/** Does what an adapter does: writes the fields of an answer, then withholds. */
function withhold(response: ServerResponse, cacheControl: string | undefined): void {
  const headers: Record<string, string> = cacheControl === undefined ? {} : { 'cache-control': cacheControl };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  withholdCookies(response, { status: 200, headers, body: undefined });
}

describe('withholdCookies', () => {
  it('takes cookies off a public answer, those set before and those set after (RFC 9111 §7.3)', async () => {
    const headers = await answer((_request, response) => {
      response.setHeader('set-cookie', 'before=1');
      withhold(response, 'public, max-age=60');
      response.setHeader('Set-Cookie', 'after=1').appendHeader('SET-COOKIE', 'later=1').setHeader('x-other', 'kept');
      response.setHeaders(new Headers({ 'set-cookie': 'all=1' }));
      response.appendHeader('x-more', 'kept').end();
    });
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('x-other')).toBe('kept');
    expect(headers.get('x-more')).toBe('kept');
  });

  it.each(['writeHead', 'end'] as const)('takes off what comes past setHeader, from who waits for %s', async (name) => {
    const headers = await answer((_request, response) => {
      const called = response[name];
      Object.assign(response, {
        [name]: (...given: readonly unknown[]) => {
          ServerResponse.prototype.setHeader.call(response, 'set-cookie', 'session=1');
          return Reflect.apply(called, response, given);
        },
      });
      withhold(response, 'public, max-age=60');
      response.end();
    });
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('cache-control')).toBe('public, max-age=60');
  });

  it.each([
    ...['public', 'public, max-age=60', 'Public, max-age=60', 'max-age=60, public', 'max-age=60', 's-maxage=60'],
    ...['no-cache', 'must-revalidate', 'x-private, x-no-store', 'ext="private"', undefined],
  ])('takes them off an answer with %s, which shared caches may keep', async (cacheControl) => {
    const headers = await answer((_request, response) => {
      response.setHeader('set-cookie', 'before=1');
      withhold(response, cacheControl);
      response.appendHeader('set-cookie', 'after=1').end();
    });
    expect(headers.getSetCookie()).toEqual([]);
    expect(headers.get('cache-control')).toBe(cacheControl ?? null);
  });

  it.each([
    ...['private, max-age=60', 'no-store', 'Private', 'max-age=60, private', 'private="x-user"', 'No-Store, public'],
  ])('leaves them on an answer with %s', async (cacheControl) => {
    const headers = await answer((_request, response) => {
      response.setHeader('set-cookie', 'before=1');
      withhold(response, cacheControl);
      response.appendHeader('set-cookie', 'after=1').end();
    });
    expect(headers.getSetCookie()).toEqual(['before=1', 'after=1']);
  });

  it('lets them pass once somebody made the answer private', async () => {
    const headers = await answer((_request, response) => {
      withhold(response, 'public, max-age=60');
      response.setHeader('cache-control', 'private').setHeader('set-cookie', 'after=1').end();
    });
    expect(headers.getSetCookie()).toEqual(['after=1']);
  });
});

describe('writeAtOnce', () => {
  const picture = {
    status: 200,
    headers: { 'cache-control': 'public, max-age=60', etag: '"1"', vary: 'Accept' },
    body: Buffer.from('bytes'),
  };

  it('writes the answer beside what stands there, without cookies on a public one', async () => {
    const headers = await answer((_request, response) => {
      response.setHeader('x-above', 'yes').setHeader('set-cookie', 'before=1').setHeader('etag', '"0"');
      expect(writeAtOnce(response, picture)).toBe(true);
    });
    expect(Object.fromEntries(headers)).toMatchObject({ ...picture.headers, 'x-above': 'yes' });
    expect(headers.getSetCookie()).toEqual([]);
  });

  it('leaves cookies on a private one', async () => {
    const headers = await answer((_request, response) => {
      response.setHeader('set-cookie', 'before=1');
      writeAtOnce(response, { ...picture, headers: { 'cache-control': 'private, max-age=60' } });
    });
    expect(headers.getSetCookie()).toEqual(['before=1']);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    [
      'somebody waits for the head',
      (response) => Object.assign(response, { writeHead: response.writeHead.bind(response) }),
    ],
    ['somebody waits for the end', (response) => Object.assign(response, { end: response.end.bind(response) })],
    [
      'somebody looks at fields',
      (response) => Object.assign(response, { setHeader: response.setHeader.bind(response) }),
    ],
    ['a Vary stands there', (response) => response.setHeader('vary', 'Origin')],
  ])('does nothing where %s', async (_what, prepare) => {
    const headers = await answer((_request, response) => {
      prepare(response);
      const before = response.getHeaders();
      expect(writeAtOnce(response, picture)).toBe(false);
      expect([response.getHeaders(), response.headersSent]).toEqual([before, false]);
      response.end();
    });
    expect(headers.get('etag')).toBeNull();
  });

  it('does nothing with a 205, whose length Node knows only where it is not told the head', async () => {
    const headers = await answer((_request, response) => {
      expect(writeAtOnce(response, { status: 205, headers: {}, body: undefined })).toBe(false);
      response.end();
    });
    expect(headers.get('etag')).toBeNull();
  });

  it('leaves the response to others where the head cannot be', async () => {
    const headers = await answer((_request, response) => {
      expect(() => writeAtOnce(response, { ...picture, headers: { x: 'a\r\nb' } })).toThrow(/ERR_INVALID_CHAR|Invalid/);
      expect([response.headersSent, response.statusMessage]).toEqual([false, undefined]);
      response.setHeader('x-answered-by', 'another').end();
    });
    expect(headers.get('x-answered-by')).toBe('another');
  });
});
