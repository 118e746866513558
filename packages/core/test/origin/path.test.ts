import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TintypeError } from '../../src/errors.ts';
import { canonicalPath, encodePath, isCanonicalPath } from '../../src/origin/path.ts';

const codeOf = (read: () => unknown): string => {
  try {
    return `answered ${JSON.stringify(read())}`;
  } catch (error) {
    return error instanceof TintypeError ? error.code : `threw ${String(error)}`;
  }
};

const segment255 = `${'é'.repeat(127)}x`;
const path1024 = `/${'x'.repeat(255)}`.repeat(4);

describe('canonicalPath', () => {
  it.each([
    ['/cat.jpg', '/cat.jpg'],
    ['/cats/big/1.jpg', '/cats/big/1.jpg'],
    ['/a%20b.jpg', '/a b.jpg'],
    ['/100%25.jpg', '/100%.jpg'],
    ['/%252e%252e/x.jpg', '/%2e%2e/x.jpg'],
    ['/%c3%a9.jpg', '/é.jpg'],
    ['/%C3%A9.jpg', '/é.jpg'],
    ['/e%CC%81.jpg', '/e\u0301.jpg'],
    ['/é.jpg', '/é.jpg'],
    ['/%F0%9F%90%88.jpg', '/🐈.jpg'],
    ['/%5Bx%5D.jpg', '/[x].jpg'],
    ['/a+b.jpg', '/a+b.jpg'],
    ['/a%23b.jpg', '/a#b.jpg'],
    ['/a%3Fb.jpg', '/a?b.jpg'],
    ['/a..b/c...jpg', '/a..b/c...jpg'],
    ['/console.jpg', '/console.jpg'],
    ['/com10.jpg', '/com10.jpg'],
    ['/xcon.jpg', '/xcon.jpg'],
    ['/lpt.jpg', '/lpt.jpg'],
    [`/${segment255}`, `/${segment255}`],
    [path1024, path1024],
  ])('decodes %s once', (raw, path) => {
    expect(canonicalPath(raw)).toBe(path);
    expect(isCanonicalPath(path)).toBe(true);
  });

  it.each([
    '',
    '/',
    'cat.jpg',
    'a/cat.jpg',
    '//cat.jpg',
    '/a//cat.jpg',
    '/a/',
    '/./cat.jpg',
    '/../cat.jpg',
    '/a/../cat.jpg',
    '/a/..',
    '/%2e%2e/cat.jpg',
    '/.%2E/cat.jpg',
    '/a%2Fcat.jpg',
    '/%2Fetc%2Fpasswd',
    '/..%2f..%2fetc/passwd',
    '/..%5c..%5cx.jpg',
    '/a\\b.jpg',
    '/a%5Cb.jpg',
    '/C:/x.jpg',
    '/C%3Ax.jpg',
    '/x.jpg::$DATA',
    '/.env',
    '/a/.git/config',
    '/%2Eenv',
    '/...',
    '/x.jpg.',
    '/x.jpg%20',
    '/a./x.jpg',
    '/a%20/x.jpg',
    '/CON',
    '/con.png',
    '/a/Aux.tar.gz',
    '/NUL .png',
    '/prn',
    '/COM1.jpg',
    '/lpt9.jpg',
    '/com%C2%B9.jpg',
    '/LPT%C2%B3',
    '/CONIN$.jpg',
    `/${'x'.repeat(256)}`,
    `/${segment255}x`,
    `${path1024.slice(0, 768)}/${'x'.repeat(200)}/${'x'.repeat(55)}`,
    `/${'a/'.repeat(20_000)}x`,
  ])('hides %s', (raw) => {
    expect(codeOf(() => canonicalPath(raw))).toBe('NOT_FOUND');
  });

  it.each([
    ['/%'],
    ['/%2'],
    ['/%zz.jpg'],
    ['/100%.jpg'],
    ['/%c3.jpg'],
    ['/%ff%fe'],
    ['/%c0%ae%c0%ae/x.jpg'],
    ['/%ed%a0%80'],
    ['/x%00.jpg'],
    ['/x\0.jpg'],
    ['/x%0a.jpg'],
    ['/x%0D%0Aset-cookie:a.jpg'],
    ['/x%1f.jpg'],
    ['/x%7F.jpg'],
    ['/../%00'],
    ['/\ud800.jpg'],
    ['/\udc00\ud800.jpg'],
  ])('calls %j malformed', (raw) => {
    expect(codeOf(() => canonicalPath(raw))).toBe('MALFORMED_REQUEST');
  });

  const unit = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      '.',
      '/',
      '\\',
      '%',
      ':',
      ' ',
      '+',
      '%2e',
      '%2F',
      '%25',
      '%00',
      '#',
      '?',
      'a',
      'É',
      'con',
      '\u0301',
    ),
  );
  const anyPath = fc.array(unit, { maxLength: 12 }).map((units) => `/${units.join('')}`);

  it('gives back the path that was encoded', () => {
    fc.assert(
      fc.property(anyPath.filter(isCanonicalPath), (path) => {
        const encoded = encodePath(path);
        expect(encoded).toMatch(/^(?:\/(?:[\w.~!$&'()*+,;=@-]|%[\dA-F]{2})+)+$/);
        expect(canonicalPath(encoded)).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });

  it('answers any text with a path that stays below a root on every platform, or with one of two refusals', () => {
    fc.assert(
      fc.property(anyPath, (raw) => {
        const outcome = codeOf(() => canonicalPath(raw));
        if (outcome === 'NOT_FOUND' || outcome === 'MALFORMED_REQUEST') return;
        const path = canonicalPath(raw);
        expect(isCanonicalPath(path)).toBe(true);
        expect(posix.join('/root', path)).toBe(`/root${path}`);
        expect(win32.join('C:\\root', path)).toBe(`C:\\root${path.replaceAll('/', '\\')}`);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('encodePath', () => {
  it.each([
    ['/a b/100%.jpg', '/a%20b/100%25.jpg'],
    ["/a-b_c.d~!$&'()*+,;=@.jpg", "/a-b_c.d~!$&'()*+,;=@.jpg"],
    ['/é?#[x].jpg', '/%C3%A9%3F%23%5Bx%5D.jpg'],
    ['/%2e%2e/x.jpg', '/%252e%252e/x.jpg'],
  ])('writes %s for a URL', (path, encoded) => {
    expect(encodePath(path)).toBe(encoded);
  });
});
