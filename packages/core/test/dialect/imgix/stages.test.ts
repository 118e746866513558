import { describe, expect, it } from 'vitest';
import type { Stage } from '../../../src/transform/stage.ts';
import { failure } from '../failure.ts';
import { parsed, stages } from './parsed.ts';

const inBox = (resize: Stage['resize']): readonly Stage[] => [{ resize: { width: 300, height: 200, ...resize } }];
const box = 'w=300&h=200';
const white = { r: 255, g: 255, b: 255, alpha: 255 };
const red = { r: 255, g: 0, b: 0, alpha: 255 };

describe('size', () => {
  it.each<readonly [string, readonly Stage[]]>([
    ['w=300', [{ resize: { width: 300, enlarge: true } }]],
    ['h=200', [{ resize: { height: 200, enlarge: true } }]],
    ['w=0.5', [{ resize: { width: { percent: 50 }, enlarge: true } }]],
    ['w=1', [{ resize: { width: { percent: 100 }, enlarge: true } }]],
    ['w=0&h=0', []],
    [box, inBox({ fit: 'inside', enlarge: true })],
    [`${box}&fit=clip`, inBox({ fit: 'inside', enlarge: true })],
    [`${box}&fit=max`, inBox({ fit: 'inside' })],
    [`${box}&fit=min`, inBox({})],
    [`${box}&fit=crop`, inBox({ enlarge: true })],
    [`${box}&fit=scale`, inBox({ fit: 'fill', enlarge: true })],
    [`${box}&fit=fill`, inBox({ fit: 'contain', enlarge: true })],
    [`${box}&fit=fillmax`, inBox({ fit: 'contain' })],
    ['w=300&fit=max', [{ resize: { width: 300 } }]],
    [`${box}&dpr=2`, [{ resize: { width: 600, height: 400, fit: 'inside', enlarge: true } }]],
    ['w=300&dpr=0', [{ resize: { width: 300, enlarge: true } }]],
    ['w=0.5&dpr=3', [{ resize: { width: { percent: 50 }, enlarge: true } }]],
    ['w=4096&h=2048&dpr=5', [{ resize: { width: 8192, height: 4096, fit: 'inside', enlarge: true } }]],
    ['w=300&fit=crop&ar=16:9', [{ resize: { width: 300, ratio: { width: 16, height: 9 }, enlarge: true } }]],
    ['fit=crop&ar=1.91:1', [{ resize: { ratio: { width: 191, height: 100 } } }]],
    ['w=300&ar=16:9', [{ resize: { width: 300, enlarge: true } }]],
    ['w=300&h=200&fit=crop&ar=16:9', inBox({ enlarge: true })],
  ])('%s', (query, expected) => {
    expect(stages(query)).toEqual(expected);
  });

  it('keeps a box within bounds, where it is cropped to', () => {
    const bounds = 'min-w=10&min-height=20&max-width=30&max-h=40&dpr=2';
    expect(stages(`w=300&fit=crop&${bounds}`)).toEqual([
      {
        resize: {
          width: 600,
          enlarge: true,
          least: { width: 20, height: 40 },
          most: { width: 60, height: 80 },
        },
      },
    ]);
    expect(stages(`w=300&${bounds}`)).toEqual(stages('w=300&dpr=2'));
  });
});

describe('what stays in view', () => {
  it.each<readonly [string, Stage['resize']]>([
    ['crop=top', { position: 'top' }],
    ['crop=left,top', { position: 'left top' }],
    ['crop=top,left', { position: 'left top' }],
    ['crop=bottom%2Cright', { position: 'right bottom' }],
    ['crop=center', {}],
    ['crop=entropy', { position: 'entropy' }],
    ['crop=edges', { position: 'attention' }],
    ['crop=faces', { position: 'attention' }],
    ['crop=faces,top', { position: 'top' }],
    ['crop=faces,center', {}],
    ['crop=faces,entropy', { position: 'entropy' }],
    ['crop=faces,edges', { position: 'attention' }],
    ['crop=focalpoint&fp-x=0.2&fp-y=0.7&fp-z=3', { focus: { x: 0.2, y: 0.7, zoom: 3 } }],
    ['crop=focalpoint&fp-x=0.2', { focus: { x: 0.2, y: 0.5 } }],
    ['crop=focalpoint', {}],
    ['crop=faces,focalpoint&fp-y=0', { focus: { x: 0.5, y: 0 } }],
    ['fp-x=0.2&fp-y=0.7', {}],
  ])('%s', (query, expected) => {
    expect(stages(`${box}&fit=crop&${query}`)).toEqual(inBox({ enlarge: true, ...expected }));
    // Only where something is cut off.
    expect(stages(`${box}&${query}`)).toEqual(stages(box));
  });
});

describe('parts, edges and turns', () => {
  it.each<readonly [string, readonly Stage[]]>([
    ['rect=10,20,30,40', [{ crop: { x: 10, y: 20, width: 30, height: 40 } }]],
    [
      'rect=10,20,30,40&w=15',
      [{ crop: { x: 10, y: 20, width: 30, height: 40 }, resize: { width: 15, enlarge: true } }],
    ],
    [
      'rect=right,bottom,30,40&w=15',
      [
        { crop: { width: 30, height: 40 }, resize: { position: 'right bottom' } },
        { resize: { width: 15, enlarge: true } },
      ],
    ],
    ['trim=auto', [{ trim: { threshold: 11 } }]],
    ['trim=auto&trim-md=30&trim-sd=5', [{ trim: { threshold: 30 } }]],
    ['trim=color', [{ trim: { threshold: 1 } }]],
    ['trim=color&trim-color=f00&trim-tol=20', [{ trim: { threshold: 20, colour: red } }]],
    ['trim=alpha', [{ trim: { threshold: 1, colour: { r: 0, g: 0, b: 0, alpha: 0 } } }]],
    ['trim=colorunlessalpha&trim-tol=9', [{ trim: { threshold: 9 } }]],
    ['trim=color&trim-pad=10', [{ trim: { threshold: 1 }, pad: [10, 10, 10, 10] }]],
    ['trim-color=red&trim-pad=10', []],
    ['flip=hv', [{ flip: 'hv' }]],
    ['rot=90', [{ rotate: { degrees: 270, frame: 'cover' } }]],
    ['rot=15', [{ rotate: { degrees: 345, frame: 'cover' } }]],
    ['rot=15&rot-type=pivot', [{ rotate: { degrees: 345 } }]],
    ['rot=0', []],
    ['rot=400', [{ rotate: { degrees: 320, frame: 'cover' } }]],
    ['rot=-90', [{ rotate: { degrees: 90, frame: 'cover' } }]],
    ['rot=-0.1', [{ rotate: { degrees: 0.1, frame: 'cover' } }]],
    ['rot=360', []],
    ['rot=-720', []],
  ])('%s', (query, expected) => {
    expect(stages(query)).toEqual(expected);
  });
});

describe('colour and effects', () => {
  it.each<readonly [string, Stage]>([
    ['bri=50', { adjust: { brightness: 1.5 } }],
    ['bri=-100', { adjust: { brightness: 0 } }],
    ['bri=-500', { adjust: { brightness: 0 } }],
    ['con=20', { adjust: { contrast: 1.2 } }],
    ['exp=50', { adjust: { exposure: 1 } }],
    ['gam=100', { adjust: { gamma: 3 } }],
    ['gam=-100', { adjust: { gamma: 0.34 } }],
    ['hue=90', { adjust: { hue: 90 } }],
    ['hue=450', { adjust: { hue: 90 } }],
    ['hue=-90', { adjust: { hue: 270 } }],
    ['sat=-100', { adjust: { saturation: 0 } }],
    ['inv=true', { adjust: { negate: true } }],
    ['sepia=80', { adjust: { sepia: 80 } }],
    ['mono=ff0000', { adjust: { tint: red } }],
    ['monochrome=80ff0000', { adjust: { tint: red } }],
    ['auto=enhance', { adjust: { contrast: 'auto' } }],
    ['auto=enhance&con=10', { adjust: { contrast: 1.1 } }],
    ['blur=100', { blur: 5 }],
    ['blur=1', { blur: 0.3 }],
    ['blur=9999', { blur: 100 }],
    ['blur=100&dpr=2', { blur: 10 }],
    ['sharp=20', { sharpen: { sigma: 1, amount: 1 } }],
    ['usm=40', { sharpen: { sigma: 2.5, amount: 1 } }],
    ['usm=20&usmrad=0.7', { sharpen: { sigma: 0.7, amount: 0.5 } }],
    ['px=8', { pixelate: 8 }],
    ['px=8&dpr=2', { pixelate: 16 }],
  ])('%s', (query, expected) => {
    expect(stages(query)).toEqual([expected]);
  });

  it.each([
    'bri=0',
    'con=0',
    'exp=0',
    'gam=0',
    'hue=0',
    'hue=360',
    'hue=359.6',
    'hue=-0.4',
    'sat=0',
    'invert=false',
    'sepia=0',
    'blur=0',
  ])('%s changes nothing', (query) => {
    expect(stages(query)).toEqual([]);
  });

  it('sharpens in one way at once', () => {
    expect(failure(() => parsed('sharp=10&usm=10'))).toMatchObject({ status: 400, message: /^sharp: / });
    expect(stages('sharp=10&usm=0')).toEqual(stages('sharp=10'));
  });
});

describe('frames', () => {
  it.each<readonly [string, readonly Stage[]]>([
    ['pad=10', [{ pad: [10, 10, 10, 10] }]],
    ['pad=10&pad-left=0&pad-top=5&dpr=2', [{ pad: [10, 20, 20, 0] }]],
    ['w=300&pad=10', [{ resize: { width: 280, enlarge: true }, pad: [10, 10, 10, 10] }]],
    [
      `${box}&fit=crop&pad=10&border=5,f00`,
      [
        {
          resize: { width: 270, height: 170, enlarge: true },
          pad: [10, 10, 10, 10],
          border: { width: 5, colour: red },
        },
      ],
    ],
    ['w=320&fit=crop&ar=2:1&pad=10', [{ resize: { width: 300, height: 140, enlarge: true }, pad: [10, 10, 10, 10] }]],
    ['border=5,f00&border-radius=1,2,3,4', [{ border: { width: 5, colour: red }, radius: [1, 2, 3, 4] }]],
    ['border-radius=9', []],
    ['border=0,f00', []],
    ['mask=corners', [{ radius: [{ percent: 20 }, { percent: 20 }, { percent: 20 }, { percent: 20 }] }]],
    ['mask=corners&corner-radius=8&dpr=2', [{ radius: [16, 16, 16, 16] }]],
    ['corner-radius=8', []],
    ['mask=ellipse', [{ mask: 'ellipse' }]],
    ['mask=ellipse&mask-bg=f00', [{ mask: 'ellipse', background: red }]],
    ['mask=ellipse&bg=f00', [{ mask: 'ellipse', background: red }]],
    ['mask=ellipse&mask-bg=f00&bg=fff', [{ background: white }, { mask: 'ellipse', background: red }]],
    ['mask-bg=f00', []],
    ['bg=%23f00', [{ background: red }]],
    [`${box}&fit=fill&fill=blur`, [{ ...inBox({ fit: 'contain', enlarge: true })[0], fill: 'blur' }]],
    [`${box}&fit=fillmax&fill=solid&fill-color=f00`, [{ ...inBox({ fit: 'contain' })[0], fill: red }]],
    [`${box}&fit=fill&fillcolor=f00`, [{ ...inBox({ fit: 'contain', enlarge: true })[0], fill: red }]],
    [`${box}&fill=blur&fill-color=f00`, inBox({ fit: 'inside', enlarge: true })],
  ])('%s', (query, expected) => {
    expect(stages(query)).toEqual(expected);
  });
});

it('means the same in any order, by any alias and in any encoding', () => {
  const expected = parsed('w=300&h=200&fit=crop&crop=left,top&bg=ff0000&rot=90').transformation;
  for (const query of [
    'rot=90&bg=red&crop=top,left&f=crop&height=200&width=300',
    'w64=MzAw&h=200&fit64=Y3JvcA&crop=top%2Cleft&bg=%23F00&rot=90.0&ixlib=x',
    'width=1&h=200.2&fit=crop&crop=faces,left,top&bg=ffff0000&rot=90&w=300&utm_source=x',
  ]) {
    expect(parsed(query).transformation, query).toEqual(expected);
  }
});
