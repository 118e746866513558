import { describe, expect, it } from 'vitest';
import { native } from '../../src/dialect/native.ts';
import { nativeParameters } from '../../src/dialect/native-parameters.ts';
import { canonicalPath } from '../../src/origin/path.ts';
import { type Overlay, overlayPositions } from '../../src/transform/overlay.ts';
import { failure } from './failure.ts';

const dialect = native();
const parse = (query: string) => dialect.parse({ path: '/cat.jpg', query });
const transformationOf = (query: string) => parse(query)?.transformation;

describe('an overlay', () => {
  const overlaysOf = (query: string) => transformationOf(query)?.stages[0]?.overlays;

  it.each<readonly [string, Overlay]>([
    ['overlay=/logo.png', { path: '/logo.png' }],
    ['overlay=%2Flogo.png', { path: '/logo.png' }],
    ['overlay=/a%20b/%C3%BC.png', { path: '/a b/ü.png' }],
    ['overlay=/a+b.png', { path: '/a b.png' }],
    ['overlay=/a%2Bb.png', { path: '/a+b.png' }],
    ['overlay=/a%2520b.png', { path: '/a b.png' }],
    ['overlay=/100%2525.png', { path: '/100%.png' }],
    ['overlay=/a%26w=9.png', { path: '/a&w=9.png' }],
    ['overlay=/x&overlay-w=20&overlay-h=0.5', { path: '/x', width: 20, height: { percent: 50 } }],
    ['overlay=/x&overlay-w=1', { path: '/x', width: 1 }],
    ['overlay=/x&overlay-w=1.0', { path: '/x', width: { percent: 100 } }],
    ['overlay=/x&overlay-position=right+bottom&overlay-margin=8', { path: '/x', position: 'right bottom', margin: 8 }],
    ['overlay=/x&overlay-opacity=60&overlay-blend=multiply', { path: '/x', opacity: 60, blend: 'multiply' }],
    [
      'overlay=/x&overlay-w=20&overlay-h=0.5&overlay-margin=3&dpr=2.5',
      { path: '/x', width: 50, height: { percent: 50 }, margin: 8 },
    ],
    ['overlay=/x&overlay-position=center&overlay-margin=0&overlay-opacity=100&overlay-blend=over', { path: '/x' }],
    ['overlay=/cat.jpg', { path: '/cat.jpg' }],
    ['overlay=/a%257Cb.png', { path: '/a|b.png' }],
    ['overlay=/https://pictures.example/x.png', { path: '/https://pictures.example/x.png' }],
  ])('is read from %s', (query, expected) => {
    expect(overlaysOf(query)).toStrictEqual([expected]);
  });

  it('ends at a bar that is encoded but once, which begins another stage', () => {
    expect(parse('overlay=/a%7Cb.png')).toMatchObject({
      transformation: { stages: [{ overlays: [{ path: '/a' }] }] },
      query: 'b.png',
    });
  });

  it('lies on the result of its own stage', () => {
    expect(transformationOf('w=9&overlay=/x|rotate=90&overlay=/y&overlay-w=4&dpr=2')?.stages).toStrictEqual([
      { resize: { width: 18 }, overlays: [{ path: '/x' }] },
      { rotate: { degrees: 90 }, overlays: [{ path: '/y', width: 8 }] },
    ]);
  });

  it('must be there in the same stage', () => {
    const message = 'overlay-w: has no meaning without overlay, block or text.';
    expect(failure(() => parse('overlay=/x|overlay-w=4'))).toMatchObject({ code: 'INVALID_PARAMETER', message });
    expect(failure(() => parse('overlay-w=4|overlay=/x'))).toMatchObject({ code: 'INVALID_PARAMETER', message });
    expect(failure(() => dialect.format('/cat.jpg', [{ overlay: '/x' }, { 'overlay-w': 4 }]))).toMatchObject({
      message,
    });
  });

  it('lies on the resized picture: in the same stage', () => {
    expect(transformationOf('overlay=/x&w=9')?.stages).toStrictEqual([
      { resize: { width: 9 }, overlays: [{ path: '/x' }] },
    ]);
  });

  it.each(overlayPositions)('lies at overlay-position=%s', (position) => {
    const [overlay] = overlaysOf(`overlay=/x&overlay-position=${position}`) ?? [];
    expect(overlay).toStrictEqual({ path: '/x', ...(position === 'centre' ? {} : { position }) });
  });

  it.each<readonly [string, string]>([
    ['/../logo.png', 'NOT_FOUND'],
    ['//logo.png', 'NOT_FOUND'],
    ['/.env', 'NOT_FOUND'],
    ['/%zz.png', 'MALFORMED_REQUEST'],
    ['/100%.png', 'MALFORMED_REQUEST'],
  ])('is refused with the path %s, as a request is', (path, code) => {
    expect(failure(() => parse(`overlay=${encodeURIComponent(path)}`))).toMatchObject({ code });
    expect(failure(() => dialect.format('/cat.jpg', { overlay: path }))).toMatchObject({ code });
  });

  it.each<readonly [string, string]>([
    ['overlay=logo.png', 'overlay: "logo.png" is not allowed; expected an origin path such as /logo.png.'],
    ['overlay=https://example.org/x', 'overlay: "https://example.org/x" is not allowed'],
    ['overlay=/x&overlay-w=0', 'overlay-w: "0" is not allowed; expected a whole number from 1 to 65535, or a decimal'],
    ['overlay=/x&overlay-h=25%25', 'overlay-h: "25%" is not allowed'],
    ['overlay=/x&overlay-position=entropy', 'overlay-position: "entropy" is not allowed'],
    ['overlay=/x&overlay-margin=-1', 'overlay-margin: "-1" is not allowed'],
    ['overlay=/x&overlay-opacity=0', 'overlay-opacity: "0" is not allowed'],
    ['overlay=/x&overlay-opacity=101', 'overlay-opacity: "101" is not allowed'],
    ['overlay=/x&overlay-blend=dest-out', 'overlay-blend: "dest-out" is not allowed'],
    ['overlay=/x&overlay=/y', 'overlay: given more than once.'],
  ])('is refused: %s', (query, message) => {
    const error = failure(() => parse(query));
    expect(error?.code).toBe('INVALID_PARAMETER');
    expect(error?.message).toContain(message);
  });

  const details = Object.keys(nativeParameters).filter((name) => name.startsWith('overlay-'));

  it.each(details)('must be there for %s', (name) => {
    const error = { code: 'INVALID_PARAMETER', message: `${name}: has no meaning without overlay, block or text.` };
    const value = new Map<string, string>([
      ['overlay-position', 'top'],
      ['overlay-blend', 'multiply'],
      ['overlay-at', '1,1'],
      ['overlay-do', 'w=9'],
    ]).get(name);
    expect(failure(() => parse(`w=9&${name}=1`))).toMatchObject(error);
    expect(failure(() => dialect.format('/cat.jpg', { [name]: value ?? 1 }))).toMatchObject(error);
  });

  it.each<readonly [string, string]>([
    ['/logo.png', '/logo.png'],
    ['/a b/ü.png', '/a%20b/%C3%BC.png'],
    ['/a%20b.png', '/a%20b.png'],
    ['/100%25.png', '/100%2525.png'],
    ['/a+b&c=d#e?.png', '/a%2Bb%26c%3Dd%23e%3F.png'],
    ['/a|b.png', '/a%257Cb.png'],
    ['/https://pictures.example/x.png?a=b', '/https://pictures.example/x.png%3Fa%3Db'],
    ['/https://pictures.example/a%7Cb.png', '/https://pictures.example/a%257Cb.png'],
    ['/https://pictures.example/a|b.png', '/https%253A%252F%252Fpictures.example%252Fa%257Cb.png'],
  ])('with the path %s is written %s', (overlay, written) => {
    expect(dialect.format('/cat.jpg', { overlay })).toBe(`/cat.jpg?overlay=${written}`);
    expect(overlaysOf(`overlay=${written}`)?.[0]).toHaveProperty('path', canonicalPath(overlay));
  });

  it('is written with what is said of it', () => {
    const given = { 'overlay-w': 0.25, 'overlay-position': 'right bottom', overlay: '/x', 'overlay-margin': 8, w: 400 };
    expect(dialect.format('/cat.jpg', given)).toBe(
      '/cat.jpg?w=400&overlay=/x&overlay-w=0.25&overlay-position=right%20bottom&overlay-margin=8',
    );
  });

  it('with a path that makes the query too long is not written, because it would not be read', () => {
    const overlay = `/${'é/'.repeat(340)}x`;
    expect(failure(() => dialect.format('/cat.jpg', { overlay }))).toMatchObject({ code: 'MALFORMED_REQUEST' });
  });
});
