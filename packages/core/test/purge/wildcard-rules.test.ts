import { describe, expect, it } from 'vitest';
import { native } from '../../src/dialect/native.ts';
import { understandPurge } from '../../src/purge/target.ts';
import { enforceRules, isPattern, type WildcardRules } from '../../src/purge/wildcard-rules.ts';

const enforce = (request: unknown, rules: Partial<WildcardRules>) => () => {
  const targets = understandPurge(request, { origin: 'photos', dialect: native(), mounts: () => ['/images'] });
  enforceRules(targets, { wildcards: 'any', refuse: [], ...rules });
};

describe("ImageKit's rules", () => {
  it.each([
    '/images/upload*',
    '/a/b*',
    '/a/b/*',
    '/fifteen_chars_*',
    '/sample.jpg*',
    '/a.webp*',
    '/images.jpg',
    { all: true },
    { tag: 'cats' },
    { url: 'https://x.example/images/a/b*' },
  ])('take %j', (request) => {
    expect(enforce(request, { wildcards: 'imagekit' })).not.toThrow();
  });

  it.each([
    '/*',
    '/images*',
    '/images/*',
    '/fourteen_char*',
    '/sample.j*',
    '/sample.j%2E*',
    { prefix: '/cats/' },
    { url: 'https://x.example/images/a*' },
  ])('refuse %j, and say which rule', (request) => {
    expect(enforce(request, { wildcards: 'imagekit' })).toThrow(/two levels of nesting.*15 characters.*file name/);
    expect(enforce(request, { wildcards: 'any' })).not.toThrow();
  });
});

describe('what is always refused', () => {
  const refuse = ['/media/catalog/*', '/s/files/*', '/logo.png'];

  it.each([
    ['/media/catalog/*', '/media/catalog/*'],
    ['/media/cat*', '/media/catalog/*'],
    ['/media/*', '/media/catalog/*'],
    ['/s*', '/s/files/*'],
    ['/*', '/media/catalog/*'],
    ['/logo.png', '/logo.png'],
    ['/logo.png*', '/logo.png'],
    ['/lo*', '/logo.png'],
    ['/logo%2Epng?w=3', '/logo.png'],
    [{ all: true }, '/media/catalog/*'],
    [{ prefix: '/media/' }, '/media/catalog/*'],
    [{ url: 'https://x.example/images/media/*' }, '/media/catalog/*'],
  ])('%j would purge a whole pattern', (request, pattern) => {
    expect(enforce(request, { refuse })).toThrow(`${pattern} is never purged as a whole here`);
  });

  it.each(['/media/catalog/a*', '/media/catalog/1.jpg', '/media/other/*', '/logo', '/logo.png/*', { tag: 'media' }])(
    '%j would not',
    (request) => {
      expect(enforce(request, { refuse })).not.toThrow();
    },
  );

  it('is told by paths and prefixes only', () => {
    expect(['/a/*', '/a*', '/a.jpg', '/*'].filter((each) => !isPattern(each))).toEqual([]);
    expect(['', 'a', '/a/', '/**', '/../*', 7, undefined, { path: '/a' }].filter(isPattern)).toEqual([]);
  });
});
