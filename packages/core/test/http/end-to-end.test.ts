import { describe, expect, it } from 'vitest';
import { endToEnd } from '../../src/http/end-to-end.ts';

describe('endToEnd', () => {
  it.each([
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authentication-info',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ])('drops %s', (name) => {
    expect(endToEnd({ [name]: 'x', etag: '"a"' })).toStrictEqual({ etag: '"a"' });
  });

  it.each([
    'age',
    'clear-site-data',
    'content-encoding',
    'content-foo',
    'content-length',
    'server',
    'set-cookie',
    'strict-transport-security',
    'via',
    'x-frame-options',
  ])('keeps %s', (name) => {
    expect(endToEnd({ [name]: 'x' })).toStrictEqual({ [name]: 'x' });
  });

  it.each([[{ connection: 'X-Hop' }], [{ connection: 'close, x-hop' }], [{ connection: ['close', ' X-HOP ,'] }]])(
    'drops what %j names',
    (given) => {
      expect(endToEnd({ ...given, 'x-hop': '1', 'x-hop-not': '2' })).toStrictEqual({ 'x-hop-not': '2' });
    },
  );

  it('keeps a Cache-Control that Connection names, or what is private would be shared', () => {
    const given = { connection: 'cache-control, x', 'cache-control': 'private', x: '1' };
    expect(endToEnd(given)).toStrictEqual({ 'cache-control': 'private' });
  });

  it('joins the lines of a field with commas, but not of Set-Cookie', () => {
    const given = { age: ['0', '7200'], vary: ['a', 'b, c'], 'set-cookie': ['a=1', 'b=2'], etag: undefined };
    expect(endToEnd(given)).toEqual({ age: '0, 7200', vary: 'a, b, c', 'set-cookie': ['a=1', 'b=2'] });
  });

  it('keeps a field named like a member of every object', () => {
    const given = JSON.parse('{"__proto__": "1", "constructor": "2"}');
    expect(Object.entries(endToEnd(given))).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });
});
