import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageFormat } from '../../src/transform/image.ts';
import { defaultLimits } from '../../src/transform/limits.ts';
import { planRender } from '../../src/transform/plan.ts';
import { probe } from '../../src/transform/probe/probe.ts';
import { render } from '../../src/transform/render.ts';
import { fits, flips, positions, type Resize, type Stage } from '../../src/transform/stage.ts';
import type { Output } from '../../src/transform/transformation.ts';
import { picture } from './probe/pictures.ts';

const formats: readonly ImageFormat[] = ['jpeg', 'png', 'webp', 'avif', 'gif'];

/** What comes out of an original, and its plan. */
async function make(original: Uint8Array, output: Output, ...stages: readonly Stage[]) {
  const image = probe(original);
  const plan = planRender({ stages, output }, image, { accept: 'other', limits: defaultLimits });
  return { plan, bytes: await render(original, image, plan, defaultLimits) };
}

/** Decoded pixels of a PNG that was made, as a function from a place to its channels. */
async function pixels(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): readonly number[] =>
    [...data.subarray((y * info.width + x) * info.channels)].slice(0, info.channels);
  return { at, data, info };
}

/** Random pixels, the same each time. */
function noise(width: number, height: number, channels: 3 | 4) {
  let state = 7;
  const raw = new Uint8Array(width * height * channels).map(() => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 256;
  });
  return sharp(raw, { raw: { width, height, channels } });
}

/** An animation of one colour after the other. */
function flicker(width: number, height: number, frames: number) {
  const raw = new Uint8Array(width * height * frames * 3).map(
    (_, index) => 40 * Math.floor(index / (width * height * 3)),
  );
  return sharp(raw, { raw: { width, height: height * frames, channels: 3, pageHeight: height } });
}

describe('the size of a derivative', () => {
  it('is that of its plan, to the pixel', async () => {
    const side = fc.integer({ min: 1, max: 130 });
    const resize = fc.record({ width: side, height: side, fit: fc.constantFrom(...fits) }, { requiredKeys: ['fit'] });
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(side, side),
        resize,
        fc.constantFrom(...formats),
        fc.constantFrom(1, 6),
        async ([width, height], asked, format, orientation) => {
          const original = await picture(width, height).withMetadata({ orientation }).jpeg().toBuffer();
          const { plan, bytes } = await make(original, { format }, { resize: asked });
          const metadata = await sharp(bytes).metadata();
          expect([metadata.width, metadata.height]).toEqual([plan.width, plan.height]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is that of its plan whatever its stages do, animated or not', async () => {
    const side = fc.integer({ min: 1, max: 60 });
    const length = fc.oneof(
      side,
      side.map((percent) => ({ percent })),
    );
    const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(of, { nil: undefined });
    const colour = fc.constantFrom({ r: 9, g: 99, b: 199, alpha: 255 }, { r: 9, g: 99, b: 199, alpha: 99 });
    const edge = fc.integer({ min: 0, max: 9 });
    const part = fc.constantFrom(0, 0.3, 0.5, 1);
    // Inside of any picture.
    const begin = fc.constantFrom(0, { percent: 30 });
    const stage: fc.Arbitrary<Stage> = fc.record({
      crop: some(
        fc.oneof(
          fc.record({ width: length, height: length }),
          fc.record({ x: begin, y: begin, width: length, height: length }),
        ),
      ),
      resize: some(
        fc.record({
          width: some(length),
          height: some(length),
          ratio: some(fc.constant({ width: 3, height: 2 })),
          fit: fc.constantFrom(...fits),
          position: some(fc.constantFrom(...positions)),
          focus: some(fc.record({ x: part, y: part, zoom: fc.constantFrom(undefined, 1, 2.5) })),
          enlarge: fc.boolean(),
        }),
      ),
      flip: some(fc.constantFrom(...flips)),
      rotate: some(
        fc.record({
          degrees: fc.constantFrom(90, 180, 270, 10, 45, 200.5),
          frame: fc.constantFrom<'cover' | 'grow'>('cover', 'grow'),
        }),
      ),
      adjust: some(fc.constantFrom({ negate: true }, { contrast: 'auto' as const, gamma: 2 }, { sepia: 50, hue: 90 })),
      blur: some(fc.constant(2)),
      sharpen: some(fc.constantFrom<number | 'mild'>('mild', 2)),
      pad: some(fc.tuple(edge, edge, edge, edge)),
      border: some(fc.record({ width: fc.integer({ min: 1, max: 5 }), colour })),
      radius: some(fc.oneof(fc.constant('max' as const), fc.tuple(edge, edge, edge, edge))),
      opacity: some(fc.constant(50)),
      background: some(colour),
    });
    const originals = {
      still: await picture(40, 24).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      transparent: await picture(40, 24, 4).png().toBuffer(),
      animated: await flicker(40, 24, 3).webp({ lossless: true }).toBuffer(),
    };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('still', 'transparent', 'animated'),
        fc.array(stage, { minLength: 1, maxLength: 2 }),
        fc.constantFrom(...formats),
        async (kind, stages, format) => {
          const { plan, bytes } = await make(originals[kind], { format }, ...stages);
          const {
            width,
            height,
            pages = 1,
            pageHeight = height,
            hasAlpha,
          } = await sharp(bytes, {
            animated: true,
          }).metadata();
          expect([width, pageHeight]).toEqual([plan.width, plan.height]);
          // WebP merges frames that came to be alike.
          if (!plan.animated || format === 'gif') expect(pages).toBe(plan.animated ? 3 : 1);
          // WebP has transparent pixels where a frame is as the one before.
          if (!plan.alpha && !plan.animated && format !== 'gif') expect(hasAlpha).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
  });

  const extremes: readonly (readonly [number, number, Resize])[] = [
    [1, 1, {}],
    [1, 1, { width: 50, height: 50 }],
    [1, 1, { width: 5, height: 5, fit: 'contain' }],
    [3000, 1, {}],
    [3000, 1, { width: 7 }],
    [3000, 1, { width: 7, height: 7 }],
    [3000, 1, { width: 7, height: 7, fit: 'contain' }],
    [3000, 1, { width: 7, height: 7, fit: 'outside' }],
    [1, 3000, {}],
    [1, 3000, { height: 7 }],
    [1, 3000, { width: 7, height: 7, fit: 'fill' }],
    [1, 3000, { width: 7, height: 7, fit: 'contain', position: 'left bottom' }],
    [5000, 3, {}],
  ];

  it.each(extremes)('is right for %i × %i and %o', async (width, height, resize) => {
    const original = await picture(width, height, 4).png().toBuffer();
    for (const format of formats) {
      const { plan, bytes } = await make(original, { format }, { resize });
      const metadata = await sharp(bytes).metadata();
      expect([metadata.width, metadata.height], format).toEqual([plan.width, plan.height]);
    }
  });
});

describe('cover', () => {
  const colours = [
    [220, 20, 20],
    [20, 200, 20],
    [20, 20, 220],
  ] as const;

  /** Three coloured thirds, side by side or one above the other. */
  const thirds = (isWide: boolean): Promise<Buffer> => {
    const [width, height] = isWide ? [90, 30] : [30, 90];
    const raw = new Uint8Array(width * height * 3);
    for (let index = 0; index < width * height; index += 1) {
      const along = isWide ? index % width : Math.floor(index / width);
      raw.set(colours[Math.floor(along / 30)] ?? colours[0], index * 3);
    }
    return sharp(raw, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
  };

  const places = positions.filter((position) => position !== 'entropy' && position !== 'attention');

  it.each(places)('keeps of a picture what is at its %s', async (position) => {
    const third = (first: string, last: string) =>
      colours[position.includes(first) ? 0 : position.includes(last) ? 2 : 1];
    for (const [original, wanted] of [
      [await thirds(true), third('left', 'right')],
      [await thirds(false), third('top', 'bottom')],
    ] as const) {
      const { bytes } = await make(original, {}, { resize: { width: 30, height: 30, position } });
      const { at, info } = await pixels(bytes);
      expect([info.width, info.height]).toEqual([30, 30]);
      for (const [x, y] of [
        [0, 0],
        [29, 0],
        [15, 15],
        [0, 29],
        [29, 29],
      ] as const)
        expect(at(x, y)).toEqual(wanted);
    }
  });

  it.each(
    (['entropy', 'attention'] as const).flatMap((position) =>
      (['left', 'right'] as const).map((busy) => [position, busy] as const),
    ),
  )('finds by %s the busy end on the %s', async (position, busy) => {
    const loud = await noise(40, 40, 3).png().toBuffer();
    const original = await sharp({ create: { width: 160, height: 40, channels: 3, background: '#888888' } })
      .composite([{ input: loud, left: busy === 'left' ? 0 : 120, top: 0 }])
      .png()
      .toBuffer();
    const { bytes } = await make(original, {}, { resize: { width: 40, height: 40, position } });
    const { channels } = await sharp(bytes).stats();
    expect(Math.min(...channels.slice(0, 3).map(({ stdev }) => stdev))).toBeGreaterThan(50);
  });

  it('shrinks its box where the picture is too small for it', async () => {
    const { bytes } = await make(await thirds(true), {}, { resize: { width: 600, height: 600, position: 'right' } });
    const { at, info } = await pixels(bytes);
    expect([info.width, info.height]).toEqual([30, 30]);
    expect(at(0, 0)).toEqual(colours[2]);
  });
});

describe('contain', () => {
  const blue = [20, 20, 220];
  let original: Buffer;

  beforeAll(async () => {
    original = await sharp({ create: { width: 40, height: 24, channels: 3, background: { r: 20, g: 20, b: 220 } } })
      .png()
      .toBuffer();
  });

  const places = positions.filter((position) => position !== 'entropy' && position !== 'attention');

  it.each(places)('puts the picture at the %s of its canvas, not enlarged', async (position) => {
    const resize: Resize = { width: 100, height: 100, fit: 'contain', position };
    const { at, info, data } = await pixels((await make(original, {}, { resize })).bytes);
    const left = position.includes('left') ? 0 : position.includes('right') ? 60 : 30;
    const top = position.includes('top') ? 0 : position.includes('bottom') ? 76 : 38;
    expect([info.width, info.height, info.channels]).toEqual([100, 100, 4]);
    expect(at(left, top)).toEqual([...blue, 255]);
    expect(at(left + 39, top + 23)).toEqual([...blue, 255]);
    const opaque = data.filter((value, index) => index % 4 === 3 && value === 255);
    const transparent = data.filter((value, index) => index % 4 === 3 && value === 0);
    expect([opaque.length, transparent.length]).toEqual([40 * 24, 10_000 - 40 * 24]);
  });

  it('makes a larger picture smaller', async () => {
    const { at } = await pixels(
      (await make(original, {}, { resize: { width: 20, height: 20, fit: 'contain' } })).bytes,
    );
    expect([at(0, 3)[3], at(0, 4)[3], at(19, 15)[3], at(19, 16)[3]]).toEqual([0, 255, 255, 0]);
  });

  it.each<readonly [ImageFormat, readonly number[]]>([
    ['png', [0]],
    ['webp', [0]],
    ['avif', [0, 1, 2]],
    ['gif', [0]],
  ])('has a transparent canvas in %s', async (format, alphas) => {
    const { bytes } = await make(original, { format }, { resize: { width: 100, height: 100, fit: 'contain' } });
    const { at } = await pixels(bytes);
    for (const [x, y] of [
      [0, 0],
      [99, 0],
      [50, 20],
      [10, 50],
      [99, 99],
    ] as const)
      expect(alphas).toContain(at(x, y)[3]);
  });

  it.each<readonly [string, () => Promise<Buffer>]>([
    ['an opaque picture', async () => original],
    ['a transparent picture', () => picture(40, 24, 4).png().toBuffer()],
  ])('has a white canvas around %s in JPEG', async (_, original) => {
    const resize: Resize = { width: 100, height: 100, fit: 'contain' };
    for (const stages of [
      [{ resize }],
      [{ resize }, { resize: { width: 50 } }],
      [{ resize: { width: 20 } }, { resize }],
    ]) {
      const { at, info } = await pixels((await make(await original(), { format: 'jpeg' }, ...stages)).bytes);
      expect(info.channels).toBe(3);
      for (const share of [0, 0.1, 0.9]) {
        expect(Math.min(...at(Math.floor(info.width * share), Math.floor(info.height * share)))).toBeGreaterThan(250);
      }
    }
  });
});

describe('two stages', () => {
  it('lose nothing in between: every pixel, alpha included, is that of one cut', async () => {
    const original = await noise(40, 24, 4).png().toBuffer();
    const { bytes, plan } = await make(
      original,
      { format: 'png' },
      { resize: { width: 12, height: 24, position: 'right' } },
      { resize: { width: 12, height: 10, position: 'bottom' } },
    );
    expect(plan.stages).toHaveLength(2);
    const cut = await sharp(original).extract({ left: 28, top: 14, width: 12, height: 10 }).raw().toBuffer();
    expect((await pixels(bytes)).data.equals(cut)).toBe(true);
  });

  it('encode once: the first with no quality of its own', async () => {
    const original = await noise(40, 24, 3).png().toBuffer();
    const [left, upper]: readonly Resize[] = [
      { width: 12, height: 24, position: 'left' },
      { width: 12, height: 10, position: 'top' },
    ];
    const cut = await sharp(original).extract({ left: 0, top: 0, width: 12, height: 10 }).png().toBuffer();
    const output = { format: 'jpeg', quality: 10 } as const;
    const [twice, once] = [await make(original, output, { resize: left }, { resize: upper }), await make(cut, output)];
    expect(Buffer.from(twice.bytes).equals(once.bytes)).toBe(true);
  });
});
