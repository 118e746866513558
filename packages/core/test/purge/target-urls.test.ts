import { describe, expect, it } from 'vitest';
import { native } from '../../src/dialect/native.ts';
import { TintypeError } from '../../src/errors.ts';
import { reaches } from '../../src/journal/journal.ts';
import { originalId } from '../../src/origin/identity.ts';
import { canonicalPath } from '../../src/origin/path.ts';
import { understandPurge } from '../../src/purge/target.ts';

const origin = 'proxy';
const context = { origin, dialect: native(), mounts: () => ['/images'] };
const understand = (request: unknown) => understandPurge(request, context);

const refusalOf = (request: unknown): string => {
  try {
    return `took ${JSON.stringify(understand(request))}`;
  } catch (error) {
    return error instanceof TintypeError && error.code === 'INVALID_PURGE' ? error.message : `threw ${error}`;
  }
};

const exact = (path: string) => ({ target: { kind: 'exact', origin, hash: originalId(origin, path).hash } });
const prefix = (start: string) => ({ target: { kind: 'prefix', origin, prefix: start }, id: undefined });

describe('the path of an original that is a URL', () => {
  it.each([
    ['/https://example.com/cat.jpg', '/https://example.com/cat.jpg'],
    ['/https%3A%2F%2Fexample.com%2Fcat.jpg', '/https://example.com/cat.jpg'],
    ['/HTTPS://Example.com:443/cat.jpg?w=400', '/https://example.com/cat.jpg'],
    ['/https%3A%2F%2Fexample.com%2Fcat.jpg%3Fid%3D5?w=400', '/https://example.com/cat.jpg?id=5'],
    ['/https%3A%2F%2Fexample.com%2Fa%252Fb%2A.jpg', '/https://example.com/a%2Fb*.jpg'],
  ])('%s is understood, and by its name again', (given, path) => {
    for (const request of [given, { path: given }, { url: `https://cdn.example/images${given}` }]) {
      const [found, ...others] = understand(request);
      expect(found).toMatchObject({ ...exact(path), id: { path } });
      expect(others).toEqual([]);
      expect(understand(found?.name)).toEqual([found]);
    }
  });

  it.each([
    ['/https://example.com/../cat.jpg', 'no request can have this path'],
    ['/https://user@example.com/cat.jpg', 'credentials or a fragment'],
    ['/https://exa mple.com/cat.jpg', 'malformed'],
    ['https://example.com/cat.jpg', 'given as { url }'],
  ])('is not %s', (given, reason) => {
    expect(refusalOf(given)).toContain(reason);
    expect(refusalOf({ path: given })).toContain(reason);
  });
});

describe('the beginning of URLs', () => {
  it.each([
    ['/https://example.com/*', '/https://example.com/'],
    ['/HTTPS://Example.com:443/cats/*', '/https://example.com/cats/'],
    ['/https://example.com/cats/a*', '/https://example.com/cats/a'],
    ['/https://example.com:8443/*', '/https://example.com:8443/'],
    ['/https%3A%2F%2Fexample.com%2Fcats%2F*', '/https://example.com/cats/'],
    ['/https%3A%2F%2Fexample.com%2Fcat.jpg%3Fid%3D*', '/https://example.com/cat.jpg?id='],
    ['/https%3A%2F%2Fexample.com%2Fa%2A*', '/https://example.com/a*'],
    ['/https://bücher.example/*', '/https://xn--bcher-kva.example/'],
    ['/https://example.com/a%20b*', '/https://example.com/a%20b'],
    ['/https://example.com/.*', '/https://example.com/.'],
    ['/https*', '/https'],
  ])('%s is understood, and by its name again', (given, start) => {
    for (const request of [given, { prefix: given }, { url: `https://cdn.example/images${given}` }]) {
      const [found, ...others] = understand(request);
      expect(found).toMatchObject(prefix(start));
      expect(others).toEqual([]);
      expect(understand(found?.name)).toEqual([found]);
    }
  });

  it('may be a folder without an asterisk', () => {
    expect(understand({ prefix: '/https://example.com/cats/' })).toMatchObject([prefix('/https://example.com/cats/')]);
  });

  it('reaches what begins so, and no other host', () => {
    const [found] = understand('/https://example.com/cats/*');
    const reached = (raw: string) =>
      found !== undefined && reaches(found.target, { ...originalId(origin, canonicalPath(raw)), tags: [] });
    expect(reached('/https://example.com/cats/1.jpg')).toBe(true);
    expect(reached('/https%3A%2F%2FEXAMPLE.com%2Fcats%2F1.jpg%3Fid%3D5')).toBe(true);
    expect(reached('/http://example.com/cats/1.jpg')).toBe(false);
    expect(reached('/https://example.com.evil.example/cats/1.jpg')).toBe(false);
    expect(reached('/https://example.com/cats')).toBe(false);
  });

  it.each([
    ['/https://example.com*', 'stand its host and a slash'],
    ['/https://*', 'stand its host and a slash'],
    ['/https://example.com:80*', 'stand its host and a slash'],
    ['/https%3A%2F%2Fexample.com*', 'stand its host and a slash'],
    ['/https://*.example.com/*', '"*" is the last character'],
    ['/https:*', 'no request can have this path'],
    ['/https:/*', 'no request can have this path'],
    ['/https://example.com/../*', 'no request can have this path'],
    ['/https://user@example.com/*', 'no request can have this path'],
    ['/https://exa mple.com/*', 'malformed'],
    ['/https%3A%2F%2Fexample.com%2F%C3*', 'malformed'],
    ['/https%3A%2F%2Fexample.com%2F%2*', 'malformed'],
    [`/https://example.com/${'a'.repeat(2048)}*`, 'no request can have this path'],
  ])('is not %s', (given, reason) => {
    expect(refusalOf({ prefix: given })).toContain(reason);
    expect(refusalOf(given)).toContain(reason);
  });
});
