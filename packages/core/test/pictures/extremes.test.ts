import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawn, glassChart, plain } from './charts.ts';
import { bounds, expectColour, sizeOf } from './judge.ts';
import { decoded, make, pixels, type Rgb, type Rgba, refusal } from './make.ts';
import { resized, turned } from './reference.ts';

/** Every parameter of a stage, with and without company. */
const every = [
  '',
  'w=1',
  'w=50&h=50',
  'w=50&enlarge=1',
  'w=7&h=9&fit=contain',
  'w=7&h=9&fit=fill',
  'w=7&h=9&fit=inside',
  'w=7&h=9&fit=outside',
  'w=0.5',
  'ratio=16:9',
  'w=5&h=5&position=entropy',
  'w=5&h=5&position=attention',
  'w=5&h=5&fp=0.2,0.9,3',
  'crop=1,1',
  'crop=0,0,50,50',
  'crop=0.5,0.5',
  'trim=true',
  'trim=10,fff',
  'flip=hv',
  'rotate=90',
  'rotate=33',
  'rotate=33,cover',
  'brightness=2',
  'saturation=2',
  'hue=77',
  'contrast=2',
  'contrast=auto',
  'gamma=2.2',
  'gamma=0.5',
  'negate=1',
  'grayscale=1',
  'sepia=50',
  'tint=ff8000',
  'blur=0.3',
  'blur=100',
  'sharpen=true',
  'sharpen=0.1',
  'sharpen=10',
  'pad=2',
  'pad=0.5',
  'border=1,ff0000',
  'border=1.0,ff000080',
  'radius=5',
  'radius=max',
  'opacity=50',
  'opacity=0',
  'bg=ff0000',
  'w=1&trim=true&rotate=45&negate=1&blur=3&sharpen=true&pad=1&border=1,00f&radius=max&opacity=50&bg=fff8',
  'rotate=45|rotate=45|trim=true|w=3',
] as const;

const small: readonly (readonly [number, number])[] = [
  [1, 1],
  [2, 2],
  [3, 1],
  [1, 40],
];

describe.each(small)('a picture of %i × %i', (width, height) => {
  const colours: readonly (readonly [string, Rgb | Rgba])[] = [
    ['opaque', [200, 50, 50]],
    ['half there', [200, 50, 50, 128]],
    ['not there', [0, 0, 0, 0]],
  ];

  it.each(every)('takes %s', async (text) => {
    for (const [kind, colour] of colours) {
      const original = await plain(colour, width, height).png().toBuffer();
      for (const format of ['png', 'jpeg', 'webp', 'gif']) {
        const { bytes, plan } = await make(original, `${text}&format=${format}`);
        const made = await decoded(bytes);
        if (!text.includes('trim')) expect(sizeOf(made), `${kind} ${format}`).toEqual([plan.width, plan.height]);
      }
    }
  });

  it.each(['jpeg', 'webp', 'avif', 'gif'] as const)('may be a %s', async (from) => {
    const original = await plain([200, 50, 50], width, height).toFormat(from, { quality: 95 }).toBuffer();
    for (const text of ['', 'w=1', 'pad=1', 'rotate=33', 'blur=1', 'trim=true']) {
      const made = await pixels(original, `${text}&format=png`);
      const middle = made.at(made.width >> 1, made.height >> 1);
      if (middle[3] === 255) expectColour(middle, [200, 50, 50], bounds.lossy, text);
    }
  });
});

describe('a picture much longer than high', () => {
  const long = [
    [4000, 2],
    [2, 4000],
    [4000, 1],
    [9000, 3],
  ] as const;

  it.each(long)('%i × %i is made smaller, never to nothing', async (width, height) => {
    const original = await drawn(width, height, (x, y) =>
      x + y < (width + height) / 2 ? [200, 50, 50] : [40, 150, 70],
    )
      .png()
      .toBuffer();
    for (const wish of [{ w: 100 }, { h: 1 }, { w: 1 }, { w: 10, h: 10 }, { w: 10, h: 10, fit: 'inside' }] as const) {
      const text = Object.entries(wish)
        .map(([name, value]) => `${name}=${value}`)
        .join('&');
      const made = await pixels(original, text);
      expect(sizeOf(made), text).toEqual(resized([width, height], wish));
      expect(made.at(0, 0)[3]).toBe(255);
    }
    const made = await pixels(original, '');
    expect(Math.max(made.width, made.height)).toBeLessThanOrEqual(4096);
    expectColour(made.at(0, 0), [200, 50, 50]);
    expectColour(made.at(made.width - 1, made.height - 1), [40, 150, 70]);
  });

  it.each(every.filter((text) => !text.includes('100')))('takes %s', async (text) => {
    const original = await glassChart(1200, 2).png().toBuffer();
    const { bytes, plan } = await make(original, `${text}&format=png`);
    if (!text.includes('trim')) expect(sizeOf(await decoded(bytes))).toEqual([plan.width, plan.height]);
  });

  it('is turned', async () => {
    const original = await plain([200, 50, 50], 4000, 2).png().toBuffer();
    expect(sizeOf(await pixels(original, 'rotate=90'))).toEqual([2, 4000]);
    expect(sizeOf(await pixels(original, 'rotate=3'))).toEqual(turned([4000, 2], 3));
    expect(sizeOf(await pixels(original, 'rotate=3,cover'))).toEqual([4000, 2]);
  });
});

describe('what would be larger than 4096 pixels', () => {
  const original = plain([200, 50, 50], 3000, 30).png().toBuffer();

  it.each(['w=5000', 'w=3000&dpr=2', 'pad=600', 'border=600,red', 'pad=1.0', 'w=3000|pad=1.0', 'h=4097'])(
    'is refused: %s',
    async (text) => {
      expect(await refusal(await original, text)).toMatchObject({ code: 'INVALID_PARAMETER', status: 400 });
    },
  );

  it('is made smaller where nobody asked for a size', async () => {
    const wide = await plain([200, 50, 50], 8192, 64).png().toBuffer();
    for (const text of ['', 'negate=1', 'flip=h', 'trim=true', 'format=jpeg']) {
      expect(sizeOf(await pixels(wide, text)), text).toEqual([4096, 32]);
    }
  });

  it('is cut out of what is larger at its own size', async () => {
    const wide = await drawn(6000, 8, (x) => (x < 3000 ? [200, 50, 50] : [40, 150, 70]))
      .png()
      .toBuffer();
    const made = await pixels(wide, 'crop=2990,0,20,8');
    expect(sizeOf(made)).toEqual([20, 8]);
    expectColour(made.at(9, 4), [200, 50, 50]);
    expectColour(made.at(10, 4), [40, 150, 70]);
  });
});

describe('a picture of one pixel made large', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif'])('is one colour in %s', async (format) => {
    const original = await plain([200, 50, 50], 1).png().toBuffer();
    const { bytes } = await make(original, `w=120&h=90&enlarge=1&format=${format}`);
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 120, height: 90 });
    const { at } = await decoded(bytes);
    for (const [x, y] of [
      [0, 0],
      [119, 89],
      [60, 45],
    ] as const)
      expectColour(at(x, y), [200, 50, 50], bounds.lossy);
  });
});
