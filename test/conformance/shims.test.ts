import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ask, askInBytes } from '../support/raw-http.ts';
import { carry, carryRenewal, putBack } from './carried-fields.ts';
import { toPicture, toText } from './picture-text.ts';
import { pictureOrigin, textClient } from './shims.ts';
import { createTagBook } from './tag-book.ts';

describe('text in a picture', () => {
  it.each([
    ['nothing', ''],
    ['one character', 'a'],
    ['what the suite sends', '6f3c9a10-2b7e-4d51-8c3f-90ab12cd34ef'],
    ['characters of four bytes', '𝒳 🎞 𠜎'],
    ['more than fills a row', 'abc'.repeat(5000)],
  ])('comes out as it went in: %s', async (_name, text) => {
    const picture = await toPicture(Buffer.from(text));
    expect((await toText(picture)).toString()).toBe(text);
    expect((await toText(await sharp(picture).png().toBuffer())).toString()).toBe(text);
  });

  it('comes out as it went in where it is no UTF-8', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    expect(await toText(await toPicture(bytes))).toEqual(bytes);
  });

  it('is in an opaque picture of sRGB without a profile', async () => {
    const { format, space, channels, hasAlpha, hasProfile } = await sharp(await toPicture(Buffer.from('a'))).metadata();
    expect({ format, space, channels, hasAlpha, hasProfile }).toEqual({
      format: 'webp',
      space: 'srgb',
      channels: 3,
      hasAlpha: false,
      hasProfile: false,
    });
  });

  it('is not found in a picture that has none', async () => {
    const white = sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } });
    await expect(toText(await white.png().toBuffer())).rejects.toThrow('holds no text');
  });
});

describe('the fields of an answer', () => {
  it('are carried but for those of the connection, of the length and of the time', () => {
    const fields = [
      ['ETag', '"a"'],
      ['Date', 'a date'],
      ['Age', '3'],
      ['Content-Length', '5'],
      ['Content-Encoding', 'coded'],
      ['TE', 'trailers'],
      ['Set-Cookie', 'a=b'],
    ] as const;
    expect(carry(fields, { type: 'image/webp', length: 9 })).toEqual([
      ['ETag', '"a"'],
      ['Date', 'a date'],
      ['Age', '3'],
      ['TE', 'trailers'],
      ['Set-Cookie', 'a=b'],
      ['content-type', 'image/webp'],
      ['content-length', '9'],
      ['x-origin-etag', '"a"'],
      ['x-origin-content-encoding', 'coded'],
    ]);
  });

  it('are still named by Connection where they were', () => {
    const fields = [
      ['Connection', 'A, close'],
      ['a', '1'],
    ] as const;
    expect(carryRenewal(fields)).toEqual([
      ['Connection', 'A, close'],
      ['a', '1'],
      ['connection', 'x-origin-a'],
      ['x-origin-a', '1'],
    ]);
  });

  it('are not carried by a 304 where they are about the bytes', () => {
    const fields = [
      ['Content-Length', '5'],
      ['Content-Type', 'text/plain'],
    ] as const;
    expect(carryRenewal(fields)).toEqual([
      ['Content-Length', '5'],
      ['x-origin-content-type', 'text/plain'],
    ]);
  });

  it('are put over those of the derivative, line by line', () => {
    const fields = [
      ['Cache-Control', 'public'],
      ['Age', '1'],
      ['X-Origin-Cache-Control', 'max-age=1'],
      ['x-origin-cache-control', 'no-cache'],
      ['x-origin-foo', ''],
    ] as const;
    expect(putBack(fields)).toEqual([
      ['Age', '1'],
      ['Cache-Control', 'max-age=1'],
      ['cache-control', 'no-cache'],
      ['foo', ''],
    ]);
  });
});

describe('the tags of an answer', () => {
  const tags = createTagBook();
  tags.note('/a', '"ours"', 'W/"theirs"');

  it.each([
    ['"theirs"', '"ours"'],
    ['W/"theirs"', '"ours"'],
    ['"x", "theirs" , "y"', '"x", "ours" , "y"'],
    ['theirs', 'theirs'],
    ['w/"theirs"', 'w/"theirs"'],
    ['*', '*'],
  ])('of the origin, in %s, become %s', (field, translated) => {
    expect(tags.toDerived('/a', field)).toBe(translated);
  });

  it('become the origin’s again, at their own URL alone', () => {
    expect(tags.toOriginal('/a', '"ours"')).toBe('W/"theirs"');
    expect(tags.toOriginal('/b', '"ours"')).toBe('"ours"');
    expect(tags.toDerived('/b', '"theirs"')).toBe('"theirs"');
  });
});

async function listen(listener: RequestListener): Promise<{ readonly port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  return { port: (server.address() as AddressInfo).port };
}

describe('both shims, with nothing between them', () => {
  it('leave an answer what it was, bytes above 127 included', async () => {
    const fields = { etag: Buffer.from('"ü"').toString('latin1'), 'content-type': 'text/odd' };
    const origin = await listen((request, response) => {
      const asked = `${request.method} ${request.url}`;
      response.writeHead(200, { ...fields, 'x-lines': ['a', 'b'], 'x-asked': asked }).end('𝒳');
    });
    const { port } = await listen(textClient(await listen(pictureOrigin(origin)), 'format=png'));
    const answer = await ask(port, '/a?b=c');
    expect([answer.status, answer.text, answer.headers]).toEqual([
      200,
      '𝒳',
      expect.objectContaining({
        ...fields,
        'x-lines': 'a, b',
        'content-length': '4',
        'x-asked': 'GET /a?b=c&format=png',
      }),
    ]);
  });

  it('leave an error, and the end of a connection, what it was', async () => {
    const origin = await listen(({ url }, response) => {
      if (url?.startsWith('/gone') === true) response.writeHead(410, { etag: '"a"' }).end('gone');
      else response.socket?.destroy();
    });
    const { port } = await listen(textClient(await listen(pictureOrigin(origin)), 'format=png'));
    const { status, text, headers } = await ask(port, '/gone');
    expect([status, text, headers.etag, headers['x-origin-etag']]).toEqual([410, 'gone', '"a"', undefined]);
    expect(await askInBytes(port, 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('');
  });

  it('ask with the tag of what was sent, and pass on the 304', async () => {
    const asked: unknown[] = [];
    const derivatives = await listen(({ headers }, response) => {
      asked.push(headers['if-none-match']);
      if (headers['if-none-match'] === '"ours"') response.writeHead(304, { etag: '"ours"' }).end();
      else response.writeHead(200, { etag: '"ours"', 'x-origin-etag': '"theirs"' }).end('text');
    });
    const { port } = await listen(textClient(derivatives, 'format=png'));
    const first = await ask(port, '/a');
    const second = await ask(port, '/a', { headers: { 'if-none-match': '"theirs"' } });
    expect(asked).toEqual([undefined, '"ours"']);
    expect([first.headers.etag, second.status, second.headers.etag]).toEqual(['"theirs"', 304, '"theirs"']);
  });
});
