import { describe, expect, it } from 'vitest';
import { animation, chart, chartSize, drawn, plain, shades } from './charts.ts';
import { bounds, expectColour, expectNothing, sizeOf, spread } from './judge.ts';
import { decoded, make, type Pixels, pixels, type Rgba } from './make.ts';
import { source, sourceNames } from './sources.ts';

const { width, height } = chartSize;

/** A picture that tells of each pixel where it is: x in red, y in green. */
const map = await drawn(width, height, (x, y) => [2 * x, 3 * y, 0])
  .png()
  .toBuffer();
const placeOf = ({ at }: Pixels, x: number, y: number): readonly [number, number] => {
  const [r, g] = at(x, y);
  return [r / 2, g / 3];
};
const red: Rgba = [255, 0, 0, 255];
const original = await chart().png().toBuffer();

const half = await drawn(64, 64, (x) => (x < 32 ? [250, 0, 0] : [0, 0, 250]))
  .png()
  .toBuffer();

describe('fit=none', () => {
  it.each([
    ['w=40&h=30', [28, 17]],
    ['w=40&h=30&position=left top', [0, 0]],
    ['w=40&h=30&position=right', [56, 17]],
    ['w=40&h=30&position=bottom', [28, 34]],
    ['w=40&h=30&position=attention', [28, 17]],
    ['w=40&h=30&fp=0.25,0.25', [4, 1]],
    ['w=40&h=30&fp=0.25,0.25,3', [4, 1]],
    ['w=40&h=30&fp=1,1', [56, 34]],
    ['crop=10,10,60,50&w=40&h=30', [20, 20]],
    ['crop=10,10,60,50&w=40&h=30&position=left top', [10, 10]],
  ] as const)('cuts without scaling: %s', async (text, from) => {
    const made = await pixels(map, `${text}&fit=none`);
    expect(sizeOf(made)).toEqual([40, 30]);
    expect(placeOf(made, 0, 0)).toEqual(from);
    expect(placeOf(made, 39, 29)).toEqual([from[0] + 39, from[1] + 29]);
  });

  it.each([
    ['', 12, 8],
    ['position=left top', 0, 0],
    ['position=right bottom', 24, 16],
    ['position=top', 12, 0],
    ['fp=0,0', 12, 8],
    ['enlarge=true', 12, 8],
  ] as const)('adds what is not there: %s', async (text, left, top) => {
    const made = await pixels(map, `w=120&h=80&fit=none&${text}`);
    expect(sizeOf(made)).toEqual([120, 80]);
    expect(placeOf(made, left, top)).toEqual([0, 0]);
    expect(placeOf(made, left + 95, top + 63)).toEqual([95, 63]);
    if (left > 0) expectNothing(made.at(left - 1, 40));
    if (left < 24) expectNothing(made.at(119, 40));
    if (top > 0) expectNothing(made.at(60, top - 1));
  });

  it('cuts along one side and adds along the other', async () => {
    const made = await pixels(map, 'w=40&h=80&fit=none&position=left');
    expect(placeOf(made, 0, 8)).toEqual([0, 0]);
    expect(placeOf(made, 39, 71)).toEqual([39, 63]);
    for (const y of [0, 7, 72, 79]) expectNothing(made.at(20, y));
  });

  it('lies on a background, which is white in a JPEG', async () => {
    expectColour((await pixels(map, 'w=120&h=80&fit=none&bg=f00')).at(3, 3), red);
    const jpeg = await pixels(map, 'w=120&h=80&fit=none&format=jpeg');
    expectColour(jpeg.at(3, 3), [255, 255, 255], bounds.lossy);
  });

  it.each(['gif', 'webp'] as const)('is for every frame of a %s', async (format) => {
    const { plan, bytes } = await make(await animation(format), 'w=64&h=20&fit=none&fill=f00');
    expect(plan.animated).toBe(true);
    for (const [page, shade] of shades.entries()) {
      const made = await decoded(bytes, page);
      expect(sizeOf(made)).toEqual([64, 20]);
      expectColour(made.at(40, 15), shade, bounds.lossy);
      expectColour(made.at(2, 2), red, bounds.lossy);
    }
  });
});

describe('a colour that fills', () => {
  it.each([
    ['w=96&h=96&fit=contain', [48, 4], [48, 48]],
    ['w=120&h=80&fit=none', [4, 40], [60, 40]],
    ['pad=10', [4, 40], [58, 42]],
    ['w=48&h=96&fit=contain&enlarge=1', [24, 4], [24, 48]],
    ['w=96&h=96&fit=contain&flip=v&blur=2', [48, 4], [48, 48]],
  ] as const)('is where %s leaves nothing', async (text, outside, inside) => {
    const [filled, empty] = [await pixels(map, `${text}&fill=f00`), await pixels(map, text)];
    expect(sizeOf(filled)).toEqual(sizeOf(empty));
    expect(filled.channels).toBe(3);
    const [[x, y], [across, down]] = [outside, inside];
    expectColour(filled.at(x, y), red);
    expectNothing(empty.at(x, y));
    expectColour(filled.at(across, down), empty.at(across, down));
  });

  it('puts the picture where contain puts it', async () => {
    for (const position of ['left', 'top', 'right bottom', 'centre']) {
      for (const box of ['w=96&h=80', 'w=200&h=64', 'w=33&h=80']) {
        const text = `${box}&fit=contain&position=${position}`;
        const [filled, empty] = [await pixels(original, `${text}&fill=f00`), await pixels(original, text)];
        for (let y = 0; y < empty.height; y += 7) {
          for (let x = 0; x < empty.width; x += 7) {
            const seen = empty.at(x, y);
            if (seen[3] === 0) expectColour(filled.at(x, y), red, bounds.lossless, `${text} ${x},${y}`);
          }
        }
      }
    }
  });

  it('leaves what is transparent in the picture to the background', async () => {
    const glass = await plain([0, 0, 255, 0], 24).png().toBuffer();
    const made = await pixels(glass, 'w=48&h=24&fit=contain&fill=f00&bg=0f0');
    expectColour(made.at(2, 12), red);
    expectColour(made.at(24, 12), [0, 255, 0]);
    expectNothing((await pixels(glass, 'pad=5&fill=f00')).at(12, 12));
  });

  it('may be half there', async () => {
    const made = await pixels(original, 'pad=10&fill=f008');
    expectColour(made.at(3, 3), [255, 0, 0, 136]);
    expectColour((await pixels(original, 'pad=10&fill=f008&bg=fff')).at(3, 3), [255, 119, 119]);
  });

  it.each(sourceNames)('lies around %s', async (name) => {
    const made = await pixels(await source(name), 'pad=8&fill=f00&format=png');
    for (const [x, y] of [
      [2, 2],
      [109, 77],
    ] as const)
      expectColour(made.at(x, y), red);
  });
});

describe('what is filled with itself, blurred', () => {
  it.each(['w=128&h=64&fit=contain', 'w=128&h=64&fit=none', 'pad=0,32'])(
    'has its colours at its sides: %s',
    async (text) => {
      const made = await pixels(half, `${text}&fill=blur`);
      expect(sizeOf(made)).toEqual([128, 64]);
      expect(made.channels).toBe(3);
      expectColour(made.at(2, 32), [250, 0, 0], bounds.lossy);
      expectColour(made.at(125, 32), [0, 0, 250], bounds.lossy);
      // The picture itself is as it was.
      expectColour(made.at(62, 10), [250, 0, 0]);
      expectColour(made.at(66, 10), [0, 0, 250]);
    },
  );

  it('is smooth, and covers the canvas', async () => {
    const checks = await drawn(96, 64, (x, y) => (((x >> 2) + (y >> 2)) % 2 === 0 ? [255, 255, 255] : [0, 0, 0]))
      .png()
      .toBuffer();
    const made = await pixels(checks, 'w=96&h=160&fit=contain&fill=blur');
    expect(spread(made, 0, 0, 96, 40)).toBeLessThan(4);
    expect(spread(made, 0, 60, 96, 40)).toBeGreaterThan(20);
  });

  it('is as transparent as the picture', async () => {
    const glass = await plain([0, 0, 255, 128], 24).png().toBuffer();
    const made = await pixels(glass, 'pad=10&fill=blur');
    expectColour(made.at(3, 3), [0, 0, 255, 128], bounds.lossy);
    expectColour(made.at(22, 22), [0, 0, 255, 192], bounds.lossy);
  });

  it.each(['gif', 'webp'] as const)('is so for every frame of a %s', async (format) => {
    const { plan, bytes } = await make(await animation(format), 'crop=0,0,40,32&w=80&h=32&fit=contain&fill=blur');
    expect(plan.animated).toBe(true);
    for (const [page, shade] of shades.entries()) {
      const made = await decoded(bytes, page);
      expect(sizeOf(made)).toEqual([80, 32]);
      expectColour(made.at(76, 28), shade, bounds.cmyk);
    }
  });

  it.each(sourceNames)('takes %s', async (name) => {
    const made = await pixels(await source(name), 'w=96&h=96&fit=contain&fill=blur&format=png');
    expect(sizeOf(made)).toEqual([96, 96]);
    if (made.channels === 3) expect(made.at(48, 4)).not.toEqual([0, 0, 0, 255]);
  });
});
