import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TintypeError } from '../../src/errors.ts';
import { canonicalPath, encodePath, isCanonicalPath } from '../../src/origin/path.ts';
import { isUrlPath } from '../../src/origin/url-path.ts';

const codeOf = (read: () => unknown): string => {
  try {
    return `answered ${JSON.stringify(read())}`;
  } catch (error) {
    return error instanceof TintypeError ? error.code : `threw ${String(error)}`;
  }
};

/** Both spellings of a request target. */
const spellings = (url: string): readonly string[] => [`/${url}`, `/${encodeURIComponent(url)}`];

const url2048 = `https://x.example/${'a'.repeat(2048 - 19)}`;

describe('a URL as a path', () => {
  it.each([
    ['https://example.com/cat.jpg', 'https://example.com/cat.jpg'],
    ['http://example.com/cats/1.jpg', 'http://example.com/cats/1.jpg'],
    ['HTTPS://EXAMPLE.com:443/Cat.jpg', 'https://example.com/Cat.jpg'],
    ['http://example.com:80/', 'http://example.com/'],
    ['https://example.com:8443/cat.jpg', 'https://example.com:8443/cat.jpg'],
    ['https://example.com', 'https://example.com/'],
    ['https://example.com/cat.jpg?id=5&a=%26', 'https://example.com/cat.jpg?id=5&a=%26'],
    ['https://example.com/a%20b/100%25.jpg', 'https://example.com/a%20b/100%25.jpg'],
    ['https://example.com/%E9.jpg', 'https://example.com/%E9.jpg'],
    ['https://example.com/%252e%252e/cat.jpg', 'https://example.com/%252e%252e/cat.jpg'],
    ['https://example.com/a..b/...', 'https://example.com/a..b/...'],
    ['https://example.com/.well-known/cat.jpg', 'https://example.com/.well-known/cat.jpg'],
    ['https://example.com//cat.jpg', 'https://example.com//cat.jpg'],
    ['https://example.com/cat.jpg?from=/../x', 'https://example.com/cat.jpg?from=/../x'],
    ['https://bücher.example/ü.jpg', 'https://xn--bcher-kva.example/%C3%BC.jpg'],
    ['http://0x7f.1/', 'http://127.0.0.1/'],
    ['http://2130706433/', 'http://127.0.0.1/'],
    ['http://①②⑦.0.0.1/', 'http://127.0.0.1/'],
    ['http://[0:0:0:0:0:0:0:1]/', 'http://[::1]/'],
    [url2048, url2048],
  ])('%s has one spelling', (given, url) => {
    for (const raw of spellings(given)) {
      expect(canonicalPath(raw)).toBe(`/${url}`);
      expect(canonicalPath(encodePath(canonicalPath(raw)))).toBe(`/${url}`);
    }
    expect(isUrlPath(`/${url}`)).toBe(true);
    expect(isCanonicalPath(`/${url}`)).toBe(false);
  });

  it('is written as one segment', () => {
    expect(encodePath('/https://example.com/a%20b.jpg?id=5&x=(1)')).toBe(
      '/https%3A%2F%2Fexample.com%2Fa%2520b.jpg%3Fid=5&x=(1)',
    );
  });

  it.each([
    'https://example.com/../cat.jpg',
    'https://example.com/a/./cat.jpg',
    'https://example.com/a/..',
    'https://example.com/%2e%2e/cat.jpg',
    'https://example.com/.%2E/cat.jpg',
    'https://example.com/a/%2E',
    'https://example.com/a%2F..%2Fcat.jpg',
    'https://example.com/..%2fcat.jpg',
    'https://example.com/..%5ccat.jpg',
    'https://example.com/a\\cat.jpg',
    'https://example.com/a%5Ccat.jpg',
    'https://example.com\\@evil.example/cat.jpg',
    'https://example.com/cat.jpg?a=\\',
    'https://user@example.com/cat.jpg',
    'https://user:word@example.com/cat.jpg',
    'https://@example.com/cat.jpg',
    'https://:@example.com/cat.jpg',
    'https:///example.com/cat.jpg',
    'https:////example.com/cat.jpg',
    'https://?example.com/cat.jpg',
    'https://example.com/cat.jpg#top',
    'https://example.com/cat.jpg#',
    'https://example.com/cat.jpg ',
    'https:/example.com/cat.jpg',
    'https:example.com/cat.jpg',
    'https:\\\\example.com/cat.jpg',
    'ftp://example.com/cat.jpg',
    'file:///etc/passwd',
    'data://x/y',
    '//example.com/cat.jpg',
    `${url2048}a`,
    `https://x.example/${'ü'.repeat(400)}`,
    `https://x.example/${'a/'.repeat(20_000)}`,
  ])('is hidden where it is %s', (url) => {
    for (const raw of spellings(url)) expect(codeOf(() => canonicalPath(raw))).toBe('NOT_FOUND');
    expect(isUrlPath(`/${url}`)).toBe(false);
  });

  it.each([
    'https://exa mple.com/cat.jpg',
    'https://[::1/cat.jpg',
    'https://example.com:99999/cat.jpg',
    'https://example.com:x/cat.jpg',
    'https://exa%00mple.com/',
    'https://example.com/a\r\nb.jpg',
    'https://example.com/a\tb.jpg',
    'https://exa\nmple.com/cat.jpg',
    'https://example.com/a%00.jpg',
    'https://example.com/a%0d%0aX:y',
    'https://example.com/%7F',
    'https://1.2.3.4.5/',
    'https://256.256.256.256/',
  ])('is malformed where it is %j', (url) => {
    for (const raw of spellings(url)) expect(codeOf(() => canonicalPath(raw))).toBe('MALFORMED_REQUEST');
    expect(isUrlPath(`/${url}`)).toBe(false);
  });

  it.each(['/https%3A%2F%2Fexample.com%2F%zz', '/https%3A%2F%2Fexample.com%2F%ff', '/https://x.example/\ud800'])(
    'is malformed where it is spelt %j',
    (raw) => {
      expect(codeOf(() => canonicalPath(raw))).toBe('MALFORMED_REQUEST');
    },
  );

  it.each([
    '/https%3A//example.com/cat.jpg',
    '/https:%2F%2Fexample.com%2Fcat.jpg',
    '/https%3A%2F%2Fexample.com/cat.jpg',
    '/a/https://example.com/cat.jpg',
    '/a/https%3A%2F%2Fexample.com%2Fcat.jpg',
    '/https%253A%252F%252Fexample.com%252Fcat.jpg/',
    '/%68ttps://example.com/cat.jpg',
  ])('is hidden where it is spelt half and half: %s', (raw) => {
    expect(codeOf(() => canonicalPath(raw))).toBe('NOT_FOUND');
  });

  it('is no plain path that begins like one', () => {
    for (const raw of ['/https', '/http.jpg', '/https%253A%252F%252Fexample.com', '/httpsx/cat.jpg']) {
      expect(isCanonicalPath(canonicalPath(raw))).toBe(true);
      expect(isUrlPath(canonicalPath(raw))).toBe(false);
    }
  });

  it.each([
    '/https://EXAMPLE.com/',
    '/https://example.com',
    '/https://example.com:443/',
    '/https://example.com/a b',
    '/https://example.com/ü',
    '/https%3A%2F%2Fexample.com%2F',
  ])('is not canonical as %s', (path) => expect(isUrlPath(path)).toBe(false));

  const unit = fc.constantFrom(
    ...['.', '/', '\\', '%', ':', ' ', '@', '#', '?', '&', '=', 'a', 'É', '🐈', '\u0301', '[', ']', '|', '^', '\ud800'],
    ...['%2e', '%2F', '%5c', '%25', '%00', '%41', '%C3%A9', '..', '//', 'x.example', '127.1', '0x7f', '\t', '\n', '*'],
  );
  const anyUrl = fc
    .tuple(fc.constantFrom('http', 'https', 'HTTP'), fc.array(unit, { maxLength: 12 }))
    .map(([scheme, units]) => `${scheme}://${units.join('')}`);

  it('has a spelling that stays what it is, names what it was and leads nowhere else', () => {
    let read = 0;
    fc.assert(
      fc.property(anyUrl, (text) => {
        const outcome = codeOf(() => canonicalPath(`/${text}`));
        if (outcome === 'NOT_FOUND' || outcome === 'MALFORMED_REQUEST') return;
        read++;
        const path = canonicalPath(`/${text}`);
        expect(path).toMatch(/^\/https?:\/\/[\x21-\x7e]+$/);
        expect(canonicalPath(path)).toBe(path);
        expect(isUrlPath(path)).toBe(true);
        expect(canonicalPath(encodePath(path))).toBe(path);
        expect(new URL(path.slice(1)).href).toBe(new URL(text).href);
        const segments = (url: string): number => (url.split('?')[0] ?? '').split('/').length;
        // Nothing was resolved: at most the slash of a bare host was added.
        expect(segments(path.slice(1))).toBe(Math.max(4, segments(text)));
      }),
      { numRuns: 5000 },
    );
    expect(read).toBeGreaterThan(200);
  });
});
