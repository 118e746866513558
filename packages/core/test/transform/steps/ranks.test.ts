import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../../src/transform/limits.ts';
import { passesOf } from '../../../src/transform/passes.ts';
import type { Stage } from '../../../src/transform/stage.ts';
import { planStage } from '../../../src/transform/stage-plan.ts';
import { ranks } from '../../../src/transform/steps/step.ts';

type Rank = keyof typeof ranks;
type Operation = (picture: Sharp) => Sharp;

interface Pixels {
  readonly data: Buffer;
  readonly info: { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 };
}

const width = 16;
const height = 12;

/** Colours that change across the picture, and from pixel to pixel. */
function drawn(alphaAt: (x: number, y: number) => number): Pixels {
  const values = Array.from({ length: width * height }, (_, index) => {
    const x = index % width;
    const y = Math.floor(index / width);
    const grain = (index * 89) % 61;
    return [x * 12 + grain, y * 16 + grain, 225 - x * 12 + (grain >> 1), alphaAt(x, y)];
  });
  return { data: Buffer.from(values.flat()), info: { width, height, channels: 4 } };
}

const opaque = drawn(() => 255);
const glass = drawn((x, y) => 100 + x * 6 + y * 5);

async function inOnePass({ data, info }: Pixels, operations: readonly Operation[]): Promise<Pixels> {
  const picture = sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  return operations
    .reduce((made, operation) => operation(made), picture)
    .raw()
    .toBuffer({ resolveWithObject: true });
}

async function oneByOne(pixels: Pixels, operations: readonly Operation[]): Promise<Pixels> {
  let made = pixels;
  for (const operation of operations) made = await inOnePass(made, [operation]);
  return made;
}

const shapeOf = ({ info }: Pixels) => `${info.width} × ${info.height} × ${info.channels}`;

/** How far any value of one is from that of the other; as far as can be where their shapes differ. */
function distance(one: Pixels, other: Pixels): number {
  if (shapeOf(one) !== shapeOf(other)) return 255;
  return one.data.reduce((most, value, index) => Math.max(most, Math.abs(value - (other.data[index] ?? 0))), 0);
}

const rounding = 1;
/** What order makes of it is more than that. */
const difference = 4;

const spot = { input: Buffer.alloc(6 * 5 * 4, 'c8285aa0', 'hex'), raw: { width: 6, height: 5, channels: 4 } } as const;
const operations: Readonly<Record<Rank, Operation>> = {
  crop: (picture) => picture.extract({ left: 1, top: 2, width: 7, height: 6 }),
  flatten: (picture) => picture.flatten({ background: '#2080c0' }),
  darken: (picture) => picture.gamma(3, 1),
  resize: (picture) => picture.resize({ width: 8, height: 9, fit: 'fill' }),
  turn: (picture) => picture.flip(),
  extend: (picture) => picture.extend({ top: 3, left: 2, right: 1, background: { r: 10, g: 200, b: 60, alpha: 0.5 } }),
  blur: (picture) => picture.blur({ sigma: 1.5, precision: 'float' }),
  recomb: (picture) =>
    picture.recomb([
      [0.393, 0.769, 0.189],
      [0.349, 0.686, 0.168],
      [0.272, 0.534, 0.131],
    ]),
  modulate: (picture) => picture.modulate({ brightness: 1.3, saturation: 1.5, hue: 40 }),
  sharpen: (picture) => picture.sharpen({ sigma: 2 }),
  compose: (picture) => picture.composite([{ ...spot, left: 1, top: 1 }]),
  brighten: (picture) => picture.gamma(1, 2),
  linear: (picture) => picture.linear(1.5, -60),
  tint: (picture) => picture.tint('#c08030'),
  negate: (picture) => picture.negate({ alpha: false }),
};

const order = (Object.keys(ranks) as Rank[]).sort((one, other) => ranks[one] - ranks[other]);
const pairs = order.flatMap((earlier, index) => order.slice(index + 1).map((later) => [earlier, later] as const));

const ofPixels = ['recomb', 'modulate', 'brighten', 'linear', 'tint', 'negate'] as const;
/** What gives the same in either order. */
const indifferent: Readonly<Partial<Record<Rank, readonly Rank[]>>> = {
  crop: ['flatten', 'darken', ...ofPixels],
  flatten: ['resize', 'turn', 'blur'],
  darken: ['turn'],
  resize: ['turn', 'negate'],
  turn: ['blur', 'sharpen', ...ofPixels],
  blur: ['negate'],
};
/** What goes wrong in one pass, whatever the order. */
const apart: Readonly<Partial<Record<Rank, readonly Rank[]>>> = {
  // One operation, of which the later call replaces the earlier.
  darken: ['brighten'],
  // Its result is of floating point, which these two read otherwise than bytes.
  recomb: ['brighten', 'negate'],
};
/** What sharp does in the order of the calls. */
const asCalled: Readonly<Partial<Record<Rank, readonly Rank[]>>> = { crop: ['resize'] };
const isIn = (table: typeof apart, [earlier, later]: readonly [Rank, Rank]) => table[earlier]?.includes(later) ?? false;

describe('one pass of sharp', () => {
  it.each(pairs.filter((pair) => !isIn(apart, pair) && !isIn(asCalled, pair)))(
    'does %s before %s, called the wrong way round',
    async (earlier, later) => {
      const right = [operations[earlier], operations[later]];
      const wrong = right.toReversed();
      const picture = earlier === 'flatten' ? glass : opaque;
      const expected = await oneByOne(picture, right);
      expect(distance(await inOnePass(picture, wrong), expected)).toBeLessThanOrEqual(rounding);
      const isDifferent = distance(await oneByOne(picture, wrong), expected) >= difference;
      expect(isDifferent).toBe(!isIn(indifferent, [earlier, later]));
    },
  );

  it.each(pairs.filter((pair) => isIn(asCalled, pair)))('does %s and %s as they are called', async (...pair) => {
    const right = pair.map((rank) => operations[rank]);
    const wrong = right.toReversed();
    const [one, other] = [await oneByOne(opaque, right), await oneByOne(opaque, wrong)];
    expect(distance(await inOnePass(opaque, right), one)).toBeLessThanOrEqual(rounding);
    expect(distance(await inOnePass(opaque, wrong), other)).toBeLessThanOrEqual(rounding);
    expect(distance(one, other)).toBeGreaterThanOrEqual(difference);
  });

  it.each(pairs.filter((pair) => isIn(apart, pair)))('does not do %s and %s', async (...pair) => {
    const right = pair.map((rank) => operations[rank]);
    const expected = await oneByOne(opaque, right);
    for (const called of [right, right.toReversed()]) {
      expect(distance(await inOnePass(opaque, called), expected)).toBeGreaterThanOrEqual(difference);
    }
  });
});

const red = { r: 255, g: 0, b: 0, alpha: 255 };
const parts: readonly Stage[] = [
  { crop: { width: 11, height: 9 } },
  { resize: { width: 8, height: 10, fit: 'contain' } },
  { background: red },
  { flip: 'h' },
  { rotate: { degrees: 20 } },
  { adjust: { negate: true } },
  { adjust: { brightness: 1.3, saturation: 2, hue: 40 } },
  { adjust: { contrast: 1.5 } },
  { adjust: { gamma: 0.5 } },
  { adjust: { gamma: 2 } },
  { adjust: { grayscale: true } },
  { adjust: { sepia: 80 } },
  { adjust: { tint: red } },
  { blur: 1.5 },
  { sharpen: 2 },
  { pad: [3, 1, 0, 2] },
  { border: { width: 2, colour: red } },
  { border: { width: 2, colour: { ...red, alpha: 128 } } },
  { radius: 'max' },
  { opacity: 40 },
];
const both = parts.flatMap((one, index) =>
  parts.slice(index + 1).map((other): Stage => {
    const adjust = one.adjust && other.adjust && { adjust: { ...one.adjust, ...other.adjust } };
    return { ...one, ...other, ...adjust };
  }),
);

describe('a pass of the pipeline', () => {
  const passes = both.flatMap((stage) => {
    const plan = planStage(stage, { width, height, alpha: true }, defaultLimits, { sizes: [], first: 0 });
    return passesOf([plan], false)
      .filter(({ length }) => length > 1)
      .map((pass) => ({ stage, pass }));
  });

  it('gives what its works give one by one, for each two that go together', async () => {
    expect(passes.length).toBeGreaterThan(60);
    for (const { stage, pass } of passes) {
      const works = pass.map((work) => (picture: Sharp) => work.apply(picture, { layers: [], frames: 1 }));
      const picture = stage.background === undefined ? opaque : glass;
      const far = distance(await inOnePass(picture, works), await oneByOne(picture, works));
      expect(far, JSON.stringify(stage)).toBeLessThanOrEqual(rounding);
    }
  });
});
