import { describe, expect, it } from 'vitest';
import { worksOf } from '../../src/transform/pipeline.ts';
import { ranks } from '../../src/transform/steps/step.ts';
import { chart, drawn, noise, plain } from './charts.ts';
import { bounds, expectColour, spread } from './judge.ts';
import { pixels } from './make.ts';
import { source, sourceNames } from './sources.ts';

/** A white line on black, of which a blur makes a bell. */
const line = await drawn(121, 21, (x) => (x === 60 ? [255, 255, 255] : [0, 0, 0]))
  .png()
  .toBuffer();
const edge = await drawn(60, 20, (x) => (x < 30 ? [90, 90, 90] : [160, 160, 160]))
  .png()
  .toBuffer();
const grain = await noise(64, 64).png().toBuffer();

describe('blur', () => {
  it.each([0.5, 1, 2, 5, 8])('of %d pixels is a bell of that deviation', async (sigma) => {
    const { at } = await pixels(
      await drawn(121, 21, (x) => (x < 60 ? [0, 0, 0] : [255, 255, 255]))
        .png()
        .toBuffer(),
      `blur=${sigma}`,
    );
    // What an edge becomes tells how the bell adds up: its slope is the bell.
    const slope = Array.from({ length: 120 }, (_, x) => at(x + 1, 10)[0] - at(x, 10)[0]);
    const mean = slope.reduce((sum, value, x) => sum + value * x, 0) / 255;
    const deviation = Math.sqrt(slope.reduce((sum, value, x) => sum + value * (x - mean) ** 2, 0) / 255);
    expect(deviation).toBeGreaterThan(sigma * 0.8 - 0.1);
    expect(deviation).toBeLessThan(sigma * 1.1 + 0.1);
  });

  it('that is wide is made on a smaller picture, and is the same bell', async () => {
    const [width, height, sigma] = [2400, 1200, 60];
    const works = worksOf({ width, height, blur: sigma, layers: [], alpha: true });
    expect(works.map(({ rank }) => rank)).toEqual([ranks.resize, ranks.blur, ranks.resize]);
    const wide = await drawn(width, height, (x) => (x < width / 2 ? [0, 0, 0] : [255, 255, 255]))
      .png()
      .toBuffer();
    const { at } = await pixels(wide, `blur=${sigma}`);
    const slope = Array.from({ length: width - 1 }, (_, x) => at(x + 1, 600)[0] - at(x, 600)[0]);
    const mean = slope.reduce((sum, value, x) => sum + value * x, 0) / 255;
    const deviation = Math.sqrt(slope.reduce((sum, value, x) => sum + value * (x - mean) ** 2, 0) / 255);
    expect(Math.abs(mean - width / 2)).toBeLessThan(2);
    expect(deviation).toBeGreaterThan(sigma * 0.8);
    expect(deviation).toBeLessThan(sigma * 1.1);
    expect(Math.max(...slope)).toBeLessThanOrEqual(3);
    const small = worksOf({ width: 400, height: 300, blur: 250, layers: [], alpha: false });
    expect(small.map(({ rank }) => rank)).toEqual([ranks.blur]);
  });

  it('blurs along both sides, and more the larger it is', async () => {
    const deviations = [spread(await pixels(grain, ''), 10, 10, 44, 44)];
    for (const sigma of [0.5, 1, 2, 4, 8])
      deviations.push(spread(await pixels(grain, `blur=${sigma}`), 10, 10, 44, 44));
    expect(deviations.every((value, index) => index === 0 || value < (deviations[index - 1] ?? 0))).toBe(true);
    const { at } = await pixels(line, 'blur=2');
    expect(at(60, 0)).toEqual(at(60, 20));
  });

  it.each([0.3, 0.5, 1, 2.1, 2.3, 3, 5, 50, 100])(
    'of %d pixels leaves one colour as it is, to the edge',
    async (sigma) => {
      const clear = await pixels(await plain([200, 50, 50, 128], 30).png().toBuffer(), `blur=${sigma}`);
      for (const x of [0, 15, 29]) expectColour(clear.at(x, x), [200, 50, 50, 128], bounds.lossless * 2);
      const { at } = await pixels(await plain([200, 50, 50], 30).png().toBuffer(), `blur=${sigma}`);
      for (const [x, y] of [
        [0, 0],
        [29, 0],
        [15, 15],
        [29, 29],
      ] as const)
        expectColour(at(x, y), [200, 50, 50]);
    },
  );

  it.each(sourceNames)('makes %s smoother', async (name) => {
    const original = await source(name);
    const [before, after] = [await pixels(original, 'format=png'), await pixels(original, 'format=png&blur=4')];
    expect(spread(after, 38, 20, 20, 24)).toBeLessThan(spread(before, 38, 20, 20, 24) * 0.95);
    expect(after.at(1, 1)[3]).toBeLessThanOrEqual(before.at(1, 1)[3]);
  });
});

describe('sharpen', () => {
  it.each(['true', '0.5', '1', '3', '10'])('by %s makes an edge steeper', async (sharpen) => {
    const { at } = await pixels(edge, `blur=1|sharpen=${sharpen}`);
    const soft = await pixels(edge, 'blur=1');
    expect(at(31, 10)[0] - at(28, 10)[0]).toBeGreaterThan(soft.at(31, 10)[0] - soft.at(28, 10)[0]);
    // Far from it nothing changes.
    expectColour(at(2, 10), [90, 90, 90]);
    expectColour(at(57, 10), [160, 160, 160]);
  });

  it.each(sourceNames)('sharpens %s, its alpha kept', async (name) => {
    const original = await source(name);
    const soft = await pixels(original, 'format=png&blur=1');
    for (const sharpen of ['true', '2']) {
      const made = await pixels(original, `format=png&blur=1|sharpen=${sharpen}`);
      expect(spread(made, 16, 18, 20, 12)).toBeGreaterThan(spread(soft, 16, 18, 20, 12));
      expect(made.channels).toBe(soft.channels);
      // The middle of a quadrant.
      expectColour(made.at(30, 8), soft.at(30, 8), 4);
    }
  });

  it('comes after blur, whatever the URL says', async () => {
    const bytes = await chart().png().toBuffer();
    const [one, other] = [await pixels(bytes, 'sharpen=2&blur=1'), await pixels(bytes, 'blur=1&sharpen=2')];
    expect(Buffer.from(one.data).equals(other.data)).toBe(true);
    const staged = await pixels(bytes, 'blur=1|sharpen=2');
    expect(Buffer.from(staged.data).equals(other.data)).toBe(true);
    const reversed = await pixels(bytes, 'sharpen=2|blur=1');
    expect(Buffer.from(reversed.data).equals(other.data)).toBe(false);
  });
});

describe('an unsharp mask', () => {
  const steepness = async (query: string) => {
    const { at } = await pixels(edge, `blur=1|${query}`);
    return at(31, 10)[0] - at(28, 10)[0];
  };

  it('makes an edge the steeper the more of the difference it adds', async () => {
    const steep = [await steepness('w=60'), await steepness('sharpen=2,0.5'), await steepness('sharpen=2,1.5')];
    expect(steep).toEqual([...steep].sort((one, other) => one - other));
    expect(new Set(steep).size).toBe(3);
  });

  it('leaves differences below its threshold alone', async () => {
    expect(await steepness('sharpen=2,1.5,60')).toBe(await steepness('w=60'));
    expect(await steepness('sharpen=2,1.5,1')).toBeGreaterThan(await steepness('sharpen=2,1.5,8'));
  });
});

describe('pixelate', () => {
  it.each([2, 5, 8, 64, 500])('by %i makes squares of one colour', async (side) => {
    const { at, width, height } = await pixels(grain, `pixelate=${side}`);
    expect([width, height]).toEqual([64, 64]);
    for (let y = 0; y < 64; y++) {
      for (let x = 0; x < 64; x++) expect(at(x, y)).toEqual(at(x - (x % side), y - (y % side)));
    }
  });

  it('gives each square the mean of what was there', async () => {
    const halves = await drawn(64, 64, (x) => (x < 32 ? [200, 40, 40] : [40, 40, 200]))
      .png()
      .toBuffer();
    const { at } = await pixels(halves, 'pixelate=16');
    expectColour(at(4, 4), [200, 40, 40]);
    expectColour(at(60, 60), [40, 40, 200]);
    expectColour((await pixels(halves, 'pixelate=64')).at(9, 9), [120, 40, 120], bounds.lossy);
  });

  it('counts in CSS pixels, after the size has changed', async () => {
    const { at, width } = await pixels(grain, 'w=16&pixelate=4&dpr=2');
    expect(width).toBe(32);
    expect(at(7, 7)).toEqual(at(0, 0));
    expect(at(8, 0)).not.toEqual(at(7, 0));
  });

  it.each(sourceNames)('takes %s', async (name) => {
    const made = await pixels(await source(name), 'pixelate=16&format=png');
    expect(made.at(33, 33)).toEqual(made.at(47, 47));
  });
});
