import { describe, expect, it } from 'vitest';
import { imagekit } from '../../../src/dialect/imagekit/imagekit.ts';
import type { Stage } from '../../../src/transform/stage.ts';
import type { Output } from '../../../src/transform/transformation.ts';
import { failure } from '../failure.ts';

const dialect = imagekit();
const parse = (steps: string) => dialect.parse({ path: '/cat.jpg', query: `tr=${steps}` });
const stagesOf = (steps: string) => parse(steps)?.transformation.stages;
const black = { r: 0, g: 0, b: 0, alpha: 255 };
const grey = { r: 243, g: 243, b: 243, alpha: 255 };
const box = { width: 300, height: 200, enlarge: true } as const;

describe('one step', () => {
  it.each<readonly [string, readonly Stage[]]>([
    ['', []],
    ['w-400', [{ resize: { width: 400, enlarge: true } }]],
    ['w-1', [{ resize: { width: 1, enlarge: true } }]],
    ['w-333.4', [{ resize: { width: 333, enlarge: true } }]],
    ['w-0.4', [{ resize: { width: { percent: 40 }, enlarge: true } }]],
    ['h-0.125', [{ resize: { height: { percent: 12.5 }, enlarge: true } }]],
    ['w-iw_div_2', [{ resize: { width: { percent: 50 }, enlarge: true } }]],
    ['w-cw_mul_0.8,h-ih_div_4_mul_3', [{ resize: { width: { percent: 80 }, height: { percent: 75 }, enlarge: true } }]],
    ['h-ih', [{ resize: { height: { percent: 100 }, enlarge: true } }]],
    ['w-iw_mul_2', [{ resize: { width: { percent: 200 }, enlarge: true } }]],
    [
      'w-9,h-9,cm-extract,x-iw_mul_0.4,y-ch_div_2',
      [{ crop: { width: 9, height: 9, x: { percent: 40 }, y: { percent: 50 } } }],
    ],
    ['w-300,h-200', [{ resize: box }]],
    ['h-200,w-300', [{ resize: box }]],
    ['w-300,,h-200,', [{ resize: box }]],
    ['w-300,h-200,c-maintain_ratio', [{ resize: box }]],
    ['w-300,h-200,c-force', [{ resize: { ...box, fit: 'fill' } }]],
    ['w-300,h-200,c-at_max', [{ resize: { width: 300, height: 200, fit: 'inside' } }]],
    ['w-300,h-200,c-at_max_enlarge', [{ resize: { ...box, fit: 'inside' } }]],
    ['w-300,h-200,c-at_least', [{ resize: { ...box, fit: 'outside' } }]],
    ['w-300,h-200,c-maintain_ratio_no_enlarge', [{ resize: { width: 300, height: 200 } }]],
    ['w-300,c-at_max', [{ resize: { width: 300 } }]],
    ['w-300,h-200,fo-auto', [{ resize: { ...box, position: 'attention' } }]],
    ['w-300,h-200,fo-bottom_right', [{ resize: { ...box, position: 'right bottom' } }]],
    ['w-300,h-200,fo-center', [{ resize: box }]],
    ['w-300,fo-top', [{ resize: { width: 300, enlarge: true } }]],
    ['ar-4-3,w-400', [{ resize: { width: 400, ratio: { width: 4, height: 3 }, enlarge: true } }]],
    ['ar-4_3,w-400', [{ resize: { width: 400, ratio: { width: 4, height: 3 }, enlarge: true } }]],
    ['ar-1.5,h-400', [{ resize: { height: 400, ratio: { width: 3, height: 2 }, enlarge: true } }]],
    ['ar-16-9,w-300,h-200', [{ resize: box }]],
    ['w-300,h-200,cm-pad_resize,bg-F3F3F3', [{ resize: { ...box, fit: 'contain' }, fill: grey, background: grey }]],
    ['w-300,h-200,c-pad_resize', [{ resize: { ...box, fit: 'contain' }, fill: black }]],
    ['w-300,h-200,cm-pad_resize,bg-F3F3F350', [{ resize: { ...box, fit: 'contain' }, fill: { ...grey, alpha: 128 } }]],
    ['w-300,h-200,cm-pad_resize,bg-blurred', [{ resize: { ...box, fit: 'contain' }, fill: 'blur' }]],
    ['w-300,h-200,cm-pad_resize,fo-left', [{ resize: { ...box, fit: 'contain', position: 'left' }, fill: black }]],
    ['w-300,h-200,cm-pad_resize_no_enlarge', [{ resize: { width: 300, height: 200, fit: 'contain' }, fill: black }]],
    ['w-700,h-700,cm-pad_extract', [{ resize: { width: 700, height: 700, fit: 'none' }, fill: black }]],
    ['w-300,h-200,cm-extract', [{ crop: { width: 300, height: 200 } }]],
    ['w-300,h-200,cm-extract,fo-top_left', [{ crop: { width: 300, height: 200 }, resize: { position: 'left top' } }]],
    ['w-300,h-200,cm-extract,x-10,y-20', [{ crop: { width: 300, height: 200, x: 10, y: 20 } }]],
    ['w-300,h-200,cm-extract,x-10', [{ crop: { width: 300, height: 200, x: 10, y: 0 } }]],
    ['w-300,h-200,cm-extract,xc-150,yc-100', [{ crop: { width: 300, height: 200, x: 150, y: 100, anchor: 'centre' } }]],
    ['w-300,cm-extract', [{ crop: { width: 300, height: { percent: 100 } } }]],
    ['w-300,ar-3-2,cm-extract', [{ crop: { width: 300, height: 200 } }]],
    ['w-100,dpr-2', [{ resize: { width: 200, enlarge: true } }]],
    ['w-100,dpr-0.1', [{ resize: { width: 10, enlarge: true } }]],
    ['w-4,dpr-0.1', [{ resize: { width: 4, enlarge: true } }]],
    ['w-2000,dpr-3', [{ resize: { width: 2000, enlarge: true } }]],
    ['w-100,h-2600,dpr-2', [{ resize: { width: 100, height: 2600, enlarge: true } }]],
    ['dpr-3', []],
    ['w-0.2,dpr-2', [{ resize: { width: { percent: 40 }, enlarge: true } }]],
    ['w-auto', []],
    ['w-auto,dpr-auto', []],
    ['t-true', [{ trim: { threshold: 10 } }]],
    ['t-25', [{ trim: { threshold: 25 } }]],
    ['t-false', []],
    ['rt-90', [{ rotate: { degrees: 90 } }]],
    ['rt-N40', [{ rotate: { degrees: 320 } }]],
    ['rt--40', [{ rotate: { degrees: 320 } }]],
    ['rt-auto', []],
    ['rt-0', []],
    ['fl-h', [{ flip: 'h' }]],
    ['fl-h_v', [{ flip: 'hv' }]],
    ['fl-v_h', [{ flip: 'hv' }]],
    ['bl-10', [{ blur: 6 }]],
    ['bl-5.00', [{ blur: 3.5 }]],
    ['e-grayscale', [{ adjust: { grayscale: true } }]],
    ['e-grayscale-true', [{ adjust: { grayscale: true } }]],
    ['e-contrast', [{ adjust: { contrast: 'auto' } }]],
    ['e-sharpen', [{ sharpen: 'mild' }]],
    ['e-sharpen-10', [{ sharpen: 1 }]],
    ['e-sharpen-200', [{ sharpen: 10 }]],
    ['e-usm-2-2-0.8-0.024', [{ sharpen: { sigma: 2, amount: 0.8, threshold: 2.4 } }]],
    ['b-5_FFF000', [{ border: { width: 5, colour: { r: 255, g: 240, b: 0, alpha: 255 } } }]],
    ['b-5_red', [{ border: { width: 5, colour: { r: 255, g: 0, b: 0, alpha: 255 } } }]],
    ['r-20', [{ radius: [20, 20, 20, 20] }]],
    ['r-1_2_3_4', [{ radius: [1, 2, 3, 4] }]],
    ['r-max', [{ mask: 'ellipse' }]],
    ['bg-FF000040', [{ background: { r: 255, g: 0, b: 0, alpha: 102 } }]],
    ['bg-FF000099', [{ background: { r: 255, g: 0, b: 0, alpha: 252 } }]],
    ['bg-FF000000', []],
    ['bg-lightgreen', [{ background: { r: 144, g: 238, b: 144, alpha: 255 } }]],
    ['o-50', [{ opacity: 50 }]],
    ['o-50,bg-0000FF30', [{ opacity: 50, background: { r: 0, g: 0, b: 255, alpha: 255 } }]],
    ['width-400,aspectRatio-4-3', [{ resize: { width: 400, ratio: { width: 4, height: 3 }, enlarge: true } }]],
  ])('reads %s', (steps, stages) => {
    expect(stagesOf(steps)).toEqual(stages);
  });

  it.each<readonly [string, Output]>([
    ['', { format: 'auto' }],
    ['q-80', { format: 'auto' }],
    ['q-90', { format: 'auto', quality: 90 }],
    ['f-auto', { format: 'auto' }],
    ['f-jpg', { format: 'jpeg' }],
    ['f-jpeg', { format: 'jpeg' }],
    ['f-webp,lo-true', { format: 'webp', lossless: true }],
    ['f-jpg,pr-true', { format: 'jpeg', progressive: true }],
    ['pr-false,lo-false,cp-false,md-false', { format: 'auto' }],
    ['f-orig', {}],
    ['pg-3', { format: 'auto', frame: 3 }],
    ['q-50,w-10:q-60', { format: 'auto', quality: 60 }],
  ])('reads %j as an output', (steps, output) => {
    expect(parse(steps)?.transformation.output).toEqual(output);
  });

  it('keeps the colour profile, or all metadata', () => {
    expect(parse('cp-true')?.transformation.output.keep).toBe('icc');
    expect(parse('cp-true,md-true')?.transformation.output.keep).toBe('all');
  });

  it('takes widths and densities from the client where it says auto, and says so', () => {
    const asked = (steps: string) =>
      dialect.parse({ path: '/cat.jpg', query: `tr=${steps}` }, { width: 600, dpr: 2, saveData: true });
    expect(asked('w-auto,dpr-auto')).toMatchObject({
      transformation: { stages: [{ resize: { width: 600 } }] },
      hints: ['width', 'dpr'],
    });
    expect(asked('w-100,dpr-auto')).toMatchObject({
      transformation: { stages: [{ resize: { width: 200 } }], output: { format: 'auto' } },
      hints: ['dpr'],
    });
    expect(asked('w-100')).toMatchObject({ transformation: { stages: [{ resize: { width: 100 } }] }, hints: [] });
  });
});

describe('chains', () => {
  it('are stages, one after the other', () => {
    expect(stagesOf('w-400,h-300:rt-90')).toEqual([
      { resize: { width: 400, height: 300, enlarge: true } },
      { rotate: { degrees: 90 } },
    ]);
    expect(stagesOf('rt-90:w-400,h-300')).toEqual([
      { rotate: { degrees: 90 } },
      { resize: { width: 400, height: 300, enlarge: true } },
    ]);
  });

  it('take a part of what a step finds', () => {
    expect(stagesOf('w-400:w-cw_div_2')).toEqual([
      { resize: { width: 400, enlarge: true } },
      { resize: { width: { percent: 50 }, enlarge: true } },
    ]);
  });

  it('have what the vendor’s components append', () => {
    expect(stagesOf('w-300,h-300,fo-auto:w-640,c-at_max')).toEqual([
      { resize: { width: 300, height: 300, position: 'attention', enlarge: true } },
      { resize: { width: 640 } },
    ]);
  });

  it('have no end of eight steps', () => {
    expect(stagesOf(Array(8).fill('rt-90').join(':'))).toHaveLength(8);
    expect(failure(() => stagesOf(Array(9).fill('rt-90').join(':')))).toMatchObject({ code: 'INVALID_PARAMETER' });
  });

  it('may be empty in parts', () => {
    expect(stagesOf(':w-4::rt-90:')).toEqual([{ resize: { width: 4, enlarge: true } }, { rotate: { degrees: 90 } }]);
  });
});

describe('one key', () => {
  const spelt: readonly (readonly [string, string])[] = [
    ['/cat.jpg', 'tr=w-300,h-200:rt-N90,f-png'],
    ['/cat.jpg', 'tr=h-200,w-300:f-png,rt-N90'],
    ['/cat.jpg', 'tr=w-300%2Ch-200%3Art-N90%2Cf-png'],
    ['/cat.jpg', 'tr=%77-300,h-200:rt-N9%30,f-png'],
    ['/cat.jpg', 'tr=w-300,h-200,c-maintain_ratio,fo-center,q-80:rt-270,f-png,pr-false'],
    ['/cat.jpg', 'utm_source=x&tr=width-300,height-200:rotation-N90,format-png'],
    ['/tr:w-300,h-200:rt-N90,f-png/cat.jpg', ''],
    ['/tr%3Aw-300%2Ch-200%3Art-N90%2Cf-png/cat.jpg', ''],
    ['/cat.jpg', 'tr=n-turned'],
    ['/cat.jpg', 'tr=n-box:rt-N90,f-png'],
  ];

  it.each(spelt)('has %s?%s', (path, query) => {
    const named = imagekit({ named: { turned: 'tr:w-300,h-200:rt-N90,f-png', box: 'w-300,h-200' } });
    expect(named.parse({ path, query })).toMatchObject({
      path: '/cat.jpg',
      transformation: { stages: [{ resize: box }, { rotate: { degrees: 270 } }], output: { format: 'png' } },
    });
  });
});

describe('settings', () => {
  it('may have another quality and the type of the original', () => {
    const own = imagekit({ quality: 60, format: 'original' });
    expect(own.parse({ path: '/a.jpg', query: '' })?.transformation.output).toEqual({ quality: 60 });
    expect(own.parse({ path: '/a.jpg', query: 'tr=q-70,f-auto' })?.transformation.output).toEqual({
      quality: 70,
      format: 'auto',
    });
  });

  it('may allow named transformations alone', () => {
    const only = imagekit({ named: { thumb: 'w-100' }, onlyNamed: true });
    expect(only.parse({ path: '/a.jpg', query: 'tr=n-thumb' })?.transformation.stages).toHaveLength(1);
    expect(only.parse({ path: '/a.jpg', query: '' })?.transformation.stages).toEqual([]);
    const free = failure(() => only.parse({ path: '/a.jpg', query: 'tr=n-thumb,w-4' }));
    expect(free).toMatchObject({ code: 'INVALID_PARAMETER', message: expect.stringContaining('"w-4"') });
  });

  it('refuse a name that is not known', () => {
    expect(failure(() => parse('n-none'))).toMatchObject({
      code: 'INVALID_PARAMETER',
      message: 'n: there is no named transformation "none".',
    });
  });

  it.each([
    [{ nobody: 1 }, 'Unknown option imagekit.nobody'],
    [{ named: 'x' }, 'imagekit.named'],
    [{ named: { 'a b': 'w-1' } }, 'a name of letters'],
    [{ named: { a: '' } }, 'named.a'],
    [{ named: { a: 'w-x' } }, 'named.a'],
    [{ named: { a: 'n-a' } }, 'named.a'],
    [{ named: { a: 'di-..@@x.jpg' } }, 'named.a'],
    [{ onlyNamed: true }, 'named transformations beside onlyNamed'],
    [{ onlyNamed: 'yes' }, 'imagekit.onlyNamed'],
    [{ quality: 0 }, 'imagekit.quality'],
    [{ format: 'webp' }, 'imagekit.format'],
    [{ signing: { keys: '' } }, 'signing.keys'],
  ])('are refused where they are %j', (options, words) => {
    expect(() => imagekit(options as never)).toThrow(TypeError);
    expect(() => imagekit(options as never)).toThrow(words);
  });

  it('never say a key in an error', () => {
    expect(() => imagekit({ signing: 'private_secret' as never })).toThrow(/^(?!.*private_secret)/);
  });
});
