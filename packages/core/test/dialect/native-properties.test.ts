import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DialectRequest, UrlParameters } from '../../src/dialect/dialect.ts';
import { native } from '../../src/dialect/native.ts';
import { type Name, nativeParameters, sharedNames } from '../../src/dialect/native-parameters.ts';
import { encodePath } from '../../src/origin/path.ts';
import { canonicalTransformation } from '../../src/transform/canonical.ts';
import { chromas } from '../../src/transform/encoding.ts';
import type { Length } from '../../src/transform/length.ts';
import {
  blends,
  type Overlay,
  type OverlayPoint,
  overlayPositions,
  type Placement,
  type TextStyle,
} from '../../src/transform/overlay.ts';
import {
  type Adjustments,
  type Bounds,
  fits,
  flips,
  positions,
  type Resize,
  type Stage,
} from '../../src/transform/stage.ts';
import type { Output } from '../../src/transform/transformation.ts';
import { failure } from './failure.ts';
import { colours, hundredths, lengths } from './values.ts';

const dialect = native({ metadata: true });
/** Where URLs may expire. */
const signed = native({ signing: { keys: 'a key of sixteen' } });
const parse = (query: string) => dialect.parse({ path: '/cat.jpg', query });

/** Parses a URL as `format` and `write` give it. */
function parseUrl(url: string): DialectRequest | undefined {
  const mark = url.indexOf('?');
  return mark === -1
    ? dialect.parse({ path: url, query: '' })
    : dialect.parse({ path: url.slice(0, mark), query: url.slice(mark + 1) });
}

const wholes = (min: number, max: number) => fc.integer({ min, max });
const flags = fc.boolean();
const four = <T>(each: fc.Arbitrary<T>) => fc.tuple(each, each, each, each);
const part = wholes(0, 10_000).map((parts) => parts / 10_000);

/** Some of the members, none of them undefined. */
function some<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(model, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Partial<T>>;
}

const segment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => !/[/\\:]|^\.|[. ]$|^(con|prn|aux|nul|com.|lpt.) *(\.|$)/i.test(text));
const paths = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
const overlayPaths = fc.oneof(
  fc.constantFrom('/logo.png', '/a b/100%.png', '/+&=?#.png', '/ü/☃.webp', '/a|b%7C.png'),
  fc.constantFrom('/https://pictures.example/a|b.png', '/https://pictures.example/a%7Cb.png?c=d&e=f'),
);

describe('every transformation', () => {
  const focus = fc.record({ x: part, y: part, zoom: fc.option(hundredths(1, 100), { nil: undefined }) });
  const bounds = some<Bounds>({ width: wholes(1, 65_535), height: wholes(1, 65_535) });
  const resizes = some<Resize>({
    width: lengths(1),
    height: lengths(1),
    ratio: fc.record({ width: wholes(1, 9999), height: wholes(1, 9999) }),
    fit: fc.constantFrom(...fits),
    enlarge: flags,
    least: bounds,
    most: bounds,
  }).chain((resize) =>
    fc.oneof(
      fc.constant(resize),
      fc.constantFrom(...positions).map((position) => ({ ...resize, position })),
      focus.map((point) => ({ ...resize, focus: point })),
    ),
  );
  const adjustments = some<Adjustments>({
    negate: flags,
    contrast: fc.oneof(fc.constant('auto' as const), hundredths(0, 5)),
    exposure: hundredths(-5, 5),
    brightness: hundredths(0, 5),
    saturation: hundredths(0, 5),
    hue: wholes(-360, 360),
    gamma: hundredths(0.34, 3),
    grayscale: flags,
    sepia: wholes(0, 100),
    tint: colours,
  });
  const offsets = fc.tuple(lengths(0), flags).map(([length, isFar]): Length => {
    if (!isFar) return length;
    return typeof length === 'number' ? -length : { percent: -length.percent };
  });
  const style = fc.record(
    {
      content: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
      size: wholes(1, 1000),
      colour: colours,
      font: fc.constantFrom('DejaVu Sans', 'Any, & other|font'),
      bold: fc.constant(true as const),
      italic: fc.constant(true as const),
      align: fc.constantFrom('left', 'centre', 'right'),
      wrap: wholes(1, 65_535),
      lineHeight: hundredths(0.5, 5),
      padding: four(wholes(0, 65_535)),
      background: colours,
    },
    { requiredKeys: ['content', 'size', 'colour'], noNullPrototype: true },
  );
  const contents = fc.oneof(
    overlayPaths.map((path) => ({ path })),
    colours.map((colour) => ({ colour })),
    style.map((text) => ({ text: text as TextStyle })),
  );
  const inner: fc.Arbitrary<Stage> = some<Stage>({
    resize: some<Resize>({ width: lengths(1), height: lengths(1) }),
    rotate: fc.record({ degrees: hundredths(-360, 360) }),
    overlays: fc.array(contents, { maxLength: 1 }),
  });
  const overlays = fc
    .tuple(
      contents,
      some<Placement>({
        width: lengths(1),
        height: lengths(1),
        position: fc.constantFrom(...overlayPositions),
        at: some<OverlayPoint>({ x: offsets, y: offsets, anchor: fc.constant('centre' as const) }),
        margin: wholes(0, 65_535),
        tile: fc.constant(true as const),
        opacity: wholes(0, 100),
        blend: fc.constantFrom(...blends),
        stages: fc.array(inner, { maxLength: 2 }),
      }),
    )
    .map(([content, details]): Overlay => ({ ...content, ...details }));
  const size = { width: lengths(1), height: lengths(1) };
  const stages: fc.Arbitrary<Stage> = some<Stage>({
    trim: fc.record({ threshold: wholes(1, 100), colour: fc.option(colours, { nil: undefined }) }),
    crop: fc.oneof(
      fc.record(size),
      fc.record({ x: lengths(0), y: lengths(0), ...size }),
      fc.record({ x: lengths(0), y: lengths(0), ...size, anchor: fc.constant('centre' as const) }),
    ),
    resize: resizes,
    flip: fc.constantFrom(...flips),
    rotate: fc.record({ degrees: hundredths(-360, 360), frame: fc.constantFrom('grow', 'cover', undefined) }),
    adjust: adjustments,
    blur: hundredths(0.3, 250),
    sharpen: fc.oneof(
      fc.constant('mild' as const),
      hundredths(0.1, 10),
      fc.record(
        { sigma: hundredths(0.1, 10), amount: hundredths(0, 10), threshold: hundredths(0, 100) },
        { requiredKeys: ['sigma', 'amount'], noNullPrototype: true },
      ),
    ),
    pixelate: wholes(1, 65_535),
    pad: four(lengths(0)),
    fill: fc.oneof(fc.constant('blur' as const), colours),
    mask: fc.constant('ellipse' as const),
    border: fc.record({ width: lengths(0), colour: colours }),
    radius: fc.oneof(fc.constant('max' as const), four(lengths(0))),
    opacity: wholes(0, 100),
    background: colours,
    overlays: fc.array(overlays, { maxLength: 1 }),
  });
  const outputs = some<Output>({
    format: fc.constantFrom('auto', 'jpeg', 'png', 'webp', 'avif', 'gif', 'json'),
    quality: wholes(1, 100),
    lossless: flags,
    progressive: flags,
    frame: wholes(1, 10_000),
    orient: fc.constantFrom<NonNullable<Output['orient']>[]>('none', 1, 2, 3, 4, 5, 6, 7, 8),
    keep: fc.constantFrom('icc', 'all'),
    chroma: fc.constantFrom(...chromas),
    colours: wholes(2, 256),
    dpi: wholes(1, 10_000),
  });
  const transformations = fc
    .record({ stages: fc.array(stages, { maxLength: 3 }), output: outputs })
    .map(canonicalTransformation);

  it('has one canonical form', () => {
    fc.assert(
      fc.property(transformations, (transformation) => {
        expect(canonicalTransformation(transformation)).toStrictEqual(transformation);
      }),
    );
  });

  it('is written so that it is read again, and written the same way', () => {
    const downloads = fc.constantFrom<string | true | undefined>(undefined, true, 'a cat, & co.jpg');
    const requests = fc.record({
      path: paths,
      transformation: transformations,
      version: fc.option(fc.stringMatching(/^[\w.-]{1,64}$/), { nil: undefined }),
      download: downloads,
      fallback: fc.option(overlayPaths, { nil: undefined }),
      expires: fc.option(wholes(0, 2_000_000_000), { nil: undefined }),
    });
    fc.assert(
      fc.property(requests, (request) => {
        // What is too long to be read is not written.
        fc.pre(failure(() => dialect.write(request))?.code !== 'MALFORMED_REQUEST');
        const url = dialect.write(request);
        const [path = '', query = ''] = url.split('?');
        const { hints: _, ...read } = signed.parse({ path, query }) ?? {};
        expect(read).toEqual({ ...request, query: undefined });
        expect(dialect.write(read as DialectRequest)).toBe(url);
      }),
      { numRuns: 300 },
    );
  });
});

const lengthTexts = fc.oneof(
  wholes(1, 65_535).map(String),
  wholes(1, 9999).map((parts) => `0.${String(parts).padStart(4, '0')}`),
  fc.constantFrom('0.5', '1.0', '1.00', '0.50'),
);
const decimals = (least: number, most: number) => hundredths(least, most).map(String);
const colourTexts = fc.constantFrom('red', 'Red', 'f00', 'f008', 'ff0000', '#FF0000', 'transparent', 'fff0');
const flagTexts = fc.constantFrom('true', 'false', '1', '0');
const sideTexts = fc.constantFrom('0', '10', '10,20', '1,2,3,4', '0.1,0,0.1,0', '5,5,5,5');

/** Values of each parameter that is part of a picture, as somebody may write them. */
const texts = {
  w: lengthTexts,
  h: lengthTexts,
  dpr: decimals(0.5, 5),
  fit: fc.constantFrom(...fits),
  position: fc.constantFrom(...positions, 'center'),
  fp: fc.constantFrom('0.5,0.5', '0,1', '0.25,0.75,2', '1,1.0,1'),
  ratio: fc.constantFrom('16:9', '32/18', '1:1', '3:2'),
  enlarge: flagTexts,
  'min-w': wholes(1, 999).map(String),
  'min-h': wholes(1, 999).map(String),
  'max-w': wholes(1, 999).map(String),
  'max-h': wholes(1, 999).map(String),
  crop: fc.constantFrom('100,50', '0,0,100,50', '9,9,5,5,centre', '9,9,5,5,center', '0.25,0.25,0.5,0.5', '0.5,1.0'),
  trim: fc.constantFrom('true', 'false', '0', '1', '20,red'),
  orient: fc.constantFrom('exif', 'none', '1', '6'),
  flip: fc.constantFrom('h', 'v', 'hv', 'vh', 'both', 'horizontal', 'vertical'),
  rotate: fc.constantFrom('0', '90', '-90', '360', '12.5', '15,cover', '180,cover'),
  exposure: decimals(-5, 5),
  brightness: decimals(0, 5),
  saturation: decimals(0, 5),
  hue: wholes(-360, 360).map(String),
  contrast: fc.oneof(fc.constant('auto'), decimals(0, 5)),
  gamma: decimals(0.34, 3),
  negate: flagTexts,
  grayscale: flagTexts,
  sepia: wholes(0, 100).map(String),
  tint: colourTexts,
  blur: decimals(0.3, 250),
  sharpen: fc.oneof(fc.constantFrom('true', 'false', '1,0', '2,0.5', '2,0.5,0', '2,0.5,9'), decimals(0.1, 10)),
  pixelate: wholes(1, 99).map(String),
  pad: sideTexts,
  fill: fc.oneof(fc.constant('blur'), colourTexts),
  border: fc.constantFrom('2,red', '0,red', '0.05,f00'),
  radius: fc.oneof(fc.constant('max'), sideTexts),
  mask: fc.constant('ellipse'),
  opacity: wholes(0, 100).map(String),
  bg: colourTexts,
  overlay: overlayPaths.map((path) => encodePath(path)),
  block: colourTexts,
  'overlay-do': fc.constantFrom('w=9', 'rotate=90%7Ch=0.5', 'overlay=/y&overlay-w=3', 'text=a%26b'),
  'overlay-w': lengthTexts,
  'overlay-h': lengthTexts,
  'overlay-position': fc.constantFrom(...overlayPositions, 'center'),
  'overlay-at': fc.constantFrom('0,0', '-3,4', '0.5,-0.25,centre', ',9', '9,', '5,5,center'),
  'overlay-margin': wholes(0, 65_535).map(String),
  'overlay-tile': flagTexts,
  'overlay-opacity': wholes(1, 100).map(String),
  'overlay-blend': fc.constantFrom(...blends),
  text: fc.oneof(
    fc.constantFrom('Hello', 'a & b %7C c', '100% <b>%41</b>\nü'),
    fc.string({ unit: 'grapheme', minLength: 1 }).filter((each) => !/[|%]/.test(each)),
  ),
  'text-font': fc.constantFrom('DejaVu Sans', 'Any'),
  'text-style': fc.constantFrom('bold', 'italic', 'bold italic'),
  'text-size': wholes(1, 1000).map(String),
  'text-colour': colourTexts,
  'text-align': fc.constantFrom('left', 'centre', 'center', 'right'),
  'text-width': wholes(1, 65_535).map(String),
  'text-line-height': decimals(0.5, 5),
  'text-padding': fc.constantFrom('0', '10', '10,20', '1,2,3,4', '5,5,5,5'),
  'text-background': colourTexts,
  format: fc.constantFrom('auto', 'jpeg', 'jpg', 'png', 'webp', 'avif', 'gif', 'json'),
  q: wholes(1, 100).map(String),
  lossless: flagTexts,
  progressive: flagTexts,
  chroma: fc.constantFrom('4:2:0', '4:4:4', '420', '444'),
  colours: wholes(2, 256).map(String),
  dpi: wholes(1, 10_000).map(String),
  keep: fc.constantFrom('icc', 'all'),
  frame: wholes(1, 10_000).map(String),
  v: fc.stringMatching(/^[\w.-]{1,64}$/),
  fallback: overlayPaths.map((path) => encodePath(path)),
  original: flagTexts,
  download: fc.constantFrom('true', 'cat.jpg', 'ü, & +.jpg'),
} satisfies Readonly<Record<Exclude<Name, 'preset' | 'expires' | 's'>, fc.Arbitrary<string>>>;

type Given = Readonly<Record<string, string>>;

/** Without what has no meaning in the company of the rest. */
function inCompany(given: Given): Given {
  const laid = ['overlay', 'block', 'text'].find((name) => given[name] !== undefined);
  const isLonely = (name: string) =>
    (name.startsWith('overlay-') && laid === undefined) ||
    (name.startsWith('text-') && laid !== 'text') ||
    (['block', 'text'].includes(name) && name !== laid) ||
    (name === 'position' && given.fp !== undefined);
  return Object.fromEntries(Object.entries(given).filter(([name]) => !isLonely(name)));
}

const given = fc.record(texts, { requiredKeys: [], noNullPrototype: true }).map((each) => inCompany(each as Given));
const [ofStages, ofWhole] = [
  Object.fromEntries(Object.entries(texts).filter(([name]) => !sharedNames.has(name))),
  Object.fromEntries(Object.entries(texts).filter(([name]) => sharedNames.has(name))),
];
const staged = fc.array(
  fc.record(ofStages, { requiredKeys: [], noNullPrototype: true }).map((each) => inCompany(each as Given)),
  { minLength: 1, maxLength: 3 },
);
const whole = fc.record(ofWhole, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Given>;

const pairs = (values: Given) => Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
const readable = (query: string) => query.length <= 1500;

describe('one key', () => {
  /** A character as it is, as `%xx`, or a blank as `+`. */
  const spell = (text: string, choices: readonly boolean[]): string =>
    [...text]
      .map((character, index) => {
        const isEncoded = /[%&+=#|]/.test(character) || (choices[index % choices.length] ?? false);
        if (character === ' ') return isEncoded ? '%20' : '+';
        if (character === '|') return '%257C';
        if (!/^[\x20-\x7e]$/.test(character)) return encodeURIComponent(character);
        return isEncoded ? `%${character.charCodeAt(0).toString(16).padStart(2, '0')}` : character;
      })
      .join('');
  const choices = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 });
  const noise = fc.constantFrom('utm_source=x', 'breadth=9', '=', '', 'W=3', 'utm=a|b', 'x=1%7Cw=3', '%zz=a|b');

  /** The pairs in another order. */
  const shuffled = (each: readonly string[], order: fc.Stream<number>): readonly string[] =>
    each
      .map((pair) => [order.next().value, pair] as const)
      .sort(([first], [second]) => first - second)
      .map(([, pair]) => pair);

  it('comes of any order, encoding, alias and company', () => {
    fc.assert(
      fc.property(given, choices, fc.array(noise), fc.infiniteStream(fc.nat()), (values, spelling, company, order) => {
        const other = Object.entries(values).map(([name, value], index) => {
          const { aliases } = nativeParameters[name as Name];
          const spellings = [name, ...aliases];
          return `${spell(spellings[index % spellings.length] ?? '', spelling)}=${spell(value, spelling)}`;
        });
        const plain = pairs(values).join('&');
        const mixed = shuffled([...other, ...company], order);
        fc.pre(readable(plain) && readable(mixed.join('&')));
        const strange = mixed.filter((pair) => pair !== '' && company.some((each) => each === pair));
        expect(parse(mixed.join('&'))).toEqual({
          ...parse(plain),
          query: strange.length === 0 ? undefined : strange.join('&'),
        });
      }),
    );
  });

  it('comes of whatever stage what is of the whole stands in, and of idle stages', () => {
    fc.assert(
      fc.property(staged, whole, fc.infiniteStream(fc.nat()), (stages, shared, order) => {
        const first = [stages.map((stage) => pairs(stage).join('&')).join('|'), ...pairs(shared)].join('&');
        const places = stages.map((stage) => pairs(stage));
        for (const pair of pairs(shared)) places[order.next().value % places.length]?.push(pair);
        const idle = ['', 'rotate=360', 'opacity=100&pad=0', 'utm=1&brightness=1'];
        const other = places.flatMap((place) => [idle[order.next().value % idle.length] ?? '', place.join('&')]);
        fc.pre(readable(first) && readable(other.join('|')));
        const [one, two] = [parse(first), parse(other.join('%7C'))];
        expect(two?.transformation).toEqual(one?.transformation);
        expect([two?.version, two?.download, two?.hints]).toEqual([one?.version, one?.download, one?.hints]);
      }),
    );
  });

  const redundant: Given = {
    fit: 'cover',
    position: 'centre',
    enlarge: 'false',
    trim: 'false',
    orient: 'exif',
    rotate: '-360',
    brightness: '1',
    saturation: '1.00',
    hue: '360',
    contrast: '1.0',
    gamma: '1',
    negate: '0',
    grayscale: 'false',
    sepia: '0',
    sharpen: 'false',
    exposure: '0',
    original: 'false',
    pad: '0,0',
    border: '0,red',
    radius: '0',
    opacity: '100',
    bg: 'transparent',
    q: '80',
    lossless: 'false',
    progressive: '0',
  };

  it('leaves out what has no effect', () => {
    const idle = fc.subarray(Object.entries(redundant)).map((entries) => Object.fromEntries(entries));
    fc.assert(
      fc.property(given, idle, (values, said) => {
        const more = inCompany({ ...said, ...values });
        const [plain, longer] = [pairs(values).join('&'), pairs(more).join('&')];
        fc.pre(readable(longer));
        expect(parse(longer)?.transformation).toEqual(parse(plain)?.transformation);
      }),
    );
  });

  it.each([
    ['w=400', 'width=400', 'w=400&fit=cover', 'w=400&fit=inside&position=left', 'w=200&dpr=2', 'w=400&dpr=1.00'],
    ['w=400', 'q=80&w=400', 'w=400&fp=0,0', 'w=400&enlarge=0', '|w=400', 'w=400|', 'w=400|rotate=0'],
    ['w=9&h=9', 'h=9&w=9', 'w=9&h=9&fit=cover', 'w=9&h=9&position=center', 'w=9&h=9&position=centre&fit=cover'],
    ['w=9&h=9', 'w=9&h=9&fp=0.5,0.5', 'w=9&h=9&fp=0.5,0.5,1', 'w=9&h=9&ratio=3:2', 'w=9&height=9&gravity=center'],
    ['w=9&h=9&fit=fill', 'w=9&h=9&fit=fill&position=top', 'w=9&h=9&fit=fill&fp=0,0,4', 'fit=fill&ratio=2:1&w=9&h=9'],
    ['w=9&h=9&fit=none&fp=0,0', 'w=9&h=9&fit=none&fp=0,0,5', 'w=9&h=9&fit=none&fp=0,0&enlarge=1'],
    ['w=9&h=9&fit=none', 'w=9&h=9&fit=none&position=entropy', 'w=9&h=9&fit=none&min-w=5', 'w=9&h=9&fit=none&fill=fff0'],
    ['ratio=2:1', 'ratio=2:1&fit=none', 'ratio=2:1&fit=none&fill=red'],
    ['w=9&h=9', 'w=9&h=9&fill=red', 'w=9&h=9&fill=blur&pad=0'],
    ['format=webp', 'format=webp&chroma=444&colours=9&dpi=72'],
    ['format=png&colours=9', 'format=png&colors=9&chroma=444'],
    ['orient=1', 'orient=none'],
    ['original=true', 'original=1&w=9&blur=3&format=webp&keep=all|rotate=90'],
    ['w=9&h=9&fit=contain&fp=0,0', 'w=9&h=9&fit=contain&fp=0.0,0.00,5'],
    ['w=9&ratio=16:9', 'ar=16/9&w=9', 'ratio=32:18&w=9', 'ratio=16:9&w=9&position=centre&fit=cover'],
    ['flip=hv', 'flip=vh', 'flip=both'],
    ['rotate=270', 'rotate=-90', 'rotate=270.00', 'rotate=-90.0'],
    ['rotate=180', 'rotate=180,cover', 'rotate=-180', 'rotate=-180,cover'],
    ['hue=270', 'hue=-90'],
    ['trim=10', 'trim=true'],
    ['pad=1,2', 'pad=1,2,1,2', 'padding=1,2,1', 'pad=1,2,1&bg=transparent'],
    ['bg=f00', 'bg=red', 'background=ff0000', 'bg=%23ff0000ff', 'bg=RED'],
    ['grayscale=true', 'greyscale=1', 'grayscale=true&saturation=1'],
    ['format=json', 'f=json&q=5', 'fm=json&lossless=true&progressive=1'],
    ['', 'dpr=2', 'fit=contain', 'position=top', 'fp=0,0', 'q=80', 'utm=1', 'enlarge=true', 'orient=exif', '|||'],
    ['', 'rotate=360', 'opacity=100', 'brightness=1', 'pad=0', 'border=0,red', 'radius=0,0', 'bg=fff0', 'sepia=0'],
    ['', 'hue=360', 'contrast=1', 'gamma=1', 'negate=false', 'sharpen=false', 'trim=0', 'lossless=0', 'progressive=0'],
  ])('is the same for "%s" and its like', (first, ...others) => {
    for (const other of others) expect(parse(other)?.transformation, other).toEqual(parse(first)?.transformation);
  });
});

describe('format', () => {
  const wishes = fc.oneof(
    given.map((values) => ({ stages: [values], shared: {} as Given })),
    fc.record({ stages: staged, shared: whole }),
  );

  it('writes what parse reads as what was given, and always the same way', () => {
    fc.assert(
      fc.property(paths, wishes, (path, { stages, shared }) => {
        const [first = {}, ...others] = stages;
        const parameters: readonly UrlParameters[] = [{ ...first, ...shared }, ...others];
        // By hand: a bar in a value is encoded twice.
        const byHand = parameters
          .map((stage) =>
            pairs(stage as Given)
              .join('&')
              .replaceAll('%7C', '%257C'),
          )
          .join('|');
        fc.pre(readable(byHand));
        const url = dialect.format(encodePath(path), parameters.length === 1 ? { ...first, ...shared } : parameters);
        expect(parseUrl(url)).toEqual({ ...parse(byHand), path });
        const [encoded = '', query = ''] = url.split('?');
        const again = query.split('%7C').map((stage) => Object.fromEntries(new URLSearchParams(stage)));
        expect(dialect.format(encoded, again)).toBe(url);
      }),
      { numRuns: 300 },
    );
  });
});

describe('parse', () => {
  const names = Object.keys(nativeParameters);
  const pieces = fc.oneof(
    fc.constantFrom(...names),
    fc.constantFrom('=', '&', '|', '%7C', '%', '+', ',', ':', '/', '.', '-', '0', '1', '4', '00', '0.5', '65535'),
    fc.constantFrom(
      'true',
      'contain',
      'red',
      'max',
      'auto',
      '/x',
      'é',
      '\u2028',
      '\u202e',
      '\n',
      '\0',
      '\ud800',
      '%e2%80%ae',
    ),
  );
  const queries = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 30 }).map((each) => each.join('')),
    fc
      .array(fc.tuple(fc.constantFrom(...names), fc.string({ unit: 'binary', maxLength: 60 })), { maxLength: 4 })
      .map((each) => each.map(([name, value]) => `${name}=${value}`).join('&')),
    fc
      .tuple(fc.constantFrom(...names), fc.string({ unit: 'grapheme', maxLength: 60 }))
      .map(([name, value]) => `overlay=/x&${name}=${encodeURIComponent(value)}`),
  );
  const signed = native({ signing: { keys: 'a key of 16 bytes' }, widths: [4], presets: { red: { w: 4 } } });

  it('throws a TintypeError of one line, or nothing', () => {
    fc.assert(
      fc.property(queries, (query) => {
        for (const each of [dialect, signed]) {
          const error = failure(() => each.parse({ path: '/cat.jpg', query }, { width: 700, dpr: 2, saveData: true }));
          if (error === undefined) continue;
          expect(error.status).toBeGreaterThanOrEqual(400);
          expect(error.status).toBeLessThan(500);
          expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u);
          expect(error.message.length).toBeLessThan(400);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('reads what it has read, written by write', () => {
    fc.assert(
      fc.property(queries, (query) => {
        if (failure(() => parse(query)) !== undefined) return;
        const request = parse(query);
        if (request === undefined) return;
        const { query: _, hints: __, ...rest } = request;
        const { query: ___, hints: ____, ...again } = parseUrl(dialect.write(request)) ?? {};
        expect(again).toEqual(rest);
      }),
      { numRuns: 1000 },
    );
  });

  it('and verify throw a TintypeError for what is not signed', () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(failure(() => signed.verify?.({ path: '/cat.jpg', query }))?.status).toBeGreaterThanOrEqual(400);
      }),
      { numRuns: 300 },
    );
  });
});
