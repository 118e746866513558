import { describe, expect, it } from 'vitest';
import { native } from '../../src/dialect/native.ts';
import type { NativeOptions } from '../../src/dialect/native-options.ts';
import type { ClientHint, HintValues } from '../../src/http/client-hints.ts';
import type { Transformation } from '../../src/transform/transformation.ts';
import { failure } from './failure.ts';

const parse = (options: NativeOptions, query: string, hints?: HintValues) =>
  native(options).parse({ path: '/cat.jpg', query }, hints);
const transformationOf = (options: NativeOptions, query: string) => parse(options, query)?.transformation;
const refusalOf = (options: NativeOptions, query: string) => failure(() => parse(options, query));

describe('defaults and presets', () => {
  const options: NativeOptions = {
    defaults: { q: 60, format: 'auto', fit: 'contain', bg: 'red', w: 100 },
    presets: {
      thumb: { w: 200, h: 150, fit: 'cover', format: 'webp' },
      plain: {},
      none: [],
      staged: [{ w: 300 }, { rotate: 90 }, { w: 50 }],
    },
  };
  const red = { r: 255, g: 0, b: 0, alpha: 255 };

  it.each<readonly [string, Transformation['stages'], Transformation['output']]>([
    ['', [{ resize: { width: 100 }, background: red }], { format: 'auto', quality: 60 }],
    ['preset=plain', [{ resize: { width: 100 }, background: red }], { format: 'auto', quality: 60 }],
    ['preset=none', [{ resize: { width: 100 }, background: red }], { format: 'auto', quality: 60 }],
    ['w=300', [{ resize: { width: 300 }, background: red }], { format: 'auto', quality: 60 }],
    ['q=80', [{ resize: { width: 100 }, background: red }], { format: 'auto' }],
    ['bg=transparent', [{ resize: { width: 100 } }], { format: 'auto', quality: 60 }],
    [
      'h=90',
      [{ resize: { width: 100, height: 90, fit: 'contain' }, background: red }],
      { format: 'auto', quality: 60 },
    ],
    ['preset=thumb', [{ resize: { width: 200, height: 150 }, background: red }], { format: 'webp', quality: 60 }],
    [
      'preset=thumb&w=80&q=70&fit=fill',
      [{ resize: { width: 80, height: 150, fit: 'fill' }, background: red }],
      { format: 'webp', quality: 70 },
    ],
    [
      'fit=fill&preset=thumb&width=80',
      [{ resize: { width: 80, height: 150, fit: 'fill' }, background: red }],
      { format: 'webp', quality: 60 },
    ],
    [
      'preset=staged',
      [{ resize: { width: 300 }, background: red }, { rotate: { degrees: 90 } }, { resize: { width: 50 } }],
      { format: 'auto', quality: 60 },
    ],
    [
      'preset=staged|rotate=45&blur=2|w=60|w=20',
      [
        { resize: { width: 300 }, background: red },
        { rotate: { degrees: 45 }, blur: 2 },
        { resize: { width: 60 } },
        { resize: { width: 20 } },
      ],
      { format: 'auto', quality: 60 },
    ],
    [
      'preset=staged|rotate=0',
      [{ resize: { width: 300 }, background: red }, { resize: { width: 50 } }],
      { format: 'auto', quality: 60 },
    ],
    [
      'w=9|w=4|preset=plain',
      [{ resize: { width: 9 }, background: red }, { resize: { width: 4 } }],
      { format: 'auto', quality: 60 },
    ],
    [
      'preset=staged&dpr=2',
      [{ resize: { width: 600 }, background: red }, { rotate: { degrees: 90 } }, { resize: { width: 100 } }],
      { format: 'auto', quality: 60 },
    ],
  ])('say what the URL "%s" does not', (query, stages, output) => {
    expect(transformationOf(options, query)).toEqual({ stages, output });
  });

  it('give what the same parameters in the URL give', () => {
    const said = 'w=200&h=150&fit=cover&format=webp&q=60&bg=red';
    expect(transformationOf(options, 'preset=thumb')).toEqual(transformationOf({}, said));
  });

  it('may hold what is of the whole in any of their stages', () => {
    const presets = { a: [{ w: 4 }, { rotate: 90, q: 50, download: 'a.jpg' }] };
    expect(parse({ presets }, 'preset=a')).toMatchObject({
      download: 'a.jpg',
      transformation: { output: { quality: 50 } },
    });
  });

  it.each(['defaults', 'presets'] as const)('are taken by any of their spellings: %s', (kind) => {
    const said = { width: 9, height: '9', gravity: 'center', quality: 70, greyscale: true };
    const given: NativeOptions = kind === 'defaults' ? { defaults: said } : { presets: { a: said } };
    const query = kind === 'defaults' ? '' : 'preset=a';
    expect(transformationOf(given, query)).toEqual(transformationOf({}, 'w=9&h=9&q=70&grayscale=true'));
    expect(transformationOf(given, `${query}&w=4`)).toEqual(transformationOf({}, 'w=4&h=9&q=70&grayscale=true'));
  });
});

describe('what is said in another way above', () => {
  const focus = { x: 0, y: 1 };
  const box = { width: 9, height: 9 };

  it.each<readonly [NativeOptions, string, object]>([
    [{ defaults: { position: 'top' } }, '', { ...box, position: 'top' }],
    [{ defaults: { position: 'top' } }, 'fp=0,1', { ...box, focus }],
    [{ defaults: { fp: '0,1' } }, 'position=top', { ...box, position: 'top' }],
    [{ defaults: { fp: '0,1' } }, 'position=centre', box],
    [{ defaults: { fp: '0,1' }, presets: { a: { position: 'top' } } }, 'preset=a', { ...box, position: 'top' }],
    [{ defaults: { position: 'top' }, presets: { a: { fp: '0,1' } } }, 'preset=a', { ...box, focus }],
    [
      { defaults: { position: 'top' }, presets: { a: { fp: '0,1' } } },
      'preset=a&gravity=left',
      { ...box, position: 'left' },
    ],
  ])('with %j and "%s" counts not', (options, query, resize) => {
    expect(transformationOf(options, `w=9&h=9&${query}`)?.stages).toEqual([{ resize }]);
  });

  it('counts in another stage', () => {
    expect(transformationOf({ defaults: { fp: '0,1', w: 9, h: 9 } }, '|position=top&w=4&h=4')?.stages).toEqual([
      { resize: { ...box, focus } },
      { resize: { width: 4, height: 4, position: 'top' } },
    ]);
  });

  const marked = { overlay: '/x', 'overlay-w': 20, 'overlay-opacity': 50 };

  it.each<readonly [NativeOptions, string, object]>([
    [{ defaults: marked }, '', { path: '/x', width: 20, opacity: 50 }],
    [{ defaults: marked }, 'overlay=/y', { path: '/y' }],
    [{ defaults: marked }, 'overlay=/x', { path: '/x' }],
    [{ defaults: marked }, 'overlay=/y&overlay-h=5', { path: '/y', height: 5 }],
    [{ defaults: marked }, 'overlay-w=30', { path: '/x', width: 30, opacity: 50 }],
    [{ presets: { a: marked } }, 'preset=a&overlay-w=30', { path: '/x', width: 30, opacity: 50 }],
    [{ presets: { a: { overlay: '/y' } }, defaults: marked }, 'preset=a', { path: '/y' }],
    [{ presets: { a: { 'overlay-w': 30 } }, defaults: marked }, 'preset=a', { path: '/x', width: 30, opacity: 50 }],
  ])('of an overlay with %j and "%s" counts not', (options, query, overlay) => {
    expect(transformationOf(options, query)?.stages).toEqual([{ overlays: [overlay] }]);
  });

  it('of an overlay needs one', () => {
    const message = 'overlay-w: has no meaning without overlay, block or text.';
    expect(refusalOf({ presets: { a: { w: 4 } } }, 'preset=a&overlay-w=4')).toMatchObject({ message });
    expect(refusalOf({ presets: { a: marked } }, 'overlay-w=4')).toMatchObject({ message });
  });
});

describe('a preset that there is not', () => {
  it.each<readonly [NativeOptions, string, string]>([
    [{}, 'preset=a', 'preset: "a" is not known; there are none.'],
    [{ presets: {} }, 'preset=a', 'preset: "a" is not known; there are none.'],
    [{ presets: { b: {}, 'c.1': {} } }, 'preset=a', 'preset: "a" is not known; there are b, c.1.'],
    [{ presets: { b: {} } }, 'preset=B', 'preset: "B" is not known; there are b.'],
    [{ presets: { b: {} } }, 'preset=', 'preset: "" is not known; there are b.'],
    [{ presets: { b: {} } }, 'preset=__proto__', 'preset: "__proto__" is not known; there are b.'],
    [{ presets: { b: {} } }, 'preset=b%0a', 'preset: "b\\n" is not known; there are b.'],
  ])('with %j is refused: %s', (options, query, message) => {
    expect(refusalOf(options, query)).toMatchObject({ code: 'INVALID_PARAMETER', status: 400, message });
    const preset = new URLSearchParams(query).get('preset') ?? '';
    expect(failure(() => native(options).format('/cat.jpg', { preset }))?.code).toBe('INVALID_PARAMETER');
  });
});

describe('onlyPresets', () => {
  const options: NativeOptions = {
    presets: { a: { w: 4 }, b: [{ w: 4 }, { h: 3 }] },
    defaults: { q: 50 },
    onlyPresets: true,
  };

  it.each([
    'preset=a',
    'preset=a&v=7',
    'preset=b&download=true',
    'preset=a&dl=cat.jpg&version=2',
    'preset=a&utm=1&utm=a|b',
    'preset=a&s=x',
    'preset=a|',
  ])('takes %s', (query) => {
    const preset = query.startsWith('preset=b')
      ? [{ resize: { width: 4 } }, { resize: { height: 3 } }]
      : [{ resize: { width: 4 } }];
    expect(transformationOf(options, query)).toEqual({ stages: preset, output: { quality: 50 } });
  });

  it.each([
    ['w=4', 'w: only presets may be asked for; there are a, b.'],
    ['preset=a&w=4', 'w: only presets may be asked for; there are a, b.'],
    ['preset=a&width=4', 'w: only presets may be asked for; there are a, b.'],
    ['preset=a|rotate=90', 'rotate: only presets may be asked for; there are a, b.'],
    ['preset=a&dpr=2', 'dpr: only presets may be asked for; there are a, b.'],
    ['preset=a&q=5', 'q: only presets may be asked for; there are a, b.'],
    ['preset=a&format=json', 'format: only presets may be asked for; there are a, b.'],
    ['preset=a&frame=2', 'frame: only presets may be asked for; there are a, b.'],
    ['preset=a&orient=none', 'orient: only presets may be asked for; there are a, b.'],
    ['preset=a&overlay=/x', 'overlay: only presets may be asked for; there are a, b.'],
    ['', 'preset: must be given; there are a, b.'],
    ['v=7', 'preset: must be given; there are a, b.'],
    ['utm=1', 'preset: must be given; there are a, b.'],
    ['preset=c', 'preset: "c" is not known; there are a, b.'],
  ])('refuses "%s"', (query, message) => {
    expect(refusalOf(options, query)).toMatchObject({ code: 'INVALID_PARAMETER', status: 400, message });
  });

  it('refuses what else is given to format', () => {
    const { format } = native(options);
    expect(format('/cat.jpg', { preset: 'a', v: 7 })).toBe('/cat.jpg?preset=a&v=7');
    expect(failure(() => format('/cat.jpg', { preset: 'a', w: 4 }))?.message).toMatch(/^w: only presets/);
    expect(failure(() => format('/cat.jpg', {}))?.message).toMatch(/^preset: must be given/);
  });
});

describe('client hints', () => {
  const all: HintValues = { width: 700, dpr: 2, saveData: true };

  it.each<readonly [NativeOptions, string, readonly ClientHint[], Transformation]>([
    [
      { defaults: { w: 50 } },
      '',
      ['dpr', 'save-data'],
      { stages: [{ resize: { width: 100 } }], output: { quality: 45 } },
    ],
    [
      { defaults: { dpr: 3, w: 50 } },
      '',
      ['save-data'],
      { stages: [{ resize: { width: 150 } }], output: { quality: 45 } },
    ],
    [{ defaults: { q: 60 } }, '', ['width'], { stages: [{ resize: { width: 700 } }], output: { quality: 60 } }],
    [
      { presets: { a: { h: 50 } } },
      'preset=a',
      ['dpr', 'save-data'],
      { stages: [{ resize: { height: 100 } }], output: { quality: 45 } },
    ],
    [
      { presets: { a: { h: 50 } } },
      '',
      ['width', 'save-data'],
      { stages: [{ resize: { width: 700 } }], output: { quality: 45 } },
    ],
    [
      { presets: { a: [{ rotate: 90 }, { w: 50, q: 70 }] }, onlyPresets: true },
      'preset=a',
      ['dpr'],
      { stages: [{ rotate: { degrees: 90 } }, { resize: { width: 100 } }], output: { quality: 70 } },
    ],
  ])('with %j and "%s" have room for %j', (options, query, hints, transformation) => {
    expect(parse(options, query, all)).toMatchObject({ hints, transformation });
  });
});

describe('format', () => {
  const dialect = native({ presets: { marked: { overlay: '/x' }, pointed: { position: 'top' } }, defaults: { q: 50 } });

  it('writes what is given, not what a preset or the defaults say', () => {
    expect(dialect.format('/cat.jpg', { preset: 'marked', w: 4 })).toBe('/cat.jpg?w=4&preset=marked');
  });

  it('writes what has a meaning beside a preset', () => {
    expect(dialect.format('/cat.jpg', { preset: 'marked', 'overlay-w': 4 })).toBe('/cat.jpg?overlay-w=4&preset=marked');
    expect(dialect.format('/cat.jpg', { preset: 'pointed', fp: '0,0' })).toBe('/cat.jpg?fp=0,0&preset=pointed');
  });

  it('refuses what parse would refuse', () => {
    const message = 'overlay-w: has no meaning without overlay, block or text.';
    expect(failure(() => dialect.format('/cat.jpg', { preset: 'pointed', 'overlay-w': 4 }))).toMatchObject({ message });
  });
});

describe('native', () => {
  const eleven = Array.from({ length: 9 }, () => ({ w: 4 }));

  it.each<readonly [unknown, string]>([
    [{ defaults: { breadth: 4 } }, 'Expected parameters for defaults, but breadth: no such parameter; there are w, h,'],
    [{ defaults: { w: 0 } }, 'Expected parameters for defaults, but w: "0" is not allowed; expected a whole number'],
    [{ defaults: { w: 4, width: 4 } }, 'Expected parameters for defaults, but w: given more than once.'],
    [{ defaults: { preset: 'a' } }, 'Expected parameters for defaults, but preset: is for each URL to say'],
    [{ defaults: { v: '1' } }, 'Expected parameters for defaults, but v: is for each URL to say'],
    [{ defaults: { version: '1' } }, 'Expected parameters for defaults, but v: is for each URL to say'],
    [{ defaults: { s: 'x' } }, 'Expected parameters for defaults, but s: is made where URLs are signed, not given.'],
    [{ defaults: { expires: 5 } }, 'Expected parameters for defaults, but expires: is made where URLs are signed'],
    [
      { defaults: { 'overlay-w': 5 } },
      'Expected parameters for defaults, but overlay-w: has no meaning without overlay, block or text.',
    ],
    [{ defaults: { fp: '0,0', position: 'top' } }, 'Expected parameters for defaults, but fp: has no meaning beside'],
    [{ defaults: { overlay: '/../x' } }, 'Expected parameters for defaults, but There is no such image.'],
    [{ defaults: eleven }, 'Expected parameters for defaults, but There may be at most 8 stages.'],
    [{ presets: { a: eleven } }, 'Expected parameters for presets.a, but There may be at most 8 stages.'],
    [{ presets: { a: {}, 'b.c': { w: 'x' } } }, 'Expected parameters for presets.b.c, but w: "x" is not allowed'],
    [{ presets: { a: [{ w: 4 }, { h: -1 }] } }, 'Expected parameters for presets.a, but h: "-1" is not allowed'],
    [{ presets: { a: { preset: 'a' } } }, 'Expected parameters for presets.a, but preset: is for each URL to say'],
    [
      { presets: { a: { 'overlay-w': 5 } } },
      'Expected parameters for presets.a, but overlay-w: has no meaning without',
    ],
  ])('refuses %j', (options, message) => {
    const create = () => native(options as NativeOptions);
    expect(create).toThrow(TypeError);
    expect(create).toThrow(message);
  });
});
