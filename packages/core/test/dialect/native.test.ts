import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UrlParameters } from '../../src/dialect/dialect.ts';
import { type NativeOptions, native, nativeParameters } from '../../src/dialect/native.ts';
import { TintypeError } from '../../src/errors.ts';
import type { ClientHint, HintValues } from '../../src/http/client-hints.ts';
import { encodePath } from '../../src/origin/path.ts';
import { blends, type Overlay, overlayPositions } from '../../src/transform/overlay.ts';
import { fits, positions, type Transformation } from '../../src/transform/transformation.ts';

const dialect = native();
const parse = (query: string) => dialect.parse({ path: '/cat.jpg', query });
const transformationOf = (query: string): Transformation | undefined => parse(query)?.transformation;

/** The error that a call throws, or undefined. */
function failure(call: () => unknown): TintypeError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof TintypeError) return error;
    throw error;
  }
}

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

  it.each(fits)('reads fit=%s', (fit) => {
    const resize = { width: 9, height: 9, ...(fit === 'cover' ? {} : { fit }) };
    expect(transformationOf(`w=9&h=9&fit=${fit}`)?.stages).toEqual([{ resize }]);
  });

  it.each(positions)('reads position=%s', (position) => {
    const resize = { width: 9, height: 9, ...(position === 'centre' ? {} : { position }) };
    expect(transformationOf(`w=9&h=9&position=${position}`)?.stages).toEqual([{ resize }]);
  });

  it.each<readonly [string, readonly string[]]>([
    ['w', ['', '0', '-1', '+400', '4.5', '0400', '1e3', '0x10', ' 4', '65536', '99999999999', 'auto', 'NaN', '４']],
    ['h', ['', '0', '-1', '65536', '100px', '50%']],
    ['dpr', ['', '0', '0.4', '0.49', '5.01', '6', '-1', '1.', '.5', '1.234', '2x', 'Infinity', '1,5']],
    ['fit', ['', 'Cover', 'crop', 'cover ', 'toString', '__proto__']],
    ['position', ['', 'top left', 'middle', 'lefttop', 'left-top', 'constructor']],
    ['format', ['', 'JPEG', 'heic', 'svg', 'webp,avif', 'jpe']],
    ['q', ['', '0', '101', '-1', '80.5', '080', 'high']],
    ['v', ['', ' ', 'a b', 'a/b', '../x', 'é', 'a'.repeat(65), 'a\n']],
  ])('refuses other values of %s in one line that names them', (name, values) => {
    for (const value of values) {
      const error = failure(() => parse(`${name}=${encodeURIComponent(value)}`));
      expect(error, value).toMatchObject({ code: 'INVALID_PARAMETER', status: 400, expose: true });
      const { allowed } = nativeParameters[name as keyof typeof nativeParameters];
      const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
      expect(error?.message).toBe(`${name}: ${JSON.stringify(shown)} is not allowed; expected ${allowed}.`);
    }
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
      `w: ${shown} is not allowed; expected a whole number from 1 to 65535.`,
    );
  });

  it('keeps the line short whatever the value', () => {
    expect(failure(() => parse(`w=${'9'.repeat(2000)}`))?.message).toHaveLength(103);
  });

  it.each(Object.keys(nativeParameters))('refuses %s without a value', (name) => {
    const message = expect.stringMatching(new RegExp(`^${name}: "" is not allowed; expected `));
    const query = name.startsWith('overlay-') ? `overlay=/x&${name}` : name;
    expect(failure(() => parse(query))).toMatchObject({ code: 'INVALID_PARAMETER', message });
  });

  it.each(['w=4&w=4', 'w=4&h=4&w=5', 'w=4&%77=4', 'q=&q='])('refuses %s: given more than once', (query) => {
    const message = `${query[0]}: given more than once.`;
    expect(failure(() => parse(query))).toMatchObject({ code: 'INVALID_PARAMETER', message });
  });

  it.each([
    'W=4',
    'width=4',
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

  it('fails with a TintypeError or not at all', () => {
    const piece = fc.constantFrom('w', 'h', 'q', '=', '&', '%', '+', '4', '00', 'fit', 'contain', 'é', '\u2028', '\n');
    const query = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(query, (text) => {
        const message = failure(() => parse(text))?.message ?? '';
        expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
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
      [{ resize: { width: 20 }, overlays: [{ path: '/x', width: { pixels: 40 }, margin: 6 }] }],
      {},
    ],
    ['overlay=/x&overlay-w=20', { dpr: 2 }, [{ overlays: [{ path: '/x', width: { pixels: 20 } }] }], {}],
  ])('make of "%s" with %o the picture that fits', (query, hints, stages, output) => {
    expect(hinted(query, hints)?.transformation).toEqual({ stages, output });
  });

  it('mean the same as the parameters that say it', () => {
    expect(hinted('w=100', { dpr: 1.5 })?.transformation).toEqual(transformationOf('w=100&dpr=1.5'));
    expect(hinted('', { width: 700 })?.transformation).toEqual(transformationOf('w=700'));
  });
});

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
    ['overlay=/x&overlay-w=20&overlay-h=0.5', { path: '/x', width: { pixels: 20 }, height: { percent: 50 } }],
    ['overlay=/x&overlay-w=1', { path: '/x', width: { pixels: 1 } }],
    ['overlay=/x&overlay-w=1.0', { path: '/x', width: { percent: 100 } }],
    ['overlay=/x&overlay-position=right+bottom&overlay-margin=8', { path: '/x', position: 'right bottom', margin: 8 }],
    ['overlay=/x&overlay-opacity=60&overlay-blend=multiply', { path: '/x', opacity: 60, blend: 'multiply' }],
    [
      'overlay=/x&overlay-w=20&overlay-h=0.5&overlay-margin=3&dpr=2.5',
      { path: '/x', width: { pixels: 50 }, height: { percent: 50 }, margin: 8 },
    ],
    ['overlay=/x&overlay-position=center&overlay-margin=0&overlay-opacity=100&overlay-blend=over', { path: '/x' }],
    ['overlay=/cat.jpg', { path: '/cat.jpg' }],
  ])('is read from %s', (query, expected) => {
    expect(overlaysOf(query)).toStrictEqual([expected]);
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
    const message = `${name}: has no meaning without overlay.`;
    expect(failure(() => parse(`w=9&${name}=1`))).toMatchObject({ code: 'INVALID_PARAMETER', message });
    expect(failure(() => dialect.format('/cat.jpg', { [name]: 1 }))).toMatchObject({
      code: 'INVALID_PARAMETER',
      message,
    });
  });

  it.each<readonly [string, string]>([
    ['/logo.png', '/logo.png'],
    ['/a b/ü.png', '/a%20b/%C3%BC.png'],
    ['/a%20b.png', '/a%20b.png'],
    ['/100%25.png', '/100%2525.png'],
    ['/a+b&c=d#e?.png', '/a%2Bb%26c%3Dd%23e%3F.png'],
  ])('with the path %s is written %s', (overlay, written) => {
    expect(dialect.format('/cat.jpg', { overlay })).toBe(`/cat.jpg?overlay=${written}`);
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

const origins = fc.constantFrom('/logo.png', '/a b/100%.png', '/+&=?#.png', '/ü/☃.webp');

const parameters = fc.record(
  {
    w: fc.integer({ min: 1, max: 65_535 }),
    h: fc.integer({ min: 1, max: 65_535 }),
    dpr: fc.integer({ min: 50, max: 500 }).map((hundredths) => hundredths / 100),
    fit: fc.constantFrom(...fits),
    position: fc.constantFrom(...positions),
    format: fc.constantFrom('auto', 'jpeg', 'png', 'webp', 'avif', 'gif'),
    q: fc.integer({ min: 1, max: 100 }),
    v: fc.stringMatching(/^[\w.-]{1,64}$/),
  },
  { requiredKeys: [] },
) satisfies fc.Arbitrary<UrlParameters>;

const length = fc.oneof(
  fc.integer({ min: 1, max: 65_535 }),
  fc.integer({ min: 1, max: 99 }).map((hundredths) => hundredths / 100),
  fc.constant('1.0'),
);

/** Parameters with an overlay. Its path is as in a request's. */
const composites = fc
  .tuple(
    parameters,
    fc.record(
      {
        overlay: origins.map((path) => encodePath(path)),
        'overlay-w': length,
        'overlay-h': length,
        'overlay-position': fc.constantFrom(...overlayPositions),
        'overlay-margin': fc.integer({ min: 0, max: 65_535 }),
        'overlay-opacity': fc.integer({ min: 1, max: 100 }),
        'overlay-blend': fc.constantFrom(...blends),
      },
      { requiredKeys: ['overlay'] },
    ),
  )
  .map(([plain, overlay]) => ({ ...plain, ...overlay })) satisfies fc.Arbitrary<UrlParameters>;

const wishes = fc.oneof(parameters, composites) as fc.Arbitrary<Readonly<Record<string, string | number>>>;

describe('one canonical form', () => {
  /** A character as it is, as `%xx`, or a blank as `+`. */
  const spell = (text: string, choices: readonly boolean[]): string =>
    [...text]
      .map((character, index) => {
        const isEncoded = /[%&+=#]/.test(character) || (choices[index % choices.length] ?? false);
        if (character === ' ') return isEncoded ? '%20' : '+';
        return isEncoded ? `%${character.charCodeAt(0).toString(16).padStart(2, '0')}` : character;
      })
      .join('');
  const choices = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 });
  const noise = fc.constantFrom('utm_source=x', 'width=9', '=', '', 'W=3');

  it('comes of any order, encoding, alias and company', () => {
    const second = new Map([
      ['format=jpeg', 'jpg'],
      ['position=centre', 'center'],
      ['overlay-position=centre', 'center'],
    ]);
    fc.assert(
      fc.property(wishes, choices, fc.array(noise), fc.infiniteStream(fc.nat()), (given, spelling, company, order) => {
        const plain = Object.entries(given).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
        const other = Object.entries(given).map(
          ([name, value]) =>
            `${spell(name, spelling)}=${spell(second.get(`${name}=${value}`) ?? String(value), spelling)}`,
        );
        const shuffled = [...other, ...company]
          .map((pair) => [order.next().value, pair] as const)
          .sort(([a], [b]) => a - b)
          .map(([, pair]) => pair);
        const strange = shuffled.filter((pair) => pair !== '' && company.some((each) => each === pair));
        expect(parse(shuffled.join('&'))).toEqual({
          ...parse(plain.join('&')),
          query: strange.length === 0 ? undefined : strange.join('&'),
        });
      }),
    );
  });

  it('leaves out what has no effect', () => {
    fc.assert(
      fc.property(parameters, (given) => {
        const { w, h, dpr = 1, fit = 'cover', position = 'centre', q = 80, v: _v, ...rest } = given;
        const hasBox = w !== undefined && h !== undefined;
        const said: UrlParameters = {
          ...rest,
          ...(w === undefined ? {} : { w }),
          ...(h === undefined ? {} : { h }),
          ...(w === undefined && h === undefined ? {} : { dpr }),
          ...(hasBox ? { fit } : {}),
          ...(hasBox && (fit === 'cover' || fit === 'contain') ? { position } : {}),
          q,
        };
        const { v: _version, ...all } = given;
        const query = (values: UrlParameters): string => dialect.format('/cat.jpg', values).split('?')[1] ?? '';
        expect(transformationOf(query(said))).toEqual(transformationOf(query(all)));
      }),
    );
  });

  it.each([
    ['w=400', 'w=400&fit=cover', 'w=400&fit=inside&position=left', 'w=200&dpr=2', 'w=400&dpr=1.00', 'q=80&w=400'],
    ['w=9&h=9', 'h=9&w=9', 'w=9&h=9&fit=cover', 'w=9&h=9&position=center', 'w=9&h=9&position=centre&fit=cover'],
    ['', 'dpr=2', 'fit=contain', 'position=top', 'q=80', 'utm=1'],
  ])('is the same for %s and its like', (first, ...others) => {
    for (const other of others) expect(transformationOf(other)).toEqual(transformationOf(first));
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
  ])('writes %s with %o', (path, given, url) => {
    expect(dialect.format(path, given)).toBe(url);
  });

  it.each<readonly [UrlParameters, string]>([
    [
      { width: 4 },
      'width: no such parameter; there are w, h, dpr, fit, position, format, q, v, overlay, overlay-w, overlay-h,',
    ],
    [{ toString: 'x' } as unknown as UrlParameters, 'toString: no such parameter; there are'],
    [{ w: 0 }, 'w: "0" is not allowed; expected a whole number from 1 to 65535.'],
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

  it('writes what parse reads as what was given, and always the same way', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !/[/\\:]|^\.|[. ]$|^(con|prn|aux|nul|com.|lpt.) *(\.|$)/i.test(text));
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
    fc.assert(
      fc.property(path, wishes, (plainPath, given) => {
        const url = dialect.format(encodePath(plainPath), given);
        const [encoded = '', query = ''] = url.split('?');
        expect(dialect.parse({ path: encoded, query })).toEqual({
          ...parse(
            Object.entries(given)
              .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
              .join('&'),
          ),
          path: plainPath,
        });
        expect(dialect.format(encoded, Object.fromEntries(new URLSearchParams(query)))).toBe(url);
      }),
    );
  });
});

describe('native', () => {
  it('has no options yet', () => {
    expect(() => native({ signed: true } as unknown as NativeOptions)).toThrow(
      new TypeError('Unknown option native.signed. Known options: none'),
    );
    expect(dialect.name).toBe('native');
  });
});
