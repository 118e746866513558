import { describe, expect, it } from 'vitest';
import { renderCost } from '../../src/transform/cost.ts';
import type { ImageInfo } from '../../src/transform/image.ts';
import { defaultLimits } from '../../src/transform/limits.ts';
import { planRender, type RenderPlan } from '../../src/transform/plan.ts';

const mega = 1e6;
const still: ImageInfo = {
  format: 'jpeg',
  width: 4000,
  height: 4000,
  orientation: 1,
  frames: 1,
  alpha: false,
  interlaced: false,
};
const small = { stages: [], animated: false, width: 100, height: 100 } as unknown as RenderPlan;
const cost = (image: Partial<ImageInfo>, plan: Partial<RenderPlan> = {}) =>
  renderCost([{ ...still, ...image }], { ...small, ...plan }) / mega;

describe('what a render is thought to take', () => {
  // Megabytes of RSS that one render of 16 megapixels took of a fresh process (docs/decisions/render-isolation.md).
  it.each<readonly [string, Partial<ImageInfo>, number]>([
    ['AVIF of 8 bits', { format: 'avif' }, 302],
    ['AVIF of 10 bits', { format: 'avif' }, 401],
    ['TIFF of 64 bits', { format: 'tiff' }, 32],
    ['TIFF of 64 bits in planes of one strip', { format: 'tiff', interlaced: true }, 175],
    ['interlaced PNG', { format: 'png', interlaced: true, heldBytes: 3 }, 49],
    ['interlaced PNG of 16 bits with alpha', { format: 'png', interlaced: true, heldBytes: 8 }, 129],
    ['progressive JPEG', { interlaced: true, heldBytes: 3 }, 56],
    ['progressive JPEG with colours at full size', { interlaced: true, heldBytes: 6 }, 104],
    ['progressive CMYK JPEG', { interlaced: true, heldBytes: 8 }, 141],
    ['PNG', { format: 'png' }, 7],
    ['PNG of 16 bits', { format: 'png' }, 13],
    ['WebP', { format: 'webp' }, 130],
    ['WebP with alpha', { format: 'webp' }, 139],
    ['GIF', { format: 'gif' }, 71],
    ['baseline JPEG', {}, 7],
    ['baseline CMYK JPEG', {}, 13],
  ])('is no less than was measured, and not much more: %s', (_, image, measured) => {
    expect(cost(image)).toBeGreaterThanOrEqual(measured);
    expect(cost(image)).toBeLessThanOrEqual(measured * 1.5 + 10);
  });

  it('is no less than was measured of an AVIF of 10 bits with alpha that becomes an AVIF', () => {
    const made = { width: 4000, height: 4000, format: 'avif' } as const;
    expect(cost({ format: 'avif', alpha: true }, made)).toBeGreaterThanOrEqual(633);
  });

  it('is no less than was measured of what takes most', () => {
    expect(cost({ format: 'avif' })).toBeGreaterThanOrEqual(389);
    expect(cost({ format: 'tiff', interlaced: true })).toBeGreaterThanOrEqual(175);
  });

  it('grows with what is made, with frames and with overlays', () => {
    expect(cost({}, { width: 4000, height: 4000 })).toBeGreaterThan(cost({}) + 100);
    const large = { width: 4000, height: 4000, layers: [] };
    const [stage, blurred] = [{ ...large }, { ...large, fill: 'blur' }] as unknown as RenderPlan['stages'];
    const plain = cost({}, { ...large, stages: stage === undefined ? [] : [stage] });
    expect(cost({}, { ...large, stages: blurred === undefined ? [] : [blurred] })).toBeGreaterThan(plain + 50);
    expect(cost({}, { ...large, keep: 'all' })).toBeGreaterThan(plain + 50);
    const limits = { outputSide: 4096, outputPixels: 16e6 };
    const made = { of: { colour: {}, ...large }, stages: [], below: large, limits };
    const layered = [{ ...large, layers: [made] }] as unknown as RenderPlan['stages'];
    expect(cost({}, { ...large, stages: layered })).toBeGreaterThan(plain + 50);
    const animation = { format: 'gif', frames: 50, width: 400, height: 400 } as const;
    expect(cost(animation, { animated: true })).toBeGreaterThan(cost({ ...animation, frames: 1 }) * 10);
    expect(renderCost([still, { ...still, format: 'avif' }], small) / mega).toBeGreaterThan(cost({}) + 250);
  });

  it.each([
    ['one trim', [{ trim: { threshold: 10 }, resize: { width: 4000, height: 4000, enlarge: true } }]],
    [
      'two trims',
      [{ trim: { threshold: 10 } }, { trim: { threshold: 10 }, resize: { width: 4000, height: 4000, enlarge: true } }],
    ],
  ])('counts what follows %s', (_, stages) => {
    const image = { ...still, format: 'png', width: 60, height: 60 } as const;
    const plan = planRender({ stages, output: {} } as never, image, { limits: defaultLimits, accept: 'none' } as never);
    expect(plan.trimmed).toBeDefined();
    expect(renderCost([image], plan) / mega).toBeGreaterThan(75);
  });
});
