import { describe, expect, it } from 'vitest';
import type { UrlParameters } from '../../src/dialect/dialect.ts';
import { native } from '../../src/dialect/native.ts';
import { nativeParameters } from '../../src/dialect/native-parameters.ts';
import type { ClientHint, HintValues } from '../../src/http/client-hints.ts';
import type { Transformation } from '../../src/transform/transformation.ts';
import { failure } from './failure.ts';

const dialect = native();
const parse = (query: string) => dialect.parse({ path: '/cat.jpg', query });
const transformationOf = (query: string): Transformation | undefined => parse(query)?.transformation;

describe('parse', () => {
  it('reads path, version and transformation', () => {
    expect(dialect.parse({ path: '/a%20b/c.jpg', query: 'w=400&h=300&fit=contain&q=60&format=webp&v=7' })).toEqual({
      path: '/a b/c.jpg',
      version: '7',
      transformation: {
        stages: [{ resize: { width: 400, height: 300, fit: 'contain' } }],
        output: { format: 'webp', quality: 60 },
      },
      query: undefined,
      hints: ['dpr'],
    });
  });

  it('reads a path alone', () => {
    expect(dialect.parse({ path: '/cat.jpg', query: '' })).toEqual({
      path: '/cat.jpg',
      version: undefined,
      transformation: { stages: [], output: {} },
      query: undefined,
      hints: ['width', 'save-data'],
    });
  });

  it('takes the mount itself for no image', () => {
    expect(dialect.parse({ path: '/', query: 'w=4' })).toBeUndefined();
  });

  it.each<readonly [string, string]>([
    ['/a/../b.jpg', 'NOT_FOUND'],
    ['//cat.jpg', 'NOT_FOUND'],
    ['/.env', 'NOT_FOUND'],
    ['/%zz.jpg', 'MALFORMED_REQUEST'],
  ])('refuses the path %s', (path, code) => {
    expect(failure(() => dialect.parse({ path, query: '' }))).toMatchObject({ code });
  });

  it.each<readonly [string, Transformation['stages'], Transformation['output']]>([
    ['w=1', [{ resize: { width: 1 } }], {}],
    ['w=65535', [{ resize: { width: 65_535 } }], {}],
    ['h=200', [{ resize: { height: 200 } }], {}],
    ['w=100&dpr=2', [{ resize: { width: 200 } }], {}],
    ['w=100&h=50&dpr=1.5', [{ resize: { width: 150, height: 75 } }], {}],
    ['w=1&dpr=0.5', [{ resize: { width: 1 } }], {}],
    ['w=3&dpr=0.50', [{ resize: { width: 2 } }], {}],
    ['dpr=3', [], {}],
    ['fit=contain', [], {}],
    ['w=9&fit=contain', [{ resize: { width: 9 } }], {}],
    ['w=9&h=9&position=left+top', [{ resize: { width: 9, height: 9, position: 'left top' } }], {}],
    ['w=9&h=9&position=left%20top', [{ resize: { width: 9, height: 9, position: 'left top' } }], {}],
    ['w=9&h=9&fit=inside&position=left', [{ resize: { width: 9, height: 9, fit: 'inside' } }], {}],
    ['format=jpg', [], { format: 'jpeg' }],
    ['format=auto', [], { format: 'auto' }],
    ['q=1', [], { quality: 1 }],
    ['q=100', [], { quality: 100 }],
    ['q=80', [], {}],
    ['v=a.B_9-', [], {}],
  ])('reads %s', (query, stages, output) => {
    expect(transformationOf(query)).toEqual({ stages, output });
  });

  it.each<readonly [string, string, string]>([
    ['line breaks', '%0d%0aX-Evil:+1', '"\\r\\nX-Evil: 1"'],
    ['a null', '%00', '"\\u0000"'],
    ['a quote', '%22', '"\\""'],
    ['DEL', '%7f', '"%7F"'],
    ['a C1 line break', '%c2%85', '"%C2%85"'],
    ['a line separator', '%e2%80%a8', '"%E2%80%A8"'],
    ['text turned round', '%e2%80%ae', '"%E2%80%AE"'],
    ['a zero-width blank', '%e2%80%8b', '"%E2%80%8B"'],
    ['what is cut in the middle of a character', `${'a'.repeat(39)}%f0%9f%98%80`, `"${'a'.repeat(39)}\\ud83d…"`],
  ])('shows %s of a value without harm', (_, encoded, shown) => {
    expect(failure(() => parse(`w=${encoded}`))?.message).toBe(
      `w: ${shown} is not allowed; expected a whole number from 1 to 65535, or a decimal from 0.0001 to 1.0.`,
    );
  });

  it('keeps the line short whatever the value', () => {
    const { allowed } = nativeParameters.w;
    expect(failure(() => parse(`w=${'9'.repeat(2000)}`))?.message).toBe(
      `w: "${'9'.repeat(40)}…" is not allowed; expected ${allowed}.`,
    );
  });

  // Whoever verifies the signature reads it.
  it.each(Object.keys(nativeParameters).filter((name) => name !== 's'))('refuses %s without a value', (name) => {
    const reason = name === 'preset' ? 'is not known; there are none' : 'is not allowed; expected ';
    const message = expect.stringMatching(new RegExp(`^${name}: "" ${reason}`));
    const company = name.startsWith('overlay-') ? 'overlay=/x&' : name.startsWith('text-') ? 'text=x&' : '';
    const query = `${company}${name}`;
    expect(failure(() => parse(query))).toMatchObject({ code: 'INVALID_PARAMETER', message });
  });

  it.each(['w=4&w=4', 'w=4&h=4&w=5', 'w=4&%77=4', 'w=4&width=4', 'width=4&w=5', 'q=&q=', 'q=4|q=4', 'q=4|quality=4'])(
    'refuses %s: given more than once',
    (query) => {
      const message = `${query[0]}: given more than once.`;
      expect(failure(() => parse(query))).toMatchObject({ code: 'INVALID_PARAMETER', message });
    },
  );

  it.each([
    'W=4',
    'Width=4',
    'breadth=4',
    'utm=a|b',
    'utm=a%7Cw=9',
    'utm=|||||||||',
    '=a|b',
    'utm_source=x',
    'utm_source=x&utm_source=y',
    '=4',
    '&&',
    '__proto__=4',
    'w[]=4',
    'w%20=4',
    'x=%zz',
    '%=4',
    '%E9=4',
  ])('passes over %s', (query) => {
    expect(transformationOf(query)).toEqual({ stages: [], output: {} });
    expect(transformationOf(`${query}&w=7`)).toEqual({ stages: [{ resize: { width: 7 } }], output: {} });
  });

  it.each(['w=%', 'w=%zz', 'w=%ff', 'w=%c3'])('refuses %s: broken percent-encoding', (query) => {
    expect(failure(() => parse(query))).toMatchObject({
      code: 'MALFORMED_REQUEST',
      message: 'The query is not valid percent-encoding.',
    });
  });

  it('reads a query of 2048 characters, not one more', () => {
    expect(transformationOf(`w=7&x=${'a'.repeat(2042)}`)?.stages).toHaveLength(1);
    expect(failure(() => parse(`w=7&x=${'a'.repeat(2043)}`))).toMatchObject({
      code: 'MALFORMED_REQUEST',
      message: 'The query is over 2048 characters.',
    });
  });
});

describe('stages', () => {
  const stagesOf = (query: string) => transformationOf(query)?.stages;
  const [wide, turned, narrow] = [
    { resize: { width: 400, height: 300 } },
    { rotate: { degrees: 90 } },
    { resize: { width: 200 } },
  ];

  it.each<readonly [string, Transformation['stages']]>([
    ['w=400&h=300|rotate=90|w=200', [wide, turned, narrow]],
    ['w=400&h=300%7Crotate=90%7cw=200', [wide, turned, narrow]],
    ['h=300&w=400|rotate=90|width=200', [wide, turned, narrow]],
    ['w=200', [narrow]],
    ['|w=200', [narrow]],
    ['w=200|', [narrow]],
    ['||w=200||', [narrow]],
    ['rotate=360|w=200|opacity=100', [narrow]],
    ['w=200|rotate=90', [narrow, turned]],
    ['rotate=90|w=200', [turned, narrow]],
    ['w=200&rotate=90', [{ ...narrow, ...turned }]],
    ['|||||||', []],
    ['w=100|rotate=90|w=100&dpr=2', [narrow, turned, narrow]],
    ['dpr=2&w=100|rotate=90|w=100', [narrow, turned, narrow]],
  ])('of %s work one after the other', (query, stages) => {
    expect(stagesOf(query)).toEqual(stages);
  });

  it('are eight at most', () => {
    const eight = Array.from({ length: 8 }, () => 'rotate=90');
    expect(stagesOf(eight.join('|'))).toHaveLength(8);
    const error = { code: 'INVALID_PARAMETER', message: 'There may be at most 8 stages.' };
    expect(failure(() => parse([...eight, 'rotate=90'].join('|')))).toMatchObject(error);
    expect(failure(() => parse([...eight, ''].join('%7C')))).toMatchObject(error);
    const given = eight.map(() => ({ rotate: 90 }));
    expect(dialect.format('/cat.jpg', given)).toBe(`/cat.jpg?${eight.join('%7C')}`);
    expect(failure(() => dialect.format('/cat.jpg', [...given, {}]))).toMatchObject(error);
  });

  it('share what is of the whole, wherever it stands', () => {
    const [first, ...others] = [
      'q=60&format=webp&v=7&rotate=90|w=200',
      'rotate=90|w=200&v=7&q=60|format=webp',
      'rotate=90|q=60|w=200&v=7|format=webp',
    ].map(parse);
    expect(first).toMatchObject({ version: '7', transformation: { output: { format: 'webp', quality: 60 } } });
    expect(others[0]).toEqual(first);
    expect(others[1]).toEqual(first);
  });

  it('have each its own place to keep in view', () => {
    expect(stagesOf('w=9&h=9&fp=0,0|w=4&h=4&position=top')).toEqual([
      { resize: { width: 9, height: 9, focus: { x: 0, y: 0 } } },
      { resize: { width: 4, height: 4, position: 'top' } },
    ]);
  });

  it.each(['fp=0,0&position=top', 'gravity=centre&fp=0.5,0.5', 'w=4|fp=0,0&position=top'])('refuse %s', (query) => {
    const message = 'fp: has no meaning beside position; one of them says what stays in view.';
    expect(failure(() => parse(query))).toMatchObject({ code: 'INVALID_PARAMETER', message });
  });

  it.each<readonly [readonly UrlParameters[], string]>([
    [[], '/cat.jpg'],
    [[{}], '/cat.jpg'],
    [[{ w: 4 }], '/cat.jpg?w=4'],
    [[{ w: 4, h: 3 }, { rotate: 90 }, { w: 2 }], '/cat.jpg?w=4&h=3%7Crotate=90%7Cw=2'],
    [
      [
        { q: 60, w: 4 },
        { format: 'webp', rotate: 90 },
      ],
      '/cat.jpg?w=4%7Crotate=90&format=webp&q=60',
    ],
    [[{}, { w: 4 }], '/cat.jpg?%7Cw=4'],
  ])('%j are written %s', (given, url) => {
    expect(dialect.format('/cat.jpg', given)).toBe(url);
  });

  it('are not written where they give twice what is of the whole', () => {
    const error = { code: 'INVALID_PARAMETER', message: 'q: given more than once.' };
    expect(failure(() => dialect.format('/cat.jpg', [{ q: 60 }, { quality: 60 }]))).toMatchObject(error);
  });
});

describe('device pixels', () => {
  it.each<readonly [string, Transformation['stages']]>([
    ['w=10&h=0.5&dpr=2', [{ resize: { width: 20, height: { percent: 50 } } }]],
    ['blur=2.5&dpr=2', [{ blur: 5 }]],
    ['blur=0.3&dpr=0.5', [{ blur: 0.3 }]],
    ['blur=200&dpr=2', [{ blur: 250 }]],
    ['blur=1.11&dpr=1.33', [{ blur: 1.48 }]],
    ['pad=1,0,0.5,3&dpr=1.5', [{ pad: [2, 0, { percent: 50 }, 5] }]],
    ['border=2,red&dpr=2', [{ border: { width: 4, colour: { r: 255, g: 0, b: 0, alpha: 255 } } }]],
    ['radius=1,2,3,0.5&dpr=3', [{ radius: [3, 6, 9, { percent: 50 }] }]],
    ['radius=max&dpr=3', [{ radius: 'max' }]],
    ['crop=10,10,20,20&dpr=2', [{ crop: { x: 10, y: 10, width: 20, height: 20 } }]],
    ['sharpen=2&dpr=2', [{ sharpen: 2 }]],
    ['w=1&dpr=0.5', [{ resize: { width: 1 } }]],
    ['w=65535&h=65535&dpr=5', [{ resize: { width: 65_535, height: 65_535 } }]],
    ['pad=0&dpr=5', []],
  ])('make of %s what they are', (query, stages) => {
    expect(transformationOf(query)).toEqual({ stages, output: {} });
  });
});

describe('what is none of its parameters', () => {
  it.each<readonly [string, string | undefined]>([
    ['', undefined],
    ['w=4', undefined],
    ['&&', undefined],
    ['a=1', 'a=1'],
    ['a=1&w=4&b=2', 'a=1&b=2'],
    ['b=2&a=1', 'b=2&a=1'],
    ['a=1&a=1', 'a=1&a=1'],
    ['&a&&w=4&', 'a'],
    ['W=4&w%20=4&=4', 'W=4&w%20=4&=4'],
    ['a=%E9&%zz=1&b=a+b%20c', 'a=%E9&%zz=1&b=a+b%20c'],
    ['a=b=c?d/e', 'a=b=c?d/e'],
    ['%77=4&x=1', 'x=1'],
    ['width=4&Width=4', 'Width=4'],
    ['utm=a|b', 'utm=a|b'],
    ['w=4&utm=a%7Cw=5&h=3', 'utm=a%7Cw=5'],
    ['w=4|h=3&utm=a|b', 'utm=a|b'],
    ['w=4|utm=a&h=3', 'utm=a'],
    ['%zz=a|b&=a|b', '%zz=a|b&=a|b'],
  ])('is of %j left as it came: %j', (query, expected) => {
    expect(parse(query)?.query).toBe(expected);
  });
});

describe('client hints', () => {
  const hinted = (query: string, hints: HintValues) => dialect.parse({ path: '/cat.jpg', query }, hints);
  const all: HintValues = { width: 700, dpr: 2, saveData: true };

  it.each<readonly [string, readonly ClientHint[]]>([
    ['', ['width', 'save-data']],
    ['w=100', ['dpr', 'save-data']],
    ['h=100', ['dpr', 'save-data']],
    ['w=100&dpr=1', ['save-data']],
    ['w=100&q=80', ['dpr']],
    ['q=60', ['width']],
    ['dpr=2', ['width', 'save-data']],
    ['w=100&dpr=2&q=60', []],
    ['overlay=/x&overlay-w=20', ['width', 'save-data']],
    ['ratio=1:1', ['width', 'save-data']],
    ['blur=2|rotate=90', ['width', 'save-data']],
    ['rotate=90|w=100', ['dpr', 'save-data']],
    ['w=100|q=60', ['dpr']],
  ])('have of "%s" room for %j, whether or not they were sent', (query, expected) => {
    expect(parse(query)?.hints).toEqual(expected);
    expect(hinted(query, all)?.hints).toEqual(expected);
  });

  it.each<readonly [string, HintValues, Transformation['stages'], Transformation['output']]>([
    ['', {}, [], {}],
    ['', { width: 700 }, [{ resize: { width: 700 } }], {}],
    ['', { dpr: 2 }, [], {}],
    ['', { width: 700, dpr: 2 }, [{ resize: { width: 700 } }], {}],
    ['', { saveData: true }, [], { quality: 45 }],
    ['w=100', { width: 700 }, [{ resize: { width: 100 } }], {}],
    ['w=100', { dpr: 2 }, [{ resize: { width: 200 } }], {}],
    ['h=100', all, [{ resize: { height: 200 } }], { quality: 45 }],
    ['w=100&dpr=1', all, [{ resize: { width: 100 } }], { quality: 45 }],
    ['w=100&dpr=1.5&q=80', all, [{ resize: { width: 150 } }], {}],
    ['w=100&q=60', { saveData: true }, [{ resize: { width: 100 } }], { quality: 60 }],
    ['w=10&h=20&fit=contain', { dpr: 3 }, [{ resize: { width: 30, height: 60, fit: 'contain' } }], {}],
    [
      'w=10&overlay=/x&overlay-w=20&overlay-margin=3',
      { dpr: 2 },
      [{ resize: { width: 20 }, overlays: [{ path: '/x', width: 40, margin: 6 }] }],
      {},
    ],
    ['rotate=90', { width: 700 }, [{ resize: { width: 700 }, rotate: { degrees: 90 } }], {}],
    ['blur=2|rotate=90', { width: 700 }, [{ resize: { width: 700 }, blur: 2 }, { rotate: { degrees: 90 } }], {}],
    ['|rotate=90', { width: 700 }, [{ resize: { width: 700 } }, { rotate: { degrees: 90 } }], {}],
    ['rotate=90|w=50', all, [{ rotate: { degrees: 90 } }, { resize: { width: 100 } }], { quality: 45 }],
    ['w=50|w=25', { dpr: 2 }, [{ resize: { width: 100 } }, { resize: { width: 50 } }], {}],
    ['w=0.5', all, [{ resize: { width: { percent: 50 } } }], { quality: 45 }],
    ['pad=5', { width: 700, dpr: 2 }, [{ resize: { width: 700 }, pad: [5, 5, 5, 5] }], {}],
    ['pad=5&w=50', { dpr: 2 }, [{ resize: { width: 100 }, pad: [10, 10, 10, 10] }], {}],
    ['overlay=/x&overlay-w=20', { dpr: 2 }, [{ overlays: [{ path: '/x', width: 20 }] }], {}],
  ])('make of "%s" with %o the picture that fits', (query, hints, stages, output) => {
    expect(hinted(query, hints)?.transformation).toEqual({ stages, output });
  });

  it('mean the same as the parameters that say it', () => {
    expect(hinted('w=100', { dpr: 1.5 })?.transformation).toEqual(transformationOf('w=100&dpr=1.5'));
    expect(hinted('', { width: 700 })?.transformation).toEqual(transformationOf('w=700'));
  });
});

describe('format', () => {
  it.each<readonly [string, UrlParameters, string]>([
    ['/cat.jpg', {}, '/cat.jpg'],
    ['/cat.jpg', { w: 400, format: 'auto' }, '/cat.jpg?w=400&format=auto'],
    ['/cat.jpg', { format: 'auto', w: 400 }, '/cat.jpg?w=400&format=auto'],
    ['/cat.jpg', { w: '400', dpr: 1.5, h: undefined }, '/cat.jpg?w=400&dpr=1.5'],
    ['/cat.jpg', { w: 9, h: 9, position: 'left top' }, '/cat.jpg?w=9&h=9&position=left%20top'],
    ['/a b/ü?.jpg', { v: 'x' }, '/a%20b/%C3%BC%3F.jpg?v=x'],
    ['/a%20b.jpg', {}, '/a%20b.jpg'],
    ['/a|b.jpg', { w: 4 }, '/a%7Cb.jpg?w=4'],
    ['/cat.jpg', { width: 4, quality: 60, gravity: 'center' }, '/cat.jpg?w=4&position=centre&q=60'],
    ['/cat.jpg', { w: 0.5, crop: '0,0,0.50,100' }, '/cat.jpg?w=0.5&crop=0,0,0.5,100'],
    ['/cat.jpg', { ratio: '16/9', w: 4 }, '/cat.jpg?w=4&ratio=16:9'],
    [
      '/cat.jpg',
      { enlarge: true, grayscale: '1', lossless: false },
      '/cat.jpg?enlarge=true&grayscale=true&lossless=false',
    ],
    ['/cat.jpg', { bg: '#FFF', tint: 'Red', pad: '1,2,1,2' }, '/cat.jpg?tint=ff0000&pad=1,2&bg=ffffff'],
    ['/cat.jpg', { download: 'a cat & co.jpg' }, '/cat.jpg?download=a%20cat%20%26%20co.jpg'],
    ['/cat.jpg', { download: true }, '/cat.jpg?download=true'],
  ])('writes %s with %o', (path, given, url) => {
    expect(dialect.format(path, given)).toBe(url);
  });

  it.each<readonly [UrlParameters, string]>([
    [
      { breadth: 4 },
      'breadth: no such parameter; there are w, h, dpr, fit, position, fp, ratio, enlarge, min-w, min-h,',
    ],
    [{ W: 4 }, 'W: no such parameter'],
    [{ w: 4, width: 4 }, 'w: given more than once.'],
    [{ s: 'x' }, 's: is made where URLs are signed, not given.'],
    [{ expires: 1 }, 'expires: is made where URLs are signed, not given.'],
    [{ fp: '0,0', position: 'top' }, 'fp: has no meaning beside position; one of them says what stays in view.'],
    [{ preset: 'x' }, 'preset: "x" is not known; there are none.'],
    [{ w: null } as unknown as UrlParameters, 'w: "null" is not allowed'],
    [{ w: {} } as unknown as UrlParameters, 'w: "[object Object]" is not allowed'],
    [{ toString: 'x' } as unknown as UrlParameters, 'toString: no such parameter; there are'],
    [{ w: 0 }, 'w: "0" is not allowed; expected a whole number from 1 to 65535, or a decimal from 0.0001 to 1.0.'],
    [{ w: 4.5 }, 'w: "4.5" is not allowed'],
    [{ w: Number.NaN }, 'w: "NaN" is not allowed'],
    [{ h: true }, 'h: "true" is not allowed'],
    [{ q: '' }, 'q: "" is not allowed'],
    [{ fit: 'crop' }, 'fit: "crop" is not allowed'],
    [{ v: 'a&w=4' }, 'v: "a&w=4" is not allowed'],
    [{ v: '\ud800' }, 'v: "\\ud800" is not allowed'],
  ])('refuses %o', (given, message) => {
    const error = failure(() => dialect.format('/cat.jpg', given));
    expect(error?.code).toBe('INVALID_PARAMETER');
    expect(error?.message).toContain(message);
  });

  it.each<readonly [string, string]>([
    ['/', 'NOT_FOUND'],
    ['', 'NOT_FOUND'],
    ['cat.jpg', 'NOT_FOUND'],
    ['/../cat.jpg', 'NOT_FOUND'],
    ['/100%.jpg', 'MALFORMED_REQUEST'],
  ])('refuses the path "%s"', (path, code) => {
    expect(failure(() => dialect.format(path, {}))).toMatchObject({ code });
  });
});

describe('native', () => {
  it('has a name', () => {
    expect(dialect.name).toBe('native');
  });
});
