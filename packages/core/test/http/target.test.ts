import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mountOf, splitTarget, type Target } from '../../src/http/target.ts';

const target = (path: string, query = ''): Target => ({ path, query });

describe('splitTarget', () => {
  it.each<readonly [string, string, Target | undefined]>([
    ['/cat.jpg', '', target('/cat.jpg')],
    ['/cat.jpg?w=4', '', target('/cat.jpg', 'w=4')],
    ['/images/cat.jpg?w=4', '/images', target('/cat.jpg', 'w=4')],
    ['/images', '/images', target('/')],
    ['/images/', '/images', target('/')],
    ['/images?w=4', '/images', target('/', 'w=4')],
    ['/', '', target('/')],
    ['', '', target('/')],
    ['/cat.jpg?', '', target('/cat.jpg')],
    ['/cat.jpg?a?b=/c', '', target('/cat.jpg', 'a?b=/c')],
    ['/a/b/c.jpg', '/a/b', target('/c.jpg')],
  ])('takes of %s the mount "%s"', (rawTarget, mount, expected) => {
    expect(splitTarget(rawTarget, mount)).toEqual(expected);
  });

  it.each<readonly [string, string]>([
    ['/images2/cat.jpg', '/images'],
    ['/images2', '/images'],
    ['/imagescat.jpg', '/images'],
    ['/image/cat.jpg', '/images'],
    ['/Images/cat.jpg', '/images'],
    ['/other?x=/images/cat.jpg', '/images'],
    ['//images/cat.jpg', '/images'],
    ['*', ''],
    ['cat.jpg', ''],
  ])('does not find %s below "%s"', (rawTarget, mount) => {
    expect(splitTarget(rawTarget, mount)).toBeUndefined();
  });

  it.each<readonly [string, string, Target]>([
    ['http://example.com/images/cat.jpg?w=4', '/images', target('/cat.jpg', 'w=4')],
    ['HTTPS://user@example.com:8080/cat.jpg', '', target('/cat.jpg')],
    ['http://example.com', '', target('/')],
    ['http://example.com?w=4', '', target('/', 'w=4')],
    ['http:///cat.jpg', '', target('/cat.jpg')],
  ])('reads the absolute form %s (RFC 9112 §3.2.2)', (rawTarget, mount, expected) => {
    expect(splitTarget(rawTarget, mount)).toEqual(expected);
  });

  it.each<readonly [string, string, Target]>([
    ['//evil.example/cat.jpg', '', target('//evil.example/cat.jpg')],
    ['/images//cat.jpg', '/images', target('//cat.jpg')],
    ['/images/../etc/passwd', '/images', target('/../etc/passwd')],
    ['/images/%2e%2e/a', '/images', target('/%2e%2e/a')],
    ['/a b\\c', '', target('/a b\\c')],
    ['/http://example.com/cat.jpg', '', target('/http://example.com/cat.jpg')],
    ['/cat.jpg#x', '', target('/cat.jpg#x')],
  ])('changes nothing of %s', (rawTarget, mount, expected) => {
    expect(splitTarget(rawTarget, mount)).toEqual(expected);
  });
});

describe('mountOf', () => {
  it.each<readonly [string, string, string]>([
    ['/images/cat.jpg?w=4', '/cat.jpg', '/images'],
    ['/images/cats/1.jpg', '/cats/1.jpg', '/images'],
    ['/images', '/', '/images'],
    ['/images/', '/', '/images'],
    ['/images/?w=4', '/', '/images'],
    ['/cat.jpg', '/cat.jpg', ''],
    ['/', '/', ''],
    ['/im%61ges/cat.jpg', '/cat.jpg', '/im%61ges'],
    ['/a/b/a/b', '/a/b', '/a/b'],
    ['/images/cats/', '/cats/', '/images'],
    ['http://example.com/images/cat.jpg', '/cat.jpg', '/images'],
  ])('is of %s, whose rest is %s, "%s"', (rawTarget, rest, mount) => {
    expect(mountOf(rawTarget, rest)).toBe(mount);
  });

  it('is the whole path where somebody rewrote the rest, so that nothing is ours', () => {
    expect(mountOf('/images/cat.jpg', '/dog.jpg')).toBe('/images/cat.jpg');
    expect(splitTarget('/images/cat.jpg', '/images/cat.jpg')).toEqual(target('/'));
  });

  it('is what splitTarget takes off', () => {
    const segments = fc.array(fc.stringMatching(/^[a-z%.]{1,3}$/), { maxLength: 3 });
    const path = segments.map((each) => each.map((segment) => `/${segment}`).join(''));
    fc.assert(
      fc.property(path, path, (mount, rest) => {
        expect(mountOf(`${mount}${rest}?a=/b`, rest === '' ? '/' : rest)).toBe(mount);
        expect(splitTarget(`${mount}${rest}?a=/b`, mount)).toEqual(target(rest === '' ? '/' : rest, 'a=/b'));
      }),
    );
  });
});
