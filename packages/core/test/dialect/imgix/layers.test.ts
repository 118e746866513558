import { describe, expect, it } from 'vitest';
import type { ImgixOptions } from '../../../src/dialect/imgix/options.ts';
import type { Overlay } from '../../../src/transform/overlay.ts';
import { failure } from '../failure.ts';
import { parsed, stages } from './parsed.ts';

const red = { r: 255, g: 0, b: 0, alpha: 255 };
const black = { r: 0, g: 0, b: 0, alpha: 255 };

const overlays = (query: string, options?: ImgixOptions): readonly Overlay[] =>
  stages(query, options).at(-1)?.overlays ?? [];

const base64 = (text: string): string => Buffer.from(text).toString('base64url');

const mark = { path: '/logo.png', position: 'right bottom', margin: 5 };

describe('mark', () => {
  it.each<readonly [string, object]>([
    ['mark=/logo.png', mark],
    ['m=logo.png', mark],
    [`mark64=${base64('/logo.png')}`, mark],
    ['mark=logo.png&mark-base=/', mark],
    ['mark=b.png&mb=/a/', { ...mark, path: '/a/b.png' }],
    ['mark=/logo.png&mark-w=80', { ...mark, width: 80 }],
    ['mark=/logo.png&markw=80&mh=40&dpr=2', { ...mark, width: 160, height: 80, margin: 10 }],
    ['mark=/logo.png&mark-w=0.5', { ...mark, stages: [{ resize: { width: { percent: 50 }, enlarge: true } }] }],
    [
      'mark=/logo.png&mark-w=80&mark-h=40&mark-fit=crop',
      { ...mark, stages: [{ resize: { width: 80, height: 40, enlarge: true } }] },
    ],
    [
      'mark=/logo.png&mark-w=80&mark-h=40&mark-fit=max',
      { ...mark, stages: [{ resize: { width: 80, height: 40, fit: 'inside' } }] },
    ],
    ['mark=/logo.png&mark-scale=30', { ...mark, width: { percent: 30 }, height: { percent: 30 } }],
    ['mark=/logo.png&mark-align=top,left&mark-pad=0', { path: '/logo.png', position: 'left top' }],
    ['mark=/logo.png&mark-align=middle,center&mark-pad=0', { path: '/logo.png' }],
    ['mark=/logo.png&mark-align=middle%2Cright', { ...mark, position: 'right' }],
    ['mark=/logo.png&mark-x=10&mark-y=20&dpr=2', { path: '/logo.png', at: { x: 20, y: 40 } }],
    ['mark=/logo.png&mark-x=10', { ...mark, at: { x: 10 } }],
    ['mark=/logo.png&mark-alpha=50', { ...mark, opacity: 50 }],
    ['mark=/logo.png&mark-rot=90', { ...mark, stages: [{ rotate: { degrees: 270 } }] }],
    ['mark=/logo.png&mark-rot=-270', { ...mark, stages: [{ rotate: { degrees: 270 } }] }],
    ['mark=/logo.png&mark-tile=grid', { ...mark, position: 'left top', tile: true }],
    [
      'mark=/logo.png%3Fw%3D160%26sat%3D-100',
      { ...mark, stages: [{ resize: { width: 160, enlarge: true }, adjust: { saturation: 0 } }] },
    ],
  ])('%s', (query, expected) => {
    expect(overlays(query)).toMatchObject([expected]);
  });

  it('needs a mark', () => {
    expect(stages('mark-w=80&mark-align=top')).toEqual([]);
  });

  it('takes URLs of the endpoint for paths, and other URLs as an origin of URLs has them', () => {
    const options = { hosts: ['Images.example:8080'], mount: '/img' };
    for (const address of ['http://images.example:8080/img/logo.png', 'https://IMAGES.example:8080/logo.png']) {
      expect(overlays(`mark=${encodeURIComponent(address)}`, options), address).toMatchObject([mark]);
    }
    expect(overlays(`mark64=${base64('https://other.example/a.png?b=1')}`, options)).toMatchObject([
      { path: '/https://other.example/a.png?b=1' },
    ]);
  });

  it('may have a mark of its own, three deep', () => {
    const inside = (depth: number): string => (depth === 0 ? '/a.png' : `/a.png?mark64=${base64(inside(depth - 1))}`);
    expect(overlays(`mark64=${base64(inside(1))}`)).toMatchObject([
      { path: '/a.png', stages: [{ overlays: [{ path: '/a.png' }] }] },
    ]);
    expect(overlays(`mark64=${base64(inside(2))}`)).toHaveLength(1);
    expect(failure(() => parsed(`mark64=${base64(inside(3))}`))).toMatchObject({ status: 400, message: /^mark: / });
  });

  it('is refused where it is the typesetting endpoint, or what no path may be', () => {
    expect(failure(() => parsed('mark=/~text?txt=a'))).toMatchObject({ status: 400, message: /typesetting/ });
    expect(failure(() => parsed('mark=/../a.png'))).toMatchObject({ status: 404 });
    expect(failure(() => parsed('mark=/a.png%3Fw%3Dwide'))).toMatchObject({ status: 400, message: /^w: / });
    expect(failure(() => parsed('mark=/a%00.png'))).toMatchObject({
      code: 'MALFORMED_REQUEST',
      message: 'mark: holds characters that are in no path.',
    });
    expect(failure(() => parsed(`blend64=${base64('/\n.png')}`))).toMatchObject({ status: 400, message: /^blend: / });
    expect(failure(() => parsed('mark='))).toMatchObject({ status: 400, message: /^mark: / });
  });

  it.each([
    ...['orient=90', 'frame=3', 'page=2', 'cs=origin', 'colorquant=8', 'ch=width', 'dl=a.png', 'expires=2000000000'],
  ])('is refused with %s in its address, which is of the whole result', (pair) => {
    const [name] = pair.split('=');
    for (const parameter of ['mark', 'blend']) {
      expect(failure(() => parsed(`${parameter}=/l.png%3F${encodeURIComponent(`w=9&${pair}`)}`))).toMatchObject({
        code: 'INVALID_PARAMETER',
        status: 400,
        message: expect.stringMatching(new RegExp(`^${name}: .* in the address of ${parameter}: `)),
      });
    }
  });

  it.each(['fm=png', 'q=40', 'lossless=1', 'dpi=300', 'auto=format,compress', 'chromasub=444', 'jpg-progressive=0'])(
    'is the same with %s in its address, which says nothing of pixels',
    (pair) => {
      const address = (query: string) => `mark=/l.png%3F${encodeURIComponent(query)}`;
      expect(parsed(address(`w=9&${pair}`))).toEqual(parsed(address('w=9')));
    },
  );

  it('takes in its address what is of its stages, and passes over a signature', () => {
    expect(overlays('mark=/logo.png%3Fauto%3Denhance%26s%3Dabc%26ixlib%3Dx')).toMatchObject([
      { ...mark, stages: [{ adjust: { contrast: 'auto' } }] },
    ]);
  });
});

describe('blend', () => {
  it.each<readonly [string, object]>([
    ['blend=f00', { colour: red, blend: 'overlay' }],
    ['b=red&bm=multiply', { colour: red, blend: 'multiply' }],
    ['blend-color=f00&blend-alpha=20', { colour: red, blend: 'overlay', opacity: 20 }],
    ['blend=/b.png', { path: '/b.png', blend: 'overlay' }],
    [
      'blend=/b.png&blend-mode=hardlight&blend-align=top,left',
      { path: '/b.png', blend: 'hard-light', position: 'left top' },
    ],
    ['blend=/b.png&blend-size=inherit', { path: '/b.png', width: { percent: 100 }, height: { percent: 100 } }],
    [
      'w=300&h=200&fit=crop&crop=top&blend=/b.png&bs=inherit',
      { path: '/b.png', stages: [{ resize: { width: 300, height: 200, position: 'top', enlarge: true } }] },
    ],
    [
      'blend=/b.png&blend-w=80&blend-h=40&blend-fit=crop&blend-crop=left',
      { path: '/b.png', stages: [{ resize: { width: 80, height: 40, position: 'left', enlarge: true } }] },
    ],
    ['blend=/b.png&blend-x=4&blend-y=5', { path: '/b.png', at: { x: 4, y: 5 } }],
  ])('%s', (query, expected) => {
    expect(overlays(query)).toMatchObject([expected]);
  });

  it('is laid as it is in normal mode', () => {
    expect(overlays('blend=f00&blend-mode=normal')).toEqual([{ colour: red }]);
  });
});

describe('txt', () => {
  const text = { content: 'Hello', size: 12, colour: black };

  it.each<readonly [string, object]>([
    ['txt=Hello', { text, position: 'right bottom', margin: 10 }],
    [`t64=${base64('Hello')}`, { text, position: 'right bottom', margin: 10 }],
    [
      'txt=Hello&txt-size=20&txt-color=f00&txt-font=Open%20Sans,bold,italic&dpr=2',
      { text: { ...text, size: 40, colour: red, font: 'Open Sans', bold: true, italic: true }, margin: 20 },
    ],
    ['txt=Hello&txt-size=2000', { text: { ...text, size: 1000 } }],
    ['txt=Hello&txt-size=600&dpr=2', { text: { ...text, size: 1000 } }],
    ['txt=Hello&txt-width=200', { text: { ...text, wrap: 200 } }],
    ['txt=Hello&txt-align=middle,center&txt-pad=0', { text }],
    ['txt=Hello&txt-x=3&txt-y=4', { text, at: { x: 3, y: 4 } }],
  ])('%s', (query, expected) => {
    expect(overlays(query)).toMatchObject([expected]);
  });
});

it('lays what is blended under the mark, and words above all', () => {
  const laid = overlays('txt=a&mark=/m.png&blend=f00');
  expect(laid.map((each) => Object.keys(each)[0])).toEqual(['colour', 'path', 'text']);
});
