import { describe, expect, it } from 'vitest';
import type { RawPicture } from '../../src/transform/open.ts';
import { tonalRange } from '../../src/transform/tonal-range.ts';

type Pixel = readonly [red: number, green: number, blue: number, alpha: number];

/** A picture of pixels in one row, each so many times. */
function row(...pixels: readonly (readonly [times: number, pixel: Pixel])[]): RawPicture {
  const all = pixels.flatMap(([times, pixel]) => Array.from({ length: times }, () => pixel));
  return { input: Buffer.from(all.flat()), raw: { width: all.length, height: 1, channels: 4 } };
}

const grey = (value: number, alpha = 255): Pixel => [value, value, value, alpha];

/** CIE L* of a grey of sRGB, by the book (CIE 15 §8.2.1, IEC 61966-2-1). */
function lightness(value: number): number {
  const part = value / 255;
  const luminance = part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  return luminance > 216 / 24389 ? 116 * Math.cbrt(luminance) - 16 : (luminance * 24389) / 27;
}

describe('tonalRange', () => {
  it.each<readonly [number, number]>([
    [0, 255],
    [60, 180],
    [100, 120],
    [128, 255],
  ])('of greys from %i to %i is from the lightness of the one to that of the other', (dark, light) => {
    const range = tonalRange([row([50, grey(dark)], [50, grey(light)])]);
    expect(Math.abs((range?.least ?? -9) - lightness(dark))).toBeLessThan(0.4);
    expect(Math.abs((range?.most ?? -9) - lightness(light))).toBeLessThan(0.4);
  });

  it('leaves out the hundredth at each end', () => {
    const range = tonalRange([row([9, grey(0)], [490, grey(60)], [492, grey(180)], [9, grey(255)])]);
    expect(Math.abs((range?.least ?? 0) - lightness(60))).toBeLessThan(0.4);
    expect(Math.abs((range?.most ?? 0) - lightness(180))).toBeLessThan(0.4);
  });

  it('does not count what is transparent, and the half transparent by half', () => {
    const seen = row([50, grey(60)], [50, grey(180)]);
    expect(tonalRange([row([50, grey(60)], [50, grey(180)], [5000, grey(0, 0)])])).toEqual(tonalRange([seen]));
    // 3 of 200 count as 1.5: outside. As many opaque ones are not.
    const faint = tonalRange([row([100, grey(60)], [97, grey(180)], [3, grey(255, 127)])]);
    const solid = tonalRange([row([100, grey(60)], [97, grey(180)], [3, grey(255)])]);
    expect(faint?.most).toBeLessThan(lightness(190));
    expect(solid?.most).toBeGreaterThan(lightness(250));
  });

  it('is that of all pictures together', () => {
    const [dark, light] = [row([50, grey(60)], [50, grey(100)]), row([50, grey(120)], [50, grey(180)])];
    expect(tonalRange([dark, light])).toEqual(
      tonalRange([row([50, grey(60)], [50, grey(100)], [50, grey(120)], [50, grey(180)])]),
    );
  });

  it('goes by what the eye takes for light', () => {
    const range = tonalRange([row([50, [0, 0, 255, 255]], [50, [0, 255, 0, 255]])]);
    expect(Math.abs((range?.least ?? 0) - 32.3)).toBeLessThan(0.5);
    expect(Math.abs((range?.most ?? 0) - 87.7)).toBeLessThan(0.5);
  });

  it.each<readonly [string, readonly RawPicture[]]>([
    ['one colour', [row([100, grey(90)])]],
    ['nearly one colour', [row([50, grey(90)], [50, grey(91)])]],
    ['nothing that is seen', [row([50, grey(0, 0)], [50, grey(255, 0)])]],
    ['nothing', []],
  ])('is none of %s', (_, pictures) => {
    expect(tonalRange(pictures)).toBeUndefined();
  });

  it('looks at some of the pixels of a large picture', () => {
    const large = row([500_000, grey(60)], [500_000, grey(180)]);
    const range = tonalRange([large]);
    expect(Math.abs((range?.least ?? 0) - lightness(60))).toBeLessThan(0.4);
    expect(Math.abs((range?.most ?? 0) - lightness(180))).toBeLessThan(0.4);
  });
});
