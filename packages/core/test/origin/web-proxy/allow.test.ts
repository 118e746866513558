import { describe, expect, it } from 'vitest';
import { parseAllow, parseHostAndPort } from '../../../src/origin/web-proxy/allow.ts';

const isAllowed = (allow: 'public' | readonly string[], url: string): boolean => parseAllow(allow)(new URL(url));

describe('an allow-list', () => {
  it.each([
    [['pictures.example'], 'https://pictures.example/a'],
    [['pictures.example'], 'http://pictures.example:80/a'],
    [['Pictures.Example'], 'https://PICTURES.example/a'],
    [['other.example', 'pictures.example'], 'https://pictures.example/a'],
    [['bücher.example'], 'https://xn--bcher-kva.example/a'],
    [['*.pictures.example'], 'https://a.pictures.example/a'],
    [['*.pictures.example'], 'https://a.b.pictures.example/a'],
    [['https://pictures.example'], 'https://pictures.example/a'],
    [['https://pictures.example:443'], 'https://pictures.example/a'],
    [['https://pictures.example:8443'], 'https://pictures.example:8443/a'],
    [['http://*.pictures.example:81'], 'http://a.pictures.example:81/a'],
    [['http://[::1]:8080'], 'http://[::1]:8080/a'],
    [['192.0.2.1'], 'http://192.0.2.1/a'],
    ['public', 'https://anything.example/a'],
  ] as const)('%j has %s', (allow, url) => expect(isAllowed(allow, url)).toBe(true));

  it.each([
    [['pictures.example'], 'https://evil.example/pictures.example'],
    [['pictures.example'], 'https://evilpictures.example/a'],
    [['pictures.example'], 'https://pictures.example.evil.example/a'],
    [['pictures.example'], 'https://a.pictures.example/a'],
    [['pictures.example'], 'https://pictures.example./a'],
    [['pictures.example'], 'https://pictures.example:8443/a'],
    [['pictures.example'], 'http://pictures.example:443/a'],
    [['*.pictures.example'], 'https://pictures.example/a'],
    [['*.pictures.example'], 'https://evilpictures.example/a'],
    [['*.pictures.example'], 'https://a.pictures.example:8443/a'],
    [['https://pictures.example'], 'http://pictures.example/a'],
    [['https://pictures.example:8443'], 'https://pictures.example/a'],
    [['https://pictures.example:8443'], 'http://pictures.example:8443/a'],
    ['public', 'https://anything.example:8443/a'],
    ['public', 'http://127.0.0.1:8080/a'],
  ] as const)('%j does not have %s', (allow, url) => expect(isAllowed(allow, url)).toBe(false));

  it.each([
    '',
    '*',
    '*.',
    'pictures.example:8443',
    'pictures.example:',
    'ftp://pictures.example',
    'https://pictures.example/path',
    'https://pictures.example/',
    'https://user@pictures.example',
    'user@pictures.example',
    'a.*.example',
    'pictures*.example',
    '//pictures.example',
    'pictures.example?x',
    'pictures.example#x',
    'exa mple.com',
    'pictures.example\\x',
    'https://pictures.example:99999',
    '[::1',
  ])('has no entry %j', (entry) => {
    expect(() => parseAllow([entry])).toThrow(TypeError);
    expect(() => parseAllow([entry])).toThrow('webProxy.allow');
  });
});

describe('an entry of allowPrivate', () => {
  it.each([
    ['127.0.0.1:8080', '127.0.0.1:8080'],
    ['localhost:80', 'localhost:80'],
    ['Images.Intranet:443', 'images.intranet:443'],
    ['[::1]:8080', '::1:8080'],
    ['0x7f.1:8080', '127.0.0.1:8080'],
  ])('%s names %s', (entry, server) => expect(parseHostAndPort(entry)).toBe(server));

  it.each(['127.0.0.1', '*:80', '*.intranet:80', 'http://127.0.0.1:80', ':80', '127.0.0.1:x', 'a:99999', 'a/b:80', ''])(
    'is not %j',
    (entry) => {
      expect(() => parseHostAndPort(entry)).toThrow(TypeError);
    },
  );
});
