import { describe, expect, it } from 'vitest';
import { chart, chartAt, chartSize, plain } from './charts.ts';
import { bounds, expectColour, expectNothing, sizeOf } from './judge.ts';
import { type Pixels, pixels, type Rgb } from './make.ts';

const { width, height } = chartSize;
const original = await chart().png().toBuffer();

/** The chart lies in a result from a place on. */
function expectChartAt(made: Pixels, left: number, top: number, within: number = bounds.lossless): void {
  for (const [x, y] of [
    [0, 0],
    [95, 0],
    [0, 63],
    [95, 63],
    [20, 10],
    [60, 54],
    [36, 32],
  ] as const) {
    expectColour(made.at(left + x, top + y), chartAt(x, y, width, height), within, `${x},${y}`);
  }
}

describe('pad', () => {
  it.each([
    ['pad=5', 5, 5, 5, 5],
    ['pad=5,7', 5, 7, 5, 7],
    ['pad=1,2,3', 1, 2, 3, 2],
    ['pad=1,2,3,4', 1, 2, 3, 4],
    ['pad=0,0,9', 0, 0, 9, 0],
    ['pad=0.25', 16, 24, 16, 24],
  ] as const)('%s is empty and moves the picture', async (text, top, right, bottom, left) => {
    const made = await pixels(original, text);
    expect(sizeOf(made)).toEqual([width + left + right, height + top + bottom]);
    expectChartAt(made, left, top);
    const [far, low] = [made.width - 1, made.height - 1];
    if (top > 0) for (const x of [0, 50, far]) expectNothing(made.at(x, top - 1));
    if (bottom > 0) for (const x of [0, 50, far]) expectNothing(made.at(x, low - bottom + 1));
    if (left > 0) for (const y of [0, 32, low]) expectNothing(made.at(left - 1, y));
    if (right > 0) for (const y of [0, 32, low]) expectNothing(made.at(far - right + 1, y));
  });

  it.each([
    ['pad=5&bg=2060a0', 'png', [32, 96, 160]],
    ['pad=5&bg=2060a0&blur=0.3', 'png', [32, 96, 160]],
    ['pad=5', 'jpeg', [255, 255, 255]],
    ['pad=5&bg=2060a0', 'jpeg', [32, 96, 160]],
    ['pad=5&negate=1&bg=2060a0', 'png', [32, 96, 160]],
    ['pad=5|bg=2060a0', 'png', [32, 96, 160]],
    ['pad=5|negate=1|bg=2060a0', 'png', [32, 96, 160]],
  ] as const)('has the background of %s in %s', async (text, format, wanted) => {
    const made = await pixels(original, `${text}&format=${format}&q=95`);
    expectColour(made.at(1, 1), wanted, format === 'png' ? bounds.lossless : bounds.lossy);
  });

  it('is not blurred, sharpened or coloured', async () => {
    const made = await pixels(original, 'blur=4&sharpen=2&negate=1&pad=5');
    for (let y = 0; y < 5; y += 1) expectNothing(made.at(50, y));
    expect(made.at(50, 5)[3]).toBe(255);
  });
});

describe('border', () => {
  const red: Rgb = [255, 0, 0];

  it.each([1, 5, 20])('of %i pixels lies around the picture', async (border) => {
    const made = await pixels(original, `border=${border},ff0000`);
    expect(made.channels).toBe(3);
    expectChartAt(made, border, border);
    const [far, low] = [made.width - 1, made.height - 1];
    for (const [x, y] of [
      [0, 0],
      [far, 0],
      [0, low],
      [far, low],
      [border - 1, 40],
      [far - border + 1, 40],
      [50, border - 1],
      [50, low - border + 1],
    ] as const) {
      expectColour(made.at(x, y), red, bounds.lossless, `${x},${y}`);
    }
  });

  it('lies around the pad, and colours do not change it', async () => {
    const made = await pixels(original, 'pad=4&border=3,ff0000&negate=1&bg=00ff00');
    expectColour(made.at(0, 0), red);
    expectColour(made.at(2, 40), red);
    expectColour(made.at(3, 40), [0, 255, 0]);
    expectColour(made.at(6, 40), [0, 255, 0]);
    expectColour(made.at(7, 7), [55, 205, 205]);
  });

  it('may be one around another', async () => {
    const made = await pixels(original, 'border=3,ff0000|border=2,0000ff');
    expectColour(made.at(1, 40), [0, 0, 255]);
    expectColour(made.at(2, 40), red);
    expectChartAt(made, 5, 5);
  });

  it('is a share of the shorter side', async () => {
    const made = await pixels(original, 'border=0.125,ff0000');
    expect(sizeOf(made)).toEqual([112, 80]);
    expectChartAt(made, 8, 8);
  });
});

const square = await plain([200, 50, 50], 60).png().toBuffer();

describe('radius', () => {
  /** The part of a pixel that lies in a rounded corner at the left top. */
  const covered = (x: number, y: number, radius: number): number => {
    const fine = Array.from({ length: 8 }, (_, index) => (index + 0.5) / 8);
    const inside = (u: number, v: number) => u >= radius || v >= radius || Math.hypot(radius - u, radius - v) <= radius;
    return fine.flatMap((u) => fine.filter((v) => inside(x + u, y + v))).length / 64;
  };

  it.each([1, 5, 12, 30])('of %i pixels cuts the corners to circles', async (radius) => {
    const { at } = await pixels(square, `radius=${radius}`);
    for (let y = 0; y < 30; y += 1) {
      for (let x = 0; x < 30; x += 1) {
        const wanted = 255 * covered(x, y, radius);
        const corners = [at(x, y), at(59 - x, y), at(x, 59 - y), at(59 - x, 59 - y)];
        for (const [, , , alpha] of corners) expect(Math.abs(alpha - wanted), `${x},${y}`).toBeLessThanOrEqual(20);
      }
    }
    expectColour(at(30, 30), [200, 50, 50]);
  });

  it.each([
    ['radius=20,0,0,0', [true, false, false, false]],
    ['radius=0,20,0,0', [false, true, false, false]],
    ['radius=0,0,20,0', [false, false, true, false]],
    ['radius=0,0,0,20', [false, false, false, true]],
    ['radius=20,0', [true, false, true, false]],
    ['radius=max', [true, true, true, true]],
    ['radius=0.5', [true, true, true, true]],
  ] as const)('%s cuts the corners %j, from the left top clockwise', async (text, cut) => {
    const { at } = await pixels(square, text);
    for (const [index, [x, y]] of (
      [
        [1, 1],
        [58, 1],
        [58, 58],
        [1, 58],
      ] as const
    ).entries()) {
      if (cut[index]) expectNothing(at(x, y), `corner ${index}`);
      else expectColour(at(x, y), [200, 50, 50], bounds.lossless, `corner ${index}`);
    }
  });

  it('shrinks where corners would overlap, all by as much', async () => {
    const [large, most] = await Promise.all(['radius=500', 'radius=max'].map((text) => pixels(square, text)));
    expect(Buffer.from(large?.data ?? []).equals(most?.data ?? new Uint8Array())).toBe(true);
    const { at } = await pixels(square, 'radius=90,30,0,0');
    // 45 and 15 of 60.
    expectNothing(at(10, 10));
    expectColour(at(16, 16), [200, 50, 50]);
    expectColour(at(54, 5), [200, 50, 50]);
    expectNothing(at(58, 1));
  });

  it('cuts border and pad, which are round inside too', async () => {
    const { at } = await pixels(square, 'border=8,0000ff&radius=20');
    expectNothing(at(1, 1));
    expectColour(at(38, 2), [0, 0, 255]);
    // From the middle of the corner at 20,20: 20 pixels to the outer edge, 12 to the inner.
    expectColour(at(10, 10), [0, 0, 255]);
    expectColour(at(13, 13), [200, 50, 50]);
    const padded = await pixels(square, 'pad=8&radius=20');
    expectNothing(padded.at(7, 38));
    expectColour(padded.at(11, 11), [200, 50, 50]);
  });

  it.each([
    ['jpeg', '', [255, 255, 255]],
    ['jpeg', '&bg=2060a0', [32, 96, 160]],
    ['png', '&bg=2060a0', [32, 96, 160]],
  ] as const)('in %s%s shows the background', async (format, text, wanted) => {
    const made = await pixels(square, `radius=20${text}&format=${format}&q=95`);
    expect(made.channels).toBe(3);
    expectColour(made.at(1, 1), wanted, bounds.lossy);
    expectColour(made.at(30, 30), [200, 50, 50], bounds.lossy);
  });
});

describe('the corners of what is turned', () => {
  it.each([10, 45, 100, 225, 300, -20])('by %d degrees are empty, and its middle is not', async (degrees) => {
    const made = await pixels(original, `rotate=${degrees}`);
    const [far, low] = [made.width - 1, made.height - 1];
    for (const [x, y] of [
      [0, 0],
      [far, 0],
      [0, low],
      [far, low],
    ] as const)
      expectNothing(made.at(x, y), `${x},${y}`);
    expect(made.at(Math.floor(far / 2), Math.floor(low / 2))[3]).toBe(255);
  });

  it.each([10, 45, 100, 225, 300, -20])('by %d degrees show the background', async (degrees) => {
    for (const [text, wanted, within] of [
      ['bg=2060a0', [32, 96, 160], bounds.lossless],
      ['format=jpeg&q=100', [255, 255, 255], bounds.lossy],
      ['format=jpeg&q=100&bg=2060a0', [32, 96, 160], bounds.lossy],
    ] as const) {
      const made = await pixels(original, `rotate=${degrees}&${text}`);
      expectColour(made.at(0, 0), wanted, within);
      expectColour(made.at(made.width - 1, made.height - 1), wanted, within);
    }
  });

  it.each([1, 10, 45, 90, 100, 225, 300, -20])('by %d degrees are cut off with cover', async (degrees) => {
    const made = await pixels(await plain([200, 50, 50], 90, 60).png().toBuffer(), `rotate=${degrees},cover`);
    expect([made.width, made.height, made.channels]).toEqual([90, 60, 3]);
    for (let x = 0; x < 90; x += 1) for (const y of [0, 30, 59]) expectColour(made.at(x, y), [200, 50, 50]);
  });

  it('turns clockwise by as much as asked for', async () => {
    const made = await pixels(original, 'rotate=30');
    const [middleX, middleY] = [made.width / 2, made.height / 2];
    for (const [x, y] of [
      [10, 8],
      [86, 8],
      [10, 56],
      [86, 56],
    ] as const) {
      const [u, v] = [x - width / 2, y - height / 2];
      const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
      const at = made.at(Math.round(middleX + u * cos - v * sin), Math.round(middleY + u * sin + v * cos));
      expectColour(at, chartAt(x, y, width, height));
    }
  });
});
