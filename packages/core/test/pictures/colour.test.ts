import { describe, expect, it } from 'vitest';
import { chart, chartAt, chartSize, drawn, glassAt } from './charts.ts';
import { bounds, expectColour, lab, rgbOf } from './judge.ts';
import { type Pixels, pixels, type Rgb } from './make.ts';
import { source, sourceNames, sourceOf } from './sources.ts';

const { width, height } = chartSize;

/** A colour by what a formula makes of each channel, 0–1, or of all three. */
const each =
  (formula: (value: number) => number) =>
  (colour: Rgb): Rgb =>
    colour.map((value) => cut(255 * formula(value / 255))) as unknown as Rgb;
const cut = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

type Matrix = readonly (readonly [number, number, number])[];
const mixed =
  (matrix: Matrix) =>
  ([r, g, b]: Rgb): Rgb =>
    matrix.map(([x, y, z]) => cut(x * r + y * g + z * b)) as unknown as Rgb;

/** CIE LCh, changed. */
const inLch =
  (change: (l: number, c: number, h: number) => readonly [number, number, number]) =>
  (colour: Rgb): Rgb => {
    const [l, a, b] = lab(colour);
    const [lightness, chroma, hue] = change(l, Math.hypot(a, b), Math.atan2(b, a));
    return rgbOf([lightness, chroma * Math.cos(hue), chroma * Math.sin(hue)]);
  };

const contrast = (factor: number) => each((value) => (value - 0.5) * factor + 0.5);
const gamma = (exponent: number) => each((value) => value ** (1 / exponent));
const negate = each((value) => 1 - value);
const grey: Matrix = [
  [0.2126, 0.7152, 0.0722],
  [0.2126, 0.7152, 0.0722],
  [0.2126, 0.7152, 0.0722],
];
/** Filter Effects 1 §8.2. */
const sepia = (part: number): Matrix => {
  const left = 1 - part;
  return [
    [0.393 + 0.607 * left, 0.769 - 0.769 * left, 0.189 - 0.189 * left],
    [0.349 - 0.349 * left, 0.686 + 0.314 * left, 0.168 - 0.168 * left],
    [0.272 - 0.272 * left, 0.534 - 0.534 * left, 0.131 + 0.869 * left],
  ];
};
/** The lightness of the picture, the colour of the tint; as much of it as the lightness is near to the middle. */
const tint = (colour: Rgb) => (below: Rgb) => {
  const [l] = lab(below);
  const [, a, b] = lab(colour);
  const weight = 1 - 4 * (l / 100 - 0.5) ** 2;
  return rgbOf([l, a * weight, b * weight]);
};

/** What each parameter makes of a colour, by its definition. */
const effects: Readonly<Record<string, (colour: Rgb) => Rgb>> = {
  'brightness=1.3': inLch((l, c, h) => [l * 1.3, c, h]),
  'brightness=5': inLch((l, c, h) => [l * 5, c, h]),
  'brightness=0': inLch((_, c, h) => [0, c, h]),
  'brightness=0.5': inLch((l, c, h) => [l * 0.5, c, h]),
  'saturation=0': inLch((l, _, h) => [l, 0, h]),
  'saturation=0.5': inLch((l, c, h) => [l, c * 0.5, h]),
  'hue=90': inLch((l, c, h) => [l, c * 1, h + Math.PI / 2]),
  'contrast=1.4': contrast(1.4),
  'contrast=0.5': contrast(0.5),
  'contrast=0': () => [128, 128, 128],
  'gamma=2.2': gamma(2.2),
  'gamma=0.5': gamma(0.5),
  'gamma=3': gamma(3),
  'gamma=0.34': gamma(0.34),
  'negate=true': negate,
  'grayscale=true': mixed(grey),
  'sepia=100': mixed(sepia(1)),
  'sepia=40': mixed(sepia(0.4)),
  'tint=ff8000': tint([255, 128, 0]),
  'tint=4060c0': tint([64, 96, 192]),
};

/** The same, one after the other: the order is the grammar's. */
const several: Readonly<Record<string, (colour: Rgb) => Rgb>> = {
  'negate=1&brightness=0.7': (colour) => inLch((l, c, h) => [l * 0.7, c, h])(negate(colour)),
  'negate=1&contrast=1.4': (colour) => contrast(1.4)(negate(colour)),
  'negate=1&gamma=2.2': (colour) => gamma(2.2)(negate(colour)),
  'negate=1&gamma=0.5': (colour) => gamma(0.5)(negate(colour)),
  'negate=1&sepia=60': (colour) => mixed(sepia(0.6))(negate(colour)),
  'negate=1&tint=ff8000': (colour) => tint([255, 128, 0])(negate(colour)),
  'brightness=0.7&contrast=1.4': (colour) => contrast(1.4)(inLch((l, c, h) => [l * 0.7, c, h])(colour)),
  'contrast=0.6&gamma=2.2': (colour) => gamma(2.2)(contrast(0.6)(colour)),
  'contrast=0.6&gamma=0.5': (colour) => gamma(0.5)(contrast(0.6)(colour)),
  'gamma=2.2&sepia=60': (colour) => mixed(sepia(0.6))(gamma(2.2)(colour)),
  'grayscale=1&sepia=60': (colour) => mixed(sepia(0.6))(mixed(grey)(colour)),
  'sepia=60&tint=4060c0': (colour) => tint([64, 96, 192])(mixed(sepia(0.6))(colour)),
  'saturation=0.5&brightness=0.7&hue=40': inLch((l, c, h) => [l * 0.7, c * 0.5, h + (40 * Math.PI) / 180]),
  'gamma=2.2|negate=1': (colour) => negate(gamma(2.2)(colour)),
  'sepia=60|negate=1': (colour) => negate(mixed(sepia(0.6))(colour)),
  'brightness=0.7|negate=1|brightness=0.7': (colour) => {
    const darker = inLch((l, c, h) => [l * 0.7, c, h]);
    return darker(negate(darker(colour)));
  },
};

const places = [
  [20, 10],
  [60, 10],
  [20, 54],
  [60, 54],
  [36, 32],
  [52, 32],
  [70, 32],
] as const;

/** What else an effect is asked with. */
const company = ['', '&w=48', '&w=48&sharpen=0.5', '&flip=h|flip=h', '&bg=00000000'] as const;

describe.each(Object.entries({ ...effects, ...several }))('%s', (text, effect) => {
  it('makes of the chart what its definition says', async () => {
    const made = await pixels(await source('a PNG'), text);
    for (const [x, y] of places) {
      expectColour(made.at(x, y), effect(chartAt(x, y, width, height)), bounds.lossless, text);
    }
  });

  it.each(company)('keeps alpha, and does the same to what is half there, with %s', async (more) => {
    const original = await source('a PNG with alpha');
    const made = await pixels(original, `${text}${more}`);
    const scale = made.width / width;
    for (const [left, top] of places) {
      const [x, y] = [Math.floor(left * scale), Math.floor(top * scale)];
      const wanted = [...effect(chartAt(left, top, width, height)), glassAt(left, width)] as const;
      // What is made smaller mixes the greys of the ramp; half of a colour has half of its values.
      expectColour(made.at(x, y), wanted, more.includes('w=') ? 4 : bounds.lossless, `${text}${more} at ${x},${y}`);
    }
  });
});

describe.each(sourceNames)('%s', (name) => {
  // Against what is made of it without: what it loses on its way is told by sources.test.ts.
  it('is changed in colour like any other', async () => {
    const original = await source(name);
    const before = await pixels(original, 'format=png');
    for (const [text, effect] of Object.entries(effects)) {
      const after = await pixels(original, `format=png&${text}`);
      for (const [x, y] of places) {
        const [r, g, b, alpha] = before.at(x, y);
        expectColour(after.at(x, y), [...effect([r, g, b]), alpha], bounds.lossless, `${text} at ${x},${y}`);
      }
    }
  });
});

describe('contrast=auto', () => {
  const dull = (alpha?: (x: number) => number) =>
    drawn(100, 20, (x) => {
      const grey = 80 + x;
      return alpha === undefined ? [grey, grey, grey] : [grey, grey, grey, alpha(x)];
    })
      .png()
      .toBuffer();
  const range = ({ at }: Pixels, first: number, last: number): readonly [number, number] => [
    at(first, 10)[0],
    at(last, 10)[0],
  ];

  it('stretches what is dull to the full range', async () => {
    const [dark, light] = range(await pixels(await dull(), 'contrast=auto'), 0, 99);
    expect(dark).toBeLessThanOrEqual(3);
    expect(light).toBeGreaterThanOrEqual(252);
  });

  it('keeps hues', async () => {
    const made = await pixels(await chart().png().toBuffer(), 'contrast=auto');
    const [, a, b] = lab(made.at(20, 10));
    const [, before, beside] = lab(chartAt(20, 10, width, height));
    expect(Math.abs(Math.atan2(b, a) - Math.atan2(beside, before))).toBeLessThan(0.1);
  });

  it('keeps alpha', async () => {
    const made = await pixels(await source('a PNG with alpha'), 'contrast=auto');
    for (const [x, y] of places) expect(made.at(x, y)[3]).toBe(glassAt(x, width));
  });

  it('does not look at what is not there', async () => {
    // Black and white that nobody sees, at both ends.
    const original = await drawn(200, 20, (x) => {
      if (x < 50) return [0, 0, 0, 0];
      if (x >= 150) return [255, 255, 255, 0];
      return [30 + x, 30 + x, 30 + x, 255];
    })
      .png()
      .toBuffer();
    const [dark, light] = range(await pixels(original, 'contrast=auto'), 50, 149);
    expect(dark).toBeLessThanOrEqual(5);
    expect(light).toBeGreaterThanOrEqual(250);
  });

  it('leaves one colour as it is', async () => {
    const original = await drawn(20, 20, () => [120, 90, 60])
      .png()
      .toBuffer();
    expectColour((await pixels(original, 'contrast=auto')).at(5, 5), [120, 90, 60]);
  });
});

describe('exposure', () => {
  it.each([-2, -1, 0.5, 1])('of %d stops changes the light so much', async (stops) => {
    const grey = await drawn(20, 20, () => [110, 100, 90])
      .png()
      .toBuffer();
    const light = (value: number): number => ((value / 255 + 0.055) / 1.055) ** 2.4;
    const made = (await pixels(grey, `exposure=${stops}`)).at(5, 5);
    for (const [channel, value] of [110, 100, 90].entries()) {
      const ratio = Math.log2(light(made[channel] ?? 0) / light(value));
      expect(Math.abs(ratio - stops)).toBeLessThan(0.25 * Math.abs(stops));
    }
  });

  it('comes before contrast, and leaves alpha', async () => {
    const original = await source('a PNG with alpha');
    const [one, other] = [
      await pixels(original, 'exposure=-1&contrast=1.5'),
      await pixels(original, 'exposure=-1|contrast=1.5'),
    ];
    for (const [x, y] of places) {
      expectColour(one.at(x, y), other.at(x, y));
      expect(one.at(x, y)[3]).toBe(glassAt(x, width));
    }
  });
});

describe('what changes nothing', () => {
  it.each([
    'brightness=1&saturation=1&hue=0&contrast=1&gamma=1',
    'negate=0&grayscale=false&sepia=0',
    'hue=360',
    'negate=1|negate=1',
    'opacity=100',
    'sharpen=false&trim=false',
  ])('%s', async (text) => {
    const original = await source('a PNG with alpha');
    const [before, after] = await Promise.all([pixels(original, ''), pixels(original, text)]);
    expect(Buffer.from(after.data).equals(before.data)).toBe(true);
  });

  it('of a grey source has alpha where it had', () => {
    expect(sourceNames.filter((name) => sourceOf(name).isGrey)).toHaveLength(4);
  });
});
