import { describe, expect, it } from 'vitest';
import { imagekit } from '../../../src/dialect/imagekit/imagekit.ts';
import { failure } from '../failure.ts';

const dialect = imagekit();
const parse = (target: string) => {
  const [path = '', ...query] = target.split('?');
  return dialect.parse({ path, query: query.join('?') });
};
const four = { stages: [{ resize: { width: 4, enlarge: true } }], output: { format: 'auto' } };

describe('where transformations stand', () => {
  it.each([
    ['/a/b.jpg?tr=w-4', '/a/b.jpg'],
    ['/tr:w-4/a/b.jpg', '/a/b.jpg'],
    ['/a/tr:w-4/b.jpg', '/a/b.jpg'],
    ['/a/b/tr:w-4/c%20d/%C3%A9.jpg', '/a/b/c d/é.jpg'],
    ['/tr%3Aw-4/a.jpg', '/a.jpg'],
    ['/TR:w-4/a.jpg', '/a.jpg'],
    ['/ik-seo/a/b/name.jpg?tr=w-4', '/a/b.jpg'],
    ['/ik-seo/tr:w-4/a/b/name.of.it.jpg', '/a/b.jpg'],
    ['/tr:w-4/ik-seo/b/name.webp', '/b.webp'],
    ['/a.jpg?v=&tr=w-4', '/a.jpg'],
    ['/https%3A%2F%2Fx.example%2Fa.jpg?tr=w-4', '/https://x.example/a.jpg'],
    ['/tr:w-4/https://x.example/a/tr:w-9/b.jpg', '/https://x.example/a/tr:w-9/b.jpg'],
    ['/tr:w-4/https%3A%2F%2Fx.example%2Fa.jpg', '/https://x.example/a.jpg'],
  ])('%s is of %s', (target, path) => {
    expect(parse(target)).toMatchObject({ path, transformation: four });
  });

  it('is nowhere', () => {
    expect(parse('/a.jpg')).toEqual({
      path: '/a.jpg',
      version: undefined,
      query: undefined,
      transformation: { stages: [], output: { format: 'auto' } },
      hints: [],
    });
    expect(parse('/')).toBeUndefined();
    expect(parse('/?tr=w-4')).toBeUndefined();
  });

  it.each([
    ['/tr:w-4/a.jpg?tr=w-4', 'INVALID_PARAMETER'],
    ['/tr:w-4/tr:h-4/a.jpg', 'INVALID_PARAMETER'],
    ['/tr:w-4/b/tr:w-4/a.jpg', 'INVALID_PARAMETER'],
    ['/a.jpg?tr=w-4&tr=w-4', 'INVALID_PARAMETER'],
    ['/a.jpg?tr=w-4&%74r=w-4', 'INVALID_PARAMETER'],
    ['/a.jpg/tr:w-4', 'INVALID_PARAMETER'],
    ['/tr:w-4', 'INVALID_PARAMETER'],
    ['/tr:w-4/', 'NOT_FOUND'],
    ['/a.jpg?tr=%zz', 'MALFORMED_REQUEST'],
    ['/a.jpg?tr=w-4,h-%zz', 'MALFORMED_REQUEST'],
    ['/tr:%ff/a.jpg', 'MALFORMED_REQUEST'],
    ['/tr:w-4/../a.jpg', 'NOT_FOUND'],
    ['/tr:w-4/a%2Fb.jpg', 'NOT_FOUND'],
    ['/tr:w-4//a.jpg', 'NOT_FOUND'],
    ['/tr:w-4/.env', 'NOT_FOUND'],
    ['/ik-seo/a.jpg', 'NOT_FOUND'],
    ['/ik-seo/a/b', 'NOT_FOUND'],
    [`/a.jpg?tr=${'w-4,'.repeat(2500)}`, 'MALFORMED_REQUEST'],
  ])('%.60s is refused as %s', (target, code) => {
    expect(failure(() => parse(target))).toMatchObject({ code });
  });

  it('takes the first frame for a thumbnail, or the page that is said', () => {
    expect(parse('/a.gif/ik-thumbnail.jpg')).toMatchObject({
      path: '/a.gif',
      transformation: { output: { frame: 1 } },
    });
    expect(parse('/tr:pg-2/a.gif/ik-thumbnail.jpg')).toMatchObject({ transformation: { output: { frame: 2 } } });
  });
});

describe('two encodings', () => {
  const logo = (path: string) => [expect.objectContaining({ path })];

  it.each([
    ['/b.jpg?tr=l-image,i-a@@logo.png,l-end', '/a/logo.png'],
    ['/b.jpg?tr=l-image,i-/a/logo.png,l-end', '/a/logo.png'],
    ['/b.jpg?tr=l-image%2Ci-a%40%40logo.png%2Cl-end', '/a/logo.png'],
    ['/b.jpg?tr=l-image%2Ci-a%2540%2540logo.png%2Cl-end', '/a/logo.png'],
    ['/b.jpg?tr=l-image,ie-Y3VzdG9tZXJfbG9nby%2FDkXlrYWEucG5n,l-end', '/customer_logo/Ñykaa.png'],
    ['/tr:l-image,ie-Y3VzdG9tZXJfbG9nby%2FDkXlrYWEucG5n,l-end/b.jpg', '/customer_logo/Ñykaa.png'],
    ['/b.jpg?tr=l-image%2Cie-Y3VzdG9tZXJfbG9nby%252FDkXlrYWEucG5n%2Cl-end', '/customer_logo/Ñykaa.png'],
    ['/b.jpg?tr=l-image,i-a+b.png,l-end', '/a b.png'],
    ['/tr:l-image,i-a+b.png,l-end/b.jpg', '/a+b.png'],
    ['/b.jpg?tr=l-image%2Ci-a%2Bb.png%2Cl-end', '/a+b.png'],
    ['/b.jpg?tr=l-image%2Ci-100%25.png%2Cl-end', '/100%.png'],
    ['/b.jpg?tr=l-image,i-a%2Cb.png,l-end', '/a,b.png'],
  ])('%s lays on %s', (target, path) => {
    expect(parse(target)?.transformation.stages[0]?.overlays).toEqual(logo(path));
  });

  it.each([
    ['tr=di-a%2541.jpg,w-4', '/a%41.jpg'],
    ['tr=di-a%2541.jpg:w-4', '/a%41.jpg'],
    ['tr=w-4:di-a%2Cb.jpg', '/a,b.jpg'],
    ['tr=di-a%25252541.jpg', '/a%2541.jpg'],
    ['tr=di-a%252Cb.jpg', '/a,b.jpg'],
    ['tr=di-a%20b.jpg', '/a b.jpg'],
    ['tr=di-a%252Cb.jpg%2Cw-4', '/a,b.jpg'],
  ])('%s falls back to %s: once beside a bare comma or colon, otherwise twice', (query, path) => {
    expect(parse(`/b.jpg?${query}`)).toMatchObject({ fallback: path });
  });

  it('take an encoded comma beside a bare colon for part of an item', () => {
    expect(failure(() => parse('/b.jpg?tr=w-300%2Ch-200:rt-90'))).toMatchObject({ code: 'INVALID_PARAMETER' });
  });

  it.each([
    ['/b.jpg?tr=l-text,ie-SGVsbG8sIFdvcmxkIQ%3D%3D,fs-20,l-end', 'Hello, World!'],
    ['/b.jpg?tr=l-text,i-Hello%2C%20World%3A,l-end', 'Hello, World:'],
    ['/tr:l-text,i-Every%20thing,l-end/b.jpg', 'Every thing'],
    ['/b.jpg?tr=l-text%2Ci-Every%2520thing%2Cl-end', 'Every thing'],
    ['/b.jpg?tr=l-text%2Ci-Every+thing%2Cl-end', 'Every thing'],
    ['/b.jpg?tr=l-text,ie-4KS54KS%2F4KSo4KWN4KSm4KWA,l-end', 'हिन्दी'],
    ['/tr:l-text,ie-4KS54KS%2F4KSo4KWN4KSm4KWA,l-end/a%20b/%C3%A9.jpg', 'हिन्दी'],
    ['/b.jpg?tr=l-text,i-no,ie-eWVz,l-end', 'yes'],
    ['/b.jpg?tr=l-text,ie-Pz8/Pj4+,l-end', '???>>>'],
    ['/b.jpg?tr=l-text,ie-Pz8_Pj4-,l-end', '???>>>'],
  ])('%s says %s', (target, content) => {
    expect(parse(target)?.transformation.stages[0]?.overlays).toEqual([
      expect.objectContaining({ text: expect.objectContaining({ content }) }),
    ]);
  });
});

describe('the query beside tr', () => {
  it.each([
    ['v=7', '7'],
    ['version=1.0', '1.0'],
    ['updatedAt=1628486414000', '1628486414000'],
    ['updatedAt=2024-01-01T00%3A00%3A00.000Z', '2024-01-01T00:00:00.000Z'],
    ['v=1&updatedAt=2', 'v=1&updatedAt=2'],
    ['updatedAt=2&v=1', 'v=1&updatedAt=2'],
    ['v=', undefined],
    ['w=7', undefined],
  ])('%s has the version %s', (query, version) => {
    expect(dialect.parse({ path: '/a.jpg', query })?.version).toBe(version);
  });

  it('asks for a download', () => {
    expect(parse('/a.jpg?ik-attachment=true')?.download).toBe(true);
    expect(parse('/a.jpg?ik-attachment=false')?.download).toBeUndefined();
  });

  it('is left to the origin where it is not known', () => {
    expect(parse('/a.jpg?ik-sdk-version=js-1&tr=w-4&utm=a%26b&v=1')?.query).toBe('ik-sdk-version=js-1&utm=a%26b');
  });

  it.each([
    'v=1&v=1',
    'ik-attachment=yes',
    'ik-attachment=true&ik-attachment=true',
    'ik-obj-version=abc',
    `v=${'x'.repeat(129)}`,
  ])('%.40s is refused', (query) => {
    expect(failure(() => dialect.parse({ path: '/a.jpg', query }))).toMatchObject({ code: 'INVALID_PARAMETER' });
  });
});

describe('what stands in for the picture', () => {
  it.each([
    ['di-a.jpg', '/a.jpg'],
    ['di-@@path@@to@@a.jpg', '/path/to/a.jpg'],
    ['di-path%2Fa%20b.jpg', '/path/a b.jpg'],
  ])('%s is %s', (steps, fallback) => {
    expect(parse(`/none.jpg?tr=${steps}`)?.fallback).toBe(fallback);
  });

  it('is the original itself, whatever else is said', () => {
    for (const steps of ['orig-true', 'original-true', 'w-4,orig-true', 'orig-true,w-nonsense', 'w-4:orig-true']) {
      expect(parse(`/a.jpg?tr=${steps}&v=3`)).toEqual({
        path: '/a.jpg',
        version: '3',
        query: undefined,
        transformation: { stages: [], output: {} },
        original: true,
        hints: [],
      });
    }
    expect(parse('/a.jpg?tr=orig-false,w-4')).not.toHaveProperty('original');
  });
});

describe('originPath', () => {
  it.each([
    ['/a/b*', '/a/b*'],
    ['/tr:w-4/a/b*', '/a/b*'],
    ['/a/tr:w-4/b.jpg*', '/a/b.jpg*'],
    ['/a.gif/ik-thumbnail.jpg*', '/a.gif*'],
    ['/tr:w-4/a.gif/ik-thumbnail.jpg', '/a.gif'],
    ['/ik-thumbnail.jpg*', '/ik-thumbnail.jpg*'],
  ])('of the beginning %s is %s', (path, own) => {
    expect(dialect.originPath?.(path, 'beginning')).toBe(own);
  });

  it.each([
    ['/a/b.jpg', '/a/b.jpg'],
    ['/tr:e-bgremove/a.png', '/a.png'],
    ['/ik-seo/tr:e-bgremove/cats/1/tabby.jpg', '/cats/1.jpg'],
    ['/tr:e-bgremove/a.gif/ik-thumbnail.jpg', '/a.gif'],
  ])('of the whole %s is %s', (path, own) => {
    expect(dialect.originPath?.(path, 'whole')).toBe(own);
  });

  it.each(['/tr:w-4*', '/ik-seo/a/b*'])('of the beginning %s is none', (path) => {
    expect(failure(() => dialect.originPath?.(path, 'beginning'))).toMatchObject({ code: 'INVALID_PARAMETER' });
  });
});
