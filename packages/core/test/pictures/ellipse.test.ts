import { describe, expect, it } from 'vitest';
import { animation, plain, shades } from './charts.ts';
import { bounds, expectColour, expectNothing, sizeOf } from './judge.ts';
import { decoded, make, pixels } from './make.ts';

describe('mask=ellipse', () => {
  it.each([
    [96, 64],
    [64, 96],
    [95, 63],
    [50, 50],
    [7, 3],
    [1, 9],
  ])('leaves of %i × %i what lies in the largest ellipse', async (width, height) => {
    const made = await pixels(await plain([0, 90, 200], width, height).png().toBuffer(), 'mask=ellipse');
    expect(sizeOf(made)).toEqual([width, height]);
    let covered = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const alpha = made.at(x, y)[3];
        covered += alpha / 255;
        const corners = [0, 1].flatMap((dx) =>
          [0, 1].map((dy) => Math.hypot(((x + dx) * 2) / width - 1, ((y + dy) * 2) / height - 1)),
        );
        if (corners.every((distance) => distance < 1)) expect(alpha, `${x},${y}`).toBe(255);
        // One that only touches it may be seen a little.
        const nearest = Math.hypot(...[(x + 0.5) / width, (y + 0.5) / height].map((at) => Math.abs(at * 2 - 1)));
        if (nearest > 1.2 && width > 9 && height > 9) expect(alpha, `${x},${y}`).toBe(0);
      }
    }
    const area = (Math.PI * width * height) / 4;
    if (width > 9 && height > 9) expect(Math.abs(covered - area)).toBeLessThan(area * 0.01);
  });

  it('is as round on every side', async () => {
    const { at } = await pixels(await plain([0, 90, 200], 61, 41).png().toBuffer(), 'mask=ellipse');
    for (let y = 0; y < 41; y++) {
      for (let x = 0; x < 61; x++) {
        expect([at(60 - x, y)[3], at(x, 40 - y)[3]]).toEqual([at(x, y)[3], at(x, y)[3]]);
      }
    }
  });

  it('lies on the background, and counts the border in', async () => {
    const original = await plain([0, 90, 200], 60, 40).png().toBuffer();
    const made = await pixels(original, 'border=10,f00&mask=ellipse&bg=0f0');
    expectColour(made.at(1, 1), [0, 255, 0]);
    expectColour(made.at(40, 5), [255, 0, 0]);
    expectColour(made.at(40, 30), [0, 90, 200]);
    const jpeg = await pixels(original, 'mask=ellipse&format=jpeg');
    expectColour(jpeg.at(1, 1), [255, 255, 255], bounds.lossy);
  });

  it.each(['gif', 'webp'] as const)('is for every frame of a %s', async (format) => {
    const { plan, bytes } = await make(await animation(format), 'mask=ellipse');
    expect(plan.animated).toBe(true);
    for (const [page, shade] of shades.entries()) {
      const made = await decoded(bytes, page);
      expectNothing(made.at(1, 30));
      expectColour(made.at(30, 20), shade, bounds.lossy);
    }
  });
});
