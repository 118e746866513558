import sharp, { type Sharp } from 'sharp';
import { expect } from 'vitest';
import { defaultLimits, type Limits } from '../../src/transform/limits.ts';
import { planRender } from '../../src/transform/plan.ts';
import { probe } from '../../src/transform/probe/probe.ts';
import { render } from '../../src/transform/render.ts';
import type { Stage } from '../../src/transform/stage.ts';
import { type Output, overlaysOf } from '../../src/transform/transformation.ts';

export type Rgb = readonly [number, number, number];
export const blue: Rgb = [30, 60, 200];
export const orange: Rgb = [220, 120, 20];

/** One colour all over. */
export function plain([r, g, b]: Rgb, width: number, height: number, alpha?: number): Sharp {
  const channels = alpha === undefined ? 3 : 4;
  return sharp({ create: { width, height, channels, background: { r, g, b, alpha: alpha ?? 1 } } });
}

/** What comes out of an original with overlays, each named by its bytes. */
export async function composed(
  original: Uint8Array,
  output: Output,
  overlays: Readonly<Record<string, Uint8Array>>,
  stages: readonly Stage[],
  limits: Partial<Limits> = {},
): Promise<Uint8Array> {
  const allLimits = { ...defaultLimits, ...limits };
  const originals = overlaysOf({ stages, output }).map(({ path }) => {
    const bytes = overlays[path] ?? new Uint8Array();
    return { bytes, image: probe(bytes) };
  });
  const image = probe(original);
  const images = originals.map((each) => each.image);
  const plan = planRender({ stages, output }, image, { accept: 'other', limits: defaultLimits, overlays: images });
  return render(original, image, plan, allLimits, originals);
}

/** Decoded pixels, as a function from a place to its channels. */
export async function pixels(bytes: Uint8Array, page = 0) {
  const { data, info } = await sharp(bytes, { page }).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): readonly number[] =>
    [...data.subarray((y * info.width + x) * info.channels)].slice(0, info.channels);
  return { at, data, info };
}

/** Whether two colours look alike, an encoder between them. */
export function expectColour(actual: readonly number[], wanted: readonly number[], within = 12): void {
  expect(actual).toHaveLength(wanted.length);
  const differences = actual.map((value, index) => Math.abs(value - (wanted[index] ?? 0)));
  expect(Math.max(...differences), `${actual} should be ${wanted}`).toBeLessThanOrEqual(within);
}
