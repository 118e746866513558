import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { chart, chartSize, noise } from './charts.ts';
import { sizeOf } from './judge.ts';
import { make, pixels } from './make.ts';
import { resized, turned, type Wish } from './reference.ts';
import { stored } from './sources.ts';

const { width, height } = chartSize;
const size = [width, height] as const;
const original = await chart().png().toBuffer();

const query = ({ w, h, fit, ratio, enlarge, zoom }: Wish): string =>
  [
    ...(w === undefined ? [] : [`w=${w}`]),
    ...(h === undefined ? [] : [`h=${h}`]),
    ...(fit === undefined ? [] : [`fit=${fit}`]),
    ...(ratio === undefined ? [] : [`ratio=${ratio.join(':')}`]),
    ...(enlarge === undefined ? [] : [`enlarge=${enlarge}`]),
    ...(zoom === undefined ? [] : [`fp=0.3,0.6,${zoom}`]),
  ].join('&');

/** What is made measures what its plan says, and what the rules say. */
async function expectSize(bytes: Uint8Array, text: string, wanted: readonly [number, number]): Promise<void> {
  const made = await make(bytes, text);
  const metadata = await sharp(made.bytes).metadata();
  expect([metadata.width, metadata.height], text).toEqual(wanted);
  expect([made.plan.width, made.plan.height], `planned: ${text}`).toEqual(wanted);
}

const fits = ['cover', 'contain', 'fill', 'inside', 'outside'] as const;
const boxes = [
  [40, 40],
  [33, 17],
  [17, 61],
  [96, 64],
  [48, 32],
  [200, 30],
  [30, 200],
  [150, 100],
  [1, 1],
] as const;

describe('the size', () => {
  it.each([[{ w: 48 }], [{ w: 31 }], [{ w: 1 }], [{ w: 96 }], [{ w: 300 }], [{ h: 21 }], [{ h: 300 }]] as const)(
    'of one side, %j, keeps the proportions',
    async (wish) => {
      for (const enlarge of [false, true]) {
        const asked = { ...wish, enlarge };
        await expectSize(original, query(asked), resized(size, asked));
      }
    },
  );

  it.each(fits.flatMap((fit) => boxes.map((box) => [fit, ...box] as const)))('of %s in %i × %i', async (fit, w, h) => {
    for (const enlarge of [false, true]) {
      const asked = { w, h, fit, enlarge };
      await expectSize(original, query(asked), resized(size, asked));
    }
  });

  it.each(fits)('of a ratio with %s', async (fit) => {
    for (const ratio of [
      [1, 1],
      [16, 9],
      [3, 2],
      [2, 5],
      [9, 1],
    ] as const) {
      for (const side of [{}, { w: 30 }, { h: 30 }, { w: 30, h: 50 }, { w: 150 }]) {
        const asked = { ...side, ratio, fit };
        await expectSize(original, query(asked), resized(size, asked));
      }
    }
  });

  it.each([1, 1.5, 2, 10, 100])('of what is zoomed %d times', async (zoom) => {
    for (const side of [
      { w: 40, h: 40 },
      { w: 96, h: 64 },
      { w: 20, ratio: [1, 1] as const },
    ]) {
      const asked = { ...side, zoom };
      await expectSize(original, query(asked), resized(size, asked));
    }
  });

  it.each([
    ['w=0.5', [48, 32]],
    ['h=0.25', [24, 16]],
    ['w=0.3333', [32, 21]],
    ['w=0.5&h=0.5', [48, 32]],
    ['w=1.0', [96, 64]],
    ['w=0.5&h=10', [48, 10]],
    ['crop=0.5,0.5,0.25,0.25', [24, 16]],
    ['crop=10,20,30,40', [30, 40]],
    ['crop=80,50,30,40', [16, 14]],
    ['crop=30,40', [30, 40]],
    ['crop=0.5,500', [48, 64]],
    ['crop=0,0,40,40&w=20', [20, 20]],
    ['crop=0,0,40,40&w=0.5', [20, 20]],
    ['crop=0,0,40,40&w=80', [40, 40]],
    ['crop=0,0,40,40&w=80&enlarge=1', [80, 80]],
    ['crop=30,40,10,20,centre', [10, 20]],
    ['crop=0,0,40,40,centre', [20, 20]],
    ['crop=96,64,10,20,centre', [5, 10]],
    ['w=40&h=80&fit=none', [40, 80]],
    ['w=200&h=10&fit=none&enlarge=1', [200, 10]],
    ['w=0.5&h=1.0&fit=none', [48, 64]],
    ['w=96&h=64&fit=none', [96, 64]],
    ['w=192&h=128&fit=none&enlarge=1', [192, 128]],
    ['w=40&h=80&fit=none&pad=1|w=21', [21, 41]],
    ['crop=0,0,20,20&w=40&h=10&fit=none', [40, 10]],
    ['w=40&h=80&fit=none&rotate=90', [80, 40]],
    ['w=40&h=80&fit=contain&fill=red', [40, 80]],
    ['w=40&h=80&fit=contain&fill=red&rotate=90', [80, 40]],
    ['w=40&h=80&fit=contain&fill=blur&pad=2', [44, 84]],
    ['w=48&min-h=50', [48, 50]],
    ['w=48&min-h=20', [48, 32]],
    ['w=48&max-h=20', [48, 20]],
    ['max-w=40', [40, 64]],
    ['max-w=40&max-h=30', [40, 30]],
    ['w=90&h=60&min-w=20&max-w=50', [50, 60]],
    ['w=48&min-h=200', [15, 64]],
    ['w=48&min-h=200&enlarge=1', [48, 200]],
    ['w=48&min-h=50&max-h=40', [48, 50]],
    ['w=48&h=48&fit=inside&min-h=50', [48, 32]],
    ['mask=ellipse', [96, 64]],
    ['pixelate=7', [96, 64]],
    ['w=31&pixelate=8', [31, 21]],
    ['pad=3', [102, 70]],
    ['pad=1,2', [100, 66]],
    ['pad=1,2,3', [100, 68]],
    ['pad=1,2,3,4', [102, 68]],
    ['pad=0.25', [144, 96]],
    ['pad=0.0001', [96, 64]],
    ['border=5,red', [106, 74]],
    ['border=0.125,red', [112, 80]],
    ['pad=1,2,3,4&border=5,red', [112, 78]],
    ['w=48&pad=1&border=1,red', [52, 36]],
    ['radius=10', [96, 64]],
    ['flip=hv', [96, 64]],
    ['w=40&h=30|rotate=90', [30, 40]],
    ['w=40&h=30|rotate=90|w=20', [20, 27]],
    ['rotate=90&w=40&h=30', [30, 40]],
    ['pad=2|pad=0.5', [200, 136]],
    ['w=50|w=0.5', [25, 17]],
  ] as const)('of %s', async (text, wanted) => {
    await expectSize(original, text, wanted);
  });

  it.each([1, 15, 30, 45, 89.5, 90, 100, 135, 180, 225, 270, 299, 359.99, -15, -90, 360])(
    'of what is turned by %d degrees',
    async (degrees) => {
      await expectSize(original, `rotate=${degrees}`, turned(size, degrees));
      await expectSize(original, `rotate=${degrees},cover`, size);
      await expectSize(original, `w=37&h=23&rotate=${degrees}`, turned([37, 23], degrees));
    },
  );
});

describe('dpr', () => {
  it.each([
    ['w=20', [40, 27]],
    ['w=20&h=20', [40, 40]],
    ['w=0.5', [48, 32]],
    ['w=20&pad=3', [52, 39]],
    ['w=20&border=2,red', [48, 35]],
    ['crop=10,10,20,20', [20, 20]],
    ['w=60', [96, 64]],
    ['w=20|w=10', [20, 14]],
  ] as const)('of 2 makes %s', async (text, wanted) => {
    await expectSize(original, `${text}&dpr=2`, wanted);
  });

  it('may be below 1', async () => {
    await expectSize(original, 'w=40&dpr=0.5', [20, 13]);
  });

  it.each(['blur=3', 'radius=8', 'w=30&radius=8'])('counts for %s', async (text) => {
    const [twice, written] = await Promise.all([
      pixels(original, `${text}&dpr=2`),
      pixels(
        original,
        text.replace(/\d+/g, (value) => String(Number(value) * 2)),
      ),
    ]);
    expect(Buffer.from(twice.data).equals(written.data)).toBe(true);
  });
});

describe('what is stored turned', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is measured as it is seen: orientation %i', async (orientation) => {
    const bytes = await stored(orientation).jpeg().toBuffer();
    for (const text of [
      '',
      'w=48',
      'h=20',
      'w=30&h=50',
      'w=30&h=50&fit=contain',
      'w=0.5',
      'crop=0,0,0.5,20',
      'pad=1,2,3,4',
    ]) {
      await expectSize(bytes, text, sizeOf(await pixels(original, text)) as [number, number]);
      for (const keep of ['icc', 'all']) {
        await expectSize(bytes, `${text}&keep=${keep}`, sizeOf(await pixels(original, text)) as [number, number]);
      }
    }
    const asStored = orientation >= 5 ? ([height, width] as const) : size;
    await expectSize(bytes, 'orient=none', asStored);
    await expectSize(bytes, 'orient=none&w=32', resized(asStored, { w: 32 }));
  });
});

describe('every type', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'])('measures the same: %s', async (format) => {
    const bytes = await noise(61, 43).png().toBuffer();
    for (const text of ['', 'w=31', 'w=17&h=29', 'rotate=33', 'pad=1,0,0,0', 'w=1', 'w=30&h=1']) {
      const wanted = sizeOf(await pixels(bytes, text)) as [number, number];
      await expectSize(bytes, `${text}&format=${format}`, wanted);
    }
  });
});
