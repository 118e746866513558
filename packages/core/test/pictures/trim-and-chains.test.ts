import { describe, expect, it } from 'vitest';
import { chart, drawn, plain } from './charts.ts';
import { bounds, expectColour, expectNothing, sizeOf } from './judge.ts';
import { decoded, make, pixels, type Rgb, type Rgba } from './make.ts';

const blue: Rgb = [30, 60, 220];
const white: Rgb = [255, 255, 255];

/** A blue box of 30 × 20 at 12,7 of 60 × 40, its left top quarter red, on a ground. */
const boxAt = (x: number, y: number): Rgb | undefined => {
  if (x < 12 || x >= 42 || y < 7 || y >= 27) return undefined;
  return x < 27 && y < 17 ? [220, 40, 40] : blue;
};
const boxed = (ground: Rgb) => drawn(60, 40, (x, y) => boxAt(x, y) ?? ground);
const clear = drawn(60, 40, (x, y): Rgba => {
  const colour = boxAt(x, y);
  return colour === undefined ? [0, 0, 0, 0] : [...colour, 255];
});
const onWhite = await boxed(white).png().toBuffer();

const grounds: readonly (readonly [string, Buffer, string])[] = [
  ['white', onWhite, 'trim=true'],
  ['white', onWhite, 'trim=1'],
  ['white', onWhite, 'trim=50'],
  ['white', onWhite, 'trim=10,fff'],
  ['black', await boxed([0, 0, 0]).png().toBuffer(), 'trim=true'],
  ['black', await boxed([0, 0, 0]).png().toBuffer(), 'trim=5,black'],
  ['nothing', await clear.png().toBuffer(), 'trim=true'],
  ['grey, of a GIF', await boxed([120, 120, 120]).gif().toBuffer(), 'trim=true'],
  ['white, of a lossless WebP', await boxed(white).webp({ lossless: true }).toBuffer(), 'trim=true'],
  ['white, of 16 bits', await boxed(white).toColourspace('rgb16').png().toBuffer(), 'trim=true'],
  ['white, of a JPEG', await boxed(white).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(), 'trim=true'],
];

describe('trim', () => {
  it.each(grounds)('takes off edges of %s', async (_, original, text) => {
    const made = await pixels(original, `${text}&format=png`);
    expect(sizeOf(made)).toEqual([30, 20]);
    expectColour(made.at(2, 2), [220, 40, 40], bounds.lossy);
    expectColour(made.at(29, 19), blue, bounds.lossy);
  });

  it('leaves edges of another colour than the one that is named', async () => {
    expect(sizeOf(await pixels(onWhite, 'trim=10,ff0000'))).toEqual([60, 40]);
  });

  it('takes off what is near by the threshold', async () => {
    const near = await drawn(60, 40, (x, y) => boxAt(x, y) ?? (x < 6 ? white : [225, 225, 225]))
      .png()
      .toBuffer();
    expect(sizeOf(await pixels(near, 'trim=60'))).toEqual([30, 20]);
    expect(sizeOf(await pixels(near, 'trim=5'))).toEqual([54, 40]);
  });

  it.each([
    [1, 1],
    [1, 2],
    [2, 2],
    [2, 30],
    [30, 2],
    [1, 30],
    [3, 3],
    [40, 40],
  ])('leaves a picture of one colour whole: %i × %i', async (width, height) => {
    for (const colour of [blue, [...blue, 255], [...blue, 100], [0, 0, 0, 0]] as readonly (Rgb | Rgba)[]) {
      const made = await pixels(await plain(colour, width, height).png().toBuffer(), 'trim=true');
      expect(sizeOf(made)).toEqual([width, height]);
    }
  });

  it('takes off the ends of a thin picture', async () => {
    const thin = await drawn(40, 2, (x) => (x < 10 || x >= 25 ? white : blue))
      .png()
      .toBuffer();
    expect(sizeOf(await pixels(thin, 'trim=true'))).toEqual([15, 2]);
  });

  it.each([
    // Trim is the first of its stage.
    ['trim=true&w=15', [15, 10], [0, 0], [220, 40, 40]],
    ['w=15&trim=true', [15, 10], [0, 0], [220, 40, 40]],
    ['trim=true&w=0.5', [15, 10], [0, 0], [220, 40, 40]],
    ['trim=true&w=300', [30, 20], [0, 0], [220, 40, 40]],
    ['trim=true&crop=15,0,15,20', [15, 20], [0, 0], blue],
    ['trim=true&rotate=90', [20, 30], [19, 0], [220, 40, 40]],
    ['trim=true&pad=5&bg=00ff00', [40, 30], [0, 0], [0, 255, 0]],
    ['trim=true&border=2,00ff00', [34, 24], [0, 0], [0, 255, 0]],
    ['trim=true&flip=hv', [30, 20], [29, 19], [220, 40, 40]],
    ['trim=true|w=15|rotate=90', [10, 15], [9, 0], [220, 40, 40]],
    ['crop=0,0,30,40|trim=true', [18, 20], [0, 0], [220, 40, 40]],
    ['pad=5&bg=fff|trim=true', [30, 20], [0, 0], [220, 40, 40]],
    ['pad=5|trim=true|trim=true', [30, 20], [0, 0], [220, 40, 40]],
    ['trim=true|pad=5&bg=00ff00|trim=true', [30, 20], [0, 0], [220, 40, 40]],
    ['trim=false', [60, 40], [0, 0], white],
  ] as const)('is followed by what follows: %s', async (text, size, [x, y], colour) => {
    const made = await pixels(onWhite, text);
    expect(sizeOf(made)).toEqual(size);
    expectColour(made.at(x, y), colour, 6);
  });

  it('of what is transparent keeps alpha, and is laid on white in JPEG', async () => {
    const original = await clear.png().toBuffer();
    const made = await pixels(original, 'trim=true&pad=4');
    expect(sizeOf(made)).toEqual([38, 28]);
    expectNothing(made.at(1, 1));
    const jpeg = await pixels(original, 'trim=true&pad=4&format=jpeg&q=95');
    expect(jpeg.channels).toBe(3);
    expectColour(jpeg.at(1, 1), white, bounds.lossy);
  });
});

describe('a chain', () => {
  /** Each stage works on the result of the one before: as if that had been an original. */
  const chains = [
    ['w=40&h=30', 'rotate=90'],
    ['rotate=90', 'w=40&h=30'],
    ['crop=10,10,60,40', 'w=30', 'flip=h'],
    ['negate=1', 'blur=2'],
    ['blur=2', 'negate=1'],
    ['pad=10', 'rotate=30'],
    ['rotate=30', 'pad=10'],
    ['border=4,ff0000', 'grayscale=1'],
    ['grayscale=1', 'border=4,ff0000'],
    ['radius=20', 'pad=6&bg=2060a0'],
    ['opacity=50', 'opacity=50'],
    ['opacity=50&bg=ff0000', 'radius=10', 'w=48'],
    ['w=48', 'tint=ff8000', 'sharpen=1', 'contrast=1.2'],
    ['w=0.5', 'w=0.5', 'w=0.5'],
    ['flip=h', 'rotate=90', 'flip=h', 'rotate=90'],
    ['rotate=20,cover', 'crop=20,20', 'w=40&enlarge=1'],
    ['w=50&h=50&fit=contain&bg=ff0000', 'trim=true', 'radius=max'],
    ['gamma=2', 'brightness=0.8', 'negate=1', 'sepia=50', 'saturation=0.5'],
  ] as const;

  it.each(chains.map((stages) => [stages.join('|'), stages] as const))('%s', async (text, stages) => {
    const original = await chart().png().toBuffer();
    const at = await pixels(original, `${text}&format=png`);
    let bytes: Uint8Array = original;
    for (const stage of stages) bytes = (await make(bytes, `${stage}&format=png`)).bytes;
    const alone = await decoded(bytes);
    expect(sizeOf(at)).toEqual(sizeOf(alone));
    for (let y = 0; y < at.height; y += 3) {
      for (let x = 0; x < at.width; x += 3) expectColour(at.at(x, y), alone.at(x, y), bounds.lossless, `${x},${y}`);
    }
  });

  it('of other order is another picture', async () => {
    const original = await chart().png().toBuffer();
    expect(sizeOf(await pixels(original, 'w=40&h=30|rotate=90'))).toEqual([30, 40]);
    expect(sizeOf(await pixels(original, 'rotate=90|w=40&h=30'))).toEqual([40, 30]);
    const [negatedLast, coloured] = [
      await pixels(original, 'border=4,ff0000|negate=1'),
      await pixels(original, 'negate=1|border=4,ff0000'),
    ];
    expectColour(negatedLast.at(1, 1), [0, 255, 255]);
    expectColour(coloured.at(1, 1), [255, 0, 0]);
  });
});
