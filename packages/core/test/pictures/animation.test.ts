import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { animation, drawn, playback, shades } from './charts.ts';
import { bounds, expectColour, expectNothing, lab, sizeOf } from './judge.ts';
import { decoded, make, type Pixels, pixels, type Rgb, refusal } from './make.ts';

const types = ['gif', 'webp'] as const;
const originals = { gif: await animation('gif'), webp: await animation('webp') };
/** GIF has a palette for each frame, and dithers. */
const within = { gif: 8, 'webp&lossless=1': bounds.lossless } as const;
type Target = keyof typeof within;
const targets = Object.keys(within) as readonly Target[];

const frameOf = async (bytes: Uint8Array, frame: number): Promise<Pixels> => decoded(bytes, frame);

/** All of it plays as before, in a size. */
async function expectPlayback(bytes: Uint8Array, [width, height]: readonly [number, number]): Promise<void> {
  const metadata = await sharp(bytes, { animated: true }).metadata();
  expect(metadata).toMatchObject({ pages: shades.length, width, pageHeight: height, ...playback });
}

const negated = ([r, g, b]: Rgb): Rgb => [255 - r, 255 - g, 255 - b];

/** What every parameter makes: the size, and where the shade of each frame is seen, changed or not. */
const effects: readonly (readonly [
  text: string,
  size: readonly [number, number],
  at: readonly [number, number],
  shade?: (shade: Rgb) => Rgb,
])[] = [
  ['', [48, 32], [10, 24]],
  ['w=24', [24, 16], [5, 12]],
  ['w=24&h=24', [24, 24], [8, 18]],
  ['w=16&h=32&position=right', [16, 32], [4, 24]],
  ['w=16&h=32&position=left top', [16, 32], [4, 24]],
  ['w=60&h=60&fit=contain', [60, 60], [16, 40]],
  ['w=20&h=20&fit=contain', [20, 20], [5, 13]],
  ['w=40&h=10&fit=fill', [40, 10], [9, 8]],
  ['w=96&enlarge=1', [96, 64], [20, 50]],
  ['w=24&h=16&fp=0.25,0.75,2', [24, 16], [8, 12]],
  ['crop=0,16,20,16', [20, 16], [10, 8]],
  ['crop=0,0.5,0.5,0.5', [24, 16], [10, 8]],
  ['crop=20,20&position=left bottom', [20, 20], [10, 16]],
  ['ratio=1:1', [32, 32], [8, 24]],
  ['flip=h', [48, 32], [38, 24]],
  ['flip=v', [48, 32], [10, 8]],
  ['flip=hv', [48, 32], [38, 8]],
  ['rotate=90', [32, 48], [8, 10]],
  ['rotate=180', [48, 32], [38, 8]],
  ['rotate=-90', [32, 48], [24, 38]],
  ['rotate=45', [57, 57], [16, 28]],
  ['rotate=10,cover', [48, 32], [10, 25]],
  ['negate=1', [48, 32], [10, 24], negated],
  ['negate=1&w=24', [24, 16], [5, 12], negated],
  ['negate=1|negate=1', [48, 32], [10, 24]],
  [
    'grayscale=1',
    [48, 32],
    [10, 24],
    ([r, g, b]) => {
      const grey = Math.round(0.2126 * r + 0.7152 * g + 0.0722 * b);
      return [grey, grey, grey];
    },
  ],
  ['contrast=0.5', [48, 32], [10, 24], (shade) => shade.map((value) => (value - 127.5) / 2 + 127.5) as unknown as Rgb],
  [
    'gamma=2.2',
    [48, 32],
    [10, 24],
    (shade) => shade.map((value) => 255 * (value / 255) ** (1 / 2.2)) as unknown as Rgb,
  ],
  ['gamma=0.5&w=24', [24, 16], [5, 12], (shade) => shade.map((value) => 255 * (value / 255) ** 2) as unknown as Rgb],
  ['blur=1', [48, 32], [10, 26]],
  ['w=24&blur=0.5', [24, 16], [5, 13]],
  ['sharpen=true', [48, 32], [10, 26]],
  ['sharpen=1', [48, 32], [10, 26]],
  ['pad=4', [56, 40], [14, 28]],
  ['pad=1,2,3,4&bg=112233', [54, 36], [14, 25]],
  ['border=3,ff0000', [54, 38], [13, 27]],
  ['radius=8', [48, 32], [14, 24]],
  ['radius=max&bg=112233', [48, 32], [14, 24]],
  ['opacity=100&bg=ffffff', [48, 32], [10, 24]],
  ['w=24|rotate=90|w=8', [8, 12], [2, 3]],
  ['w=24&pad=2&border=1,00ff00|flip=h', [30, 22], [21, 15]],
];

describe.each(types)('an animated %s', (from) => {
  it.each(targets.flatMap((target) => effects.map((row) => [row[0], target, row] as const)))(
    'with %s keeps its frames, delays and loop in %s',
    async (text, target, [, size, [x, y], change = (shade) => shade]) => {
      const { bytes } = await make(originals[from], `${text}&format=${target}`);
      await expectPlayback(bytes, size);
      for (const [index, shade] of shades.entries()) {
        expectColour((await frameOf(bytes, index)).at(x, y), change(shade), within[target], `frame ${index}`);
      }
    },
  );

  it.each(['brightness=1.2', 'saturation=0.5', 'hue=90', 'sepia=60', 'tint=ff8000', 'contrast=auto', 'opacity=100'])(
    'is changed by %s as each frame would be by itself',
    async (text) => {
      const { bytes } = await make(originals[from], `${text}&format=webp&lossless=1`);
      await expectPlayback(bytes, [48, 32]);
      if (text === 'contrast=auto') return;
      for (const [index, shade] of shades.entries()) {
        const alone = await pixels(
          await drawn(48, 32, () => shade)
            .png()
            .toBuffer(),
          text,
        );
        expectColour((await frameOf(bytes, index)).at(10, 24), alone.at(10, 24), bounds.lossless, `frame ${index}`);
      }
    },
  );

  it('keeps what is transparent, and does not mix its frames at their edges', async () => {
    for (const text of ['', 'w=24', 'blur=2', 'sharpen=2', 'rotate=180|rotate=180']) {
      const { bytes } = await make(originals[from], `${text}&format=webp&lossless=1`);
      for (const index of shades.keys()) {
        const { at, width, height } = await frameOf(bytes, index);
        expectNothing([...at(width - 1, height >> 1)], text);
        // Above the first row lies the last of another frame.
        // sharp makes the strip of all frames smaller as one, of which an edge takes up a trace.
        expect(lab(at(4, 0))[0], `${text}, frame ${index}`).toBeGreaterThan(text === 'w=24' ? 95 : 99);
        expectColour(at(width >> 1, height - 1), shades[index] ?? [0, 0, 0], 5, `${text}, frame ${index}`);
      }
    }
  });

  it.each([1, 2, 3])('gives frame %i by itself', async (frame) => {
    for (const format of ['', 'gif', 'webp', 'png', 'jpeg', 'avif']) {
      const { bytes, plan } = await make(
        originals[from],
        `frame=${frame}&q=95${format === '' ? '' : `&format=${format}`}`,
      );
      expect(plan.animated).toBe(false);
      expect((await sharp(bytes).metadata()).pages ?? 1).toBe(1);
      expectColour((await decoded(bytes)).at(10, 26), shades[frame - 1] ?? [0, 0, 0], 8, format);
    }
  });

  it('refuses a frame that it has not', async () => {
    expect(await refusal(originals[from], 'frame=4')).toMatchObject({ code: 'INVALID_PARAMETER' });
  });

  it.each(['png', 'jpeg', 'avif'])('becomes its first frame in %s', async (format) => {
    const made = await pixels(originals[from], `format=${format}&q=95&w=24`);
    expect(sizeOf(made)).toEqual([24, 16]);
    expectColour(made.at(5, 13), shades[0] ?? [0, 0, 0], bounds.lossy);
  });

  it.each(['trim=true', 'w=24|trim=10'])('is its first frame where it is trimmed: %s', async (text) => {
    const { bytes, plan } = await make(originals[from], `${text}&format=webp&lossless=1`);
    expect(plan.animated).toBe(false);
    expect((await sharp(bytes).metadata()).pages ?? 1).toBe(1);
  });
});

describe('contrast=auto', () => {
  it.each(['', '&flip=h', '&blur=0.5'])('does to every frame the same, so that nothing flickers%s', async (more) => {
    const greys = [60, 120, 180];
    const data = Buffer.concat(greys.map((grey) => Buffer.alloc(20 * 20 * 3, grey)));
    const original = await sharp(data, { raw: { width: 20, height: 60, channels: 3, pageHeight: 20 } })
      .webp({ lossless: true })
      .toBuffer();
    const { bytes } = await make(original, `contrast=auto${more}`);
    const seen = await Promise.all(greys.map(async (_, frame) => (await frameOf(bytes, frame)).at(10, 10)[0]));
    expect(seen[0]).toBeLessThan(10);
    expect(seen[2]).toBeGreaterThan(245);
  });
});
