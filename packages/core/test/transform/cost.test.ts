import { describe, expect, it } from 'vitest';
import { renderCost } from '../../src/transform/cost.ts';
import type { ImageInfo } from '../../src/transform/image.ts';
import type { RenderPlan } from '../../src/transform/plan.ts';

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
  // Peaks of RSS above an idle process, of 16–17 megapixels (docs/decisions/render-isolation.md).
  it.each<readonly [string, Partial<ImageInfo>, number]>([
    ['AVIF', { format: 'avif' }, 300],
    ['interlaced PNG', { format: 'png', interlaced: true }, 76],
    ['progressive JPEG', { interlaced: true }, 53],
    ['PNG', { format: 'png' }, 25],
    ['WebP', { format: 'webp' }, 6],
    ['baseline JPEG', {}, 1],
  ])('is no less than was measured, and within its order: %s', (_, image, measured) => {
    expect(cost(image)).toBeGreaterThanOrEqual(measured * 0.6);
    expect(cost(image)).toBeLessThanOrEqual(measured * 4 + 20);
  });

  it('grows with what is made, with frames and with overlays', () => {
    expect(cost({}, { width: 4000, height: 4000 })).toBeGreaterThan(cost({}) + 100);
    const large = { width: 4000, height: 4000 };
    const [stage, blurred] = [
      { ...large, layers: [] },
      { ...large, layers: [], fill: 'blur' },
    ] as unknown as RenderPlan['stages'];
    const plain = cost({}, { ...large, stages: stage === undefined ? [] : [stage] });
    expect(cost({}, { ...large, stages: blurred === undefined ? [] : [blurred] })).toBeGreaterThan(plain + 50);
    expect(cost({}, { ...large, keep: 'all' })).toBeGreaterThan(plain + 50);
    const animation = { format: 'gif', frames: 50, width: 400, height: 400 } as const;
    expect(cost(animation, { animated: true })).toBeGreaterThan(cost({ ...animation, frames: 1 }) * 10);
    expect(renderCost([still, { ...still, format: 'avif' }], small) / mega).toBeGreaterThan(cost({}) + 250);
  });
});
