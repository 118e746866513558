import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../src/dialect/dialect.ts';
import { imagekit } from '../../src/dialect/imagekit/imagekit.ts';
import { native } from '../../src/dialect/native.ts';
import { TintypeError } from '../../src/errors.ts';
import { reaches } from '../../src/journal/journal.ts';
import { originalId } from '../../src/origin/identity.ts';
import { canonicalPath, encodePath, isCanonicalPath } from '../../src/origin/path.ts';
import { type TargetContext, understandPurge } from '../../src/purge/target.ts';

const origin = 'photos';
const context: TargetContext = { origin, dialect: native(), mounts: () => ['/images'] };
const understand = (request: unknown, mounts: readonly string[] = ['/images']) =>
  understandPurge(request, { ...context, mounts: () => mounts });

const exact = (path: string) => ({ target: { kind: 'exact', origin, hash: originalId(origin, path).hash } });
const prefix = (start: string) => ({ target: { kind: 'prefix', origin, prefix: start } });

const refusalOf = (request: unknown, mounts?: readonly string[]): string => {
  try {
    return `took ${JSON.stringify(understand(request, mounts))}`;
  } catch (error) {
    return error instanceof TintypeError && error.code === 'INVALID_PURGE' ? error.message : `threw ${error}`;
  }
};

describe('a path', () => {
  it.each([
    ['/cat.jpg', '/cat.jpg'],
    ['/cat.jpg?w=400&v=2', '/cat.jpg'],
    ['/a%20b.jpg', '/a b.jpg'],
    ['/a b.jpg', '/a b.jpg'],
    ['/%C3%A9.jpg', '/é.jpg'],
    ['/a%252fb.jpg', '/a%2fb.jpg'],
    ['/a%2Ab.jpg', '/a*b.jpg'],
    ['/a%3Fb.jpg', '/a?b.jpg'],
  ])('%s names the original that a request names', (given, path) => {
    for (const request of [given, { path: given }]) {
      const [found, ...others] = understand(request);
      expect(found).toMatchObject({ ...exact(path), id: { origin, path } });
      expect(others).toEqual([]);
    }
  });

  it.each([
    ['cat.jpg', 'begins with "/"'],
    ['', 'begins with "/"'],
    ['https://x.example/cat.jpg', 'given as { url }'],
    ['/', 'no request can have this path'],
    ['/cats/', 'no request can have this path'],
    ['/a/../b.jpg', 'no request can have this path'],
    ['/a/%2e%2e/b.jpg', 'no request can have this path'],
    ['/a%2Fb.jpg', 'no request can have this path'],
    ['/a%5Cb.jpg', 'no request can have this path'],
    ['/.env', 'no request can have this path'],
    ['/%', 'malformed'],
    ['/%ff.jpg', 'malformed'],
    ['/a\u0000.jpg', 'malformed'],
    [`/${'a'.repeat(2000)}`, 'no request can have this path'],
    ['/cats/*/1.jpg', '"*" is the last character'],
    ['/**', '"*" is the last character'],
    ['*', 'begins with "/"'],
    ['/cats/*?w=1', '"*" and a query'],
    ['/cat.jpg?w=4*', '"*" and a query'],
  ])('%j is refused, and it says why', (path, reason) => {
    expect(refusalOf(path)).toContain(reason);
    expect(refusalOf({ path })).toContain(reason);
  });

  it.each([
    [undefined],
    [null],
    [7],
    [true],
    [[]],
    [['/a.jpg']],
    [{}],
    [{ path: 7 }],
    [{ path: null }],
    [{ paths: ['/a.jpg'] }],
    [{ toString: '/a.jpg' }],
  ])('is not what %j is', (request) => expect(refusalOf(request)).toMatch(/^The purge target is not valid: /));

  it('is one target for each call', () => {
    expect(refusalOf({ path: '/a.jpg', tag: 'b' })).toContain('one of path, prefix, tag, all, url');
    expect(refusalOf({ path: '/a.jpg', mode: 'force' })).toContain('one of path');
    expect(understand({ path: '/a.jpg', tag: undefined })).toMatchObject([exact('/a.jpg')]);
  });
});

describe('a prefix', () => {
  it.each([
    ['/*', '/'],
    ['/cats/*', '/cats/'],
    ['/cats/a*', '/cats/a'],
    ['/cats*', '/cats'],
    ['/cat.jpg*', '/cat.jpg'],
    ['/cat.*', '/cat.'],
    ['/a%20b/c%25*', '/a b/c%'],
    ['/a%2A*', '/a*'],
    ['/con*', '/con'],
    [`/${'a'.repeat(255)}*`, `/${'a'.repeat(255)}`],
    [`/${'a'.repeat(255)}/*`, `/${'a'.repeat(255)}/`],
  ])('%s begins what it says', (given, start) => {
    for (const request of [given, { path: given }, { prefix: given }]) {
      expect(understand(request)).toMatchObject([{ ...prefix(start), id: undefined }]);
    }
  });

  it.each([
    ['/', '/'],
    ['/cats/', '/cats/'],
    ['/a%20b/', '/a b/'],
  ])('without an asterisk is the folder %s', (given, start) => {
    expect(understand({ prefix: given })).toMatchObject([prefix(start)]);
  });

  it.each([
    ['/foo', 'could mean either'],
    ['/foo.jpg', 'could mean either'],
    ['foo/', 'begins with "/"'],
    ['', 'could mean either'],
    ['/foo/?w=1', 'takes no query'],
    ['/foo/*?w=1', '"*" and a query'],
    ['/*/x/', '"*" is the last character'],
    ['//', 'no request can have this path'],
    ['/a//b*', 'no request can have this path'],
    ['/../*', 'no request can have this path'],
    ['/a/.*', 'no request can have this path'],
    ['/a/%2e%2e/*', 'no request can have this path'],
    ['/a%2Fb*', 'no request can have this path'],
    ['/con/*', 'no request can have this path'],
    ['/con.*', 'no request can have this path'],
    ['/%*', 'malformed'],
    ['/%4*', 'malformed'],
    ['/caf%C3*', 'malformed'],
    [`/${'a'.repeat(256)}*`, 'no request can have this path'],
  ])('%j is refused, and it says why', (given, reason) => {
    expect(refusalOf({ prefix: given })).toContain(reason);
  });

  const name = fc
    .string({ unit: fc.constantFrom('a', 'B', '.', ' ', '-', '%', '*', '?', 'é', '🐈', 'e\u0301', 'x') })
    .filter((text) => isCanonicalPath(`/${text}`));
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`);
  const written = (text: string): string => encodePath(text).replaceAll('*', '%2A');

  it('reaches exactly the paths that begin with it, as strings', () => {
    fc.assert(
      fc.property(path, path, fc.nat(), (one, other, at) => {
        const characters = [...one];
        const start = characters.slice(0, 1 + (at % characters.length)).join('');
        let found: ReturnType<typeof understand>;
        try {
          found = understand(`${written(start)}*`);
        } catch {
          // Nothing can begin so, and hence this path does not.
          return isCanonicalPath(`${start}x`) === false && isCanonicalPath(start) === false && start !== one;
        }
        const [{ target }] = found as [(typeof found)[0]];
        const reached = (each: string) => reaches(target, { ...originalId(origin, each), tags: [] });
        return reached(one) && reached(other) === other.startsWith(start);
      }),
    );
  });

  it('does not reach a sibling by accident', () => {
    const [found] = understand({ prefix: '/foo/' });
    const reached = (each: string) =>
      found !== undefined && reaches(found.target, { ...originalId(origin, each), tags: [] });
    expect([reached('/foo/a.jpg'), reached('/foo-bar/a.jpg'), reached('/foo')]).toEqual([true, false, false]);
  });

  it('and a path can be given again by their names', () => {
    fc.assert(
      fc.property(path, (each) => {
        const [found] = understand(written(each));
        expect(found?.id?.path).toBe(each);
        expect(understand(found?.name)).toEqual([found]);
        const [folder] = understand({ prefix: `${written(each)}/` });
        expect(understand(folder?.name)).toEqual([folder]);
        const [begun] = understand({ prefix: `${written(each)}*` });
        expect(understand(begun?.name)).toEqual([begun]);
        expect(canonicalPath(written(each))).toBe(each);
      }),
    );
  });
});

describe('a tag', () => {
  it.each(['cats', 'Cats', 'a b', 'x'.repeat(256), 'é', '*', 'a/b'])('%j is taken as it stands', (tag) => {
    expect(understand({ tag })).toEqual([{ target: { kind: 'tag', origin, tag }, id: undefined, name: `tag:${tag}` }]);
  });

  it.each(['', 'x'.repeat(257), 'a\nb', '\u007f', '\ud800', 7, null, {}])('%j is refused', (tag) => {
    expect(refusalOf({ tag })).toContain('1 to 256 characters');
  });
});

describe('all', () => {
  it('is everything of the origin', () => {
    expect(understand({ all: true })).toEqual([{ target: { kind: 'all', origin }, id: undefined, name: '*' }]);
  });

  it.each([false, 'true', 1, null])('is not %j', (all) => {
    expect(refusalOf({ all })).toContain('all is true');
  });
});

describe('a URL', () => {
  it.each([
    ['https://cdn.example/images/cats/1.jpg', '/cats/1.jpg'],
    ['http://localhost:3000/images/cats/1.jpg?w=400&v=2#top', '/cats/1.jpg'],
    ['HTTPS://user:word@cdn.example/images/a%20b.jpg', '/a b.jpg'],
  ])('%s is stripped of its mount, host and query', (url, path) => {
    expect(understand({ url })).toMatchObject([{ ...exact(path), id: { path } }]);
  });

  it.each([
    ['https://cdn.example/images/cats/*', '/cats/'],
    ['https://cdn.example/images/*', '/'],
  ])('%s may end in an asterisk', (url, start) => {
    expect(understand({ url })).toMatchObject([prefix(start)]);
  });

  it('below several mounts is what it names below each', () => {
    const url = 'https://cdn.example/images/cat.jpg';
    expect(understand({ url }, ['', '/images', '/other', ''])).toMatchObject([
      exact('/images/cat.jpg'),
      exact('/cat.jpg'),
    ]);
    expect(understand({ url: 'https://cdn.example/images/c*' }, ['', '/images'])).toMatchObject([
      prefix('/images/c'),
      prefix('/c'),
    ]);
  });

  it('is what it names below one mount where it names nothing below another', () => {
    const url = 'https://cdn.example/a:b/cat.jpg';
    expect(understand({ url }, ['', '/a:b'])).toMatchObject([exact('/cat.jpg')]);
  });

  it('is understood where a path alone may not be asked for', () => {
    const dialect = native({ presets: { a: { w: 4 } }, onlyPresets: true, signing: { keys: 'a key of 16 bytes' } });
    const found = (query: string) =>
      understandPurge({ url: `https://cdn.example/images/a%20cat.jpg?${query}` }, { ...context, dialect });
    expect(found('preset=a')).toMatchObject([exact('/a cat.jpg')]);
    expect(found('utm=1&preset=a&s=x#top')).toMatchObject([exact('/a cat.jpg')]);
    expect(() => found('preset=gone')).toThrow(expect.objectContaining({ code: 'INVALID_PURGE' }));
  });

  it.each(['w=400', 'w=x', 'w=4&w=4', 'w=%zz', '|||||||||'])('is understood whatever it asks for: %s', (query) => {
    expect(understand({ url: `https://cdn.example/images/a%20cat.jpg?${query}` })).toMatchObject([exact('/a cat.jpg')]);
  });

  it('is one target where two mounts name the same', () => {
    const dialect: Dialect = { ...native(), parse: () => ({ path: '/cat.jpg' }) as ReturnType<Dialect['parse']> };
    const found = understandPurge({ url: 'https://x.example/a/b' }, { origin, dialect, mounts: () => ['', '/a'] });
    expect(found).toMatchObject([exact('/cat.jpg')]);
  });

  it('is read by the dialect, which may keep transformations in the path', () => {
    const dialect: Dialect = {
      ...native(),
      parse: ({ path, query }) => native().parse({ path: path.replace(/^\/tr:[^/]+/, ''), query }),
    };
    const url = 'https://cdn.example/images/tr:w-300/cat.jpg?w=nonsense';
    expect(understandPurge({ url }, { origin, dialect, mounts: () => ['/images'] })).toMatchObject([exact('/cat.jpg')]);
    const wildcard = { url: 'https://cdn.example/images/tr:w-300/cat*' };
    expect(() => understandPurge(wildcard, { origin, dialect, mounts: () => ['/images'] })).toThrow(
      'no request can have this path',
    );
  });

  describe('with transformations of ImageKit', () => {
    const understandUrl = (path: string) =>
      understandPurge(
        { url: `https://cdn.example/images${path}` },
        { origin, dialect: imagekit(), mounts: () => ['/images'] },
      );

    it.each([
      ['/tr:e-bgremove/a.png', '/a.png'],
      ['/tr:w-400/a.png?tr=h-300', '/a.png'],
      ['/ik-seo/cats/1/tabby.jpg?tr=e-bgremove', '/cats/1.jpg'],
      ['/tr:e-bgremove/a.gif/ik-thumbnail.jpg', '/a.gif'],
    ])('%s is its original, whether or not they are built', (path, own) => {
      expect(understandUrl(path)).toMatchObject([exact(own)]);
    });

    it('may begin with a thumbnail', () => {
      expect(understandUrl('/tr:pg-2/a.gif/ik-thumbnail.jpg*')).toMatchObject([
        { target: { kind: 'prefix', origin, prefix: '/a.gif' } },
      ]);
    });

    it.each([
      ['/tr:w-400/tr:h-300/a.png', 'tr: given more than once; the path has several.'],
      ['/ik-seo/cats*', 'ik-seo: the beginning of such a path names no original.'],
    ])('%s is refused with the reason of the dialect', (path, reason) => {
      expect(() => understandUrl(path)).toThrow(`no request can have this path: ${reason}`);
    });
  });

  it.each([
    ['/images/cat.jpg', 'begins with http:// or https://'],
    ['//cdn.example/images/cat.jpg', 'begins with http:// or https://'],
    ['ftp://cdn.example/images/cat.jpg', 'begins with http:// or https://'],
    ['https:///images/cat.jpg', 'begins with http:// or https://'],
    ['https://cdn.example/cat.jpg', 'none of the mounts that are known (/images)'],
    ['https://cdn.example/images-old/cat.jpg', 'none of the mounts that are known (/images)'],
    ['https://cdn.example/other/../images/cat.jpg', 'none of the mounts that are known (/images)'],
    ['https://cdn.example/images/../images/cat.jpg', 'no request can have this path'],
    ['https://cdn.example/images/%2e%2e/cat.jpg', 'no request can have this path'],
    ['https://cdn.example/images/', 'names no image'],
    ['https://cdn.example/images', 'names no image'],
    ['https://cdn.example*', 'none of the mounts'],
    ['https://cdn.example/images/*/1.jpg', '"*" is the last character'],
    ['https://cdn.example/images/a*?w=1', '"*" and a query'],
    ['https://cdn.example/images/a*#x', '"*" is the last character'],
  ])('%s is refused, and it says why', (url, reason) => {
    expect(refusalOf({ url })).toContain(reason);
  });

  it('is refused where no mount is known, or at the bare host', () => {
    expect(refusalOf({ url: 'https://cdn.example/cat.jpg' }, [])).toContain('none so far; give { path } instead');
    expect(refusalOf({ url: 'https://cdn.example*' }, [''])).toContain('no request can have this path');
    expect(refusalOf({ url: 'https://cdn.example/images/cat.jpg' }, ['/a', ''])).toMatch(/^took/);
    expect(refusalOf({ url: 7 })).toContain('url is a string');
  });
});
