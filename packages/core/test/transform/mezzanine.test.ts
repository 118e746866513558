import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageInfo } from '../../src/transform/image.ts';
import { defaultLimits } from '../../src/transform/limits.ts';
import { mezzanineOf, planFrom } from '../../src/transform/mezzanine.ts';
import { planRender } from '../../src/transform/plan.ts';
import type { Transformation } from '../../src/transform/transformation.ts';

const jpeg: ImageInfo = {
  format: 'jpeg',
  width: 6000,
  height: 4000,
  orientation: 1,
  frames: 1,
  alpha: false,
  interlaced: false,
};

describe('the mezzanine of an original', () => {
  it.each<[what: string, image: Partial<ImageInfo>, size: string | undefined]>([
    ['a large JPEG', {}, '2048 × 1365'],
    ['a JPEG that lies on its side', { orientation: 6 }, '1365 × 2048'],
    ['a JPEG of 12 megapixels', { width: 4000, height: 3000 }, '2048 × 1536'],
    ['a JPEG below 12 megapixels', { width: 3999, height: 3000 }, undefined],
    ['a progressive JPEG', { width: 2100, height: 1400, interlaced: true }, '2048 × 1365'],
    ['a PNG', { format: 'png', width: 2100, height: 100 }, '2048 × 98'],
    ['a WebP', { format: 'webp', width: 2100, height: 1400 }, '2048 × 1365'],
    ['an AVIF', { format: 'avif', width: 2100, height: 1400 }, '2048 × 1365'],
    ['a strip of one pixel', { format: 'png', width: 16_000, height: 1 }, '2048 × 1'],
    ['a picture no larger than it', { format: 'avif', width: 2048, height: 2048 }, undefined],
    ['what may be transparent', { format: 'png', alpha: true }, undefined],
    ['an animation', { format: 'webp', frames: 2 }, undefined],
    ['a GIF', { format: 'gif' }, undefined],
    ['an SVG', { format: 'svg' }, undefined],
  ])('of %s', (_what, image, size) => {
    const mezzanine = mezzanineOf({ ...jpeg, ...image }, 2048);
    expect(mezzanine && `${mezzanine.image.width} × ${mezzanine.image.height}`).toBe(size);
  });
});

function planOf(transformation: Partial<Transformation>, image = jpeg) {
  const direct = planRender({ stages: [], output: {}, ...transformation }, image, {
    accept: 'other',
    limits: defaultLimits,
  });
  const mezzanine = mezzanineOf(image, 2048);
  return mezzanine && planFrom(mezzanine, image, direct);
}

const small = { width: 100, height: 100 };
const half = { percent: 50 };
const halfCrop = { x: half, y: 0, width: half, height: half };

describe('the plan from a mezzanine', () => {
  it.each<[what: string, transformation: Partial<Transformation>, isUsed: boolean]>([
    ['half its size', { stages: [{ resize: { width: 1024 } }] }, true],
    ['more than half its size', { stages: [{ resize: { width: 1025 } }] }, false],
    ['the size of the original', { stages: [] }, false],
    ['a cover that is higher than half', { stages: [{ resize: { width: 100, height: 700 } }] }, false],
    ['a cover within half', { stages: [{ resize: { width: 100, height: 600 } }] }, true],
    ['a part in a quarter', { stages: [{ crop: halfCrop, resize: { width: 512 } }] }, true],
    ['detail of a part', { stages: [{ crop: halfCrop, resize: { width: 513 } }] }, false],
    ['WebP', { stages: [{ resize: { width: 100 } }], output: { format: 'webp' } }, true],
    [
      'WebP without a loss',
      { stages: [{ resize: { width: 100 } }], output: { format: 'webp', lossless: true } },
      false,
    ],
    ['AVIF', { stages: [{ resize: { width: 100 } }], output: { format: 'avif' } }, true],
    ['PNG', { stages: [{ resize: { width: 100 } }], output: { format: 'png' } }, false],
    ['a description', { stages: [{ resize: { width: 100 } }], output: { format: 'json' } }, false],
    ['what is trimmed first', { stages: [{ trim: { threshold: 10 }, resize: { width: 100 } }] }, false],
    ['what is trimmed later', { stages: [{ resize: { width: 100 } }, { trim: { threshold: 10 } }] }, false],
    ['two stages', { stages: [{ resize: { width: 100 } }, { resize: { width: 50 } }] }, true],
    ['a canvas that is filled', { stages: [{ resize: { ...small, fit: 'contain' }, fill: 'blur' }] }, true],
    ['squares', { stages: [{ resize: { width: 100 }, pixelate: 8 }] }, true],
    ['its own size', { stages: [{ resize: { ...small, fit: 'none' } }] }, false],
    ['what keeps its profile', { stages: [{ resize: { width: 100 } }], output: { keep: 'icc' } }, false],
    ['what is turned otherwise', { stages: [{ resize: { width: 100 } }], output: { orient: 6 } }, false],
    ['what is turned as it is anyway', { stages: [{ resize: { width: 100 } }], output: { orient: 1 } }, true],
    ['a stage that makes it smaller too late', { stages: [{ blur: 3 }, { resize: { width: 50 } }] }, false],
  ])('of %s', (_what, transformation, isUsed) => {
    expect(planOf(transformation)?.recipe).toEqual(isUsed ? { mezzanine: mezzanineOf(jpeg, 2048)?.plan } : undefined);
  });

  it('is none for what is left as it is stored', () => {
    const turned = { ...jpeg, orientation: 6 };
    const stages = [{ resize: { width: 100 } }];
    expect(planOf({ stages }, turned)).toBeDefined();
    expect(planOf({ stages, output: { orient: 'none' } }, turned)).toBeUndefined();
  });

  it('crops within the mezzanine, and never more than a pixel beside', () => {
    const side = fc.integer({ min: 2100, max: 16_000 });
    const share = fc.integer({ min: 1, max: 99 });
    const property = fc.property(side, side, share, share, share, share, (width, height, x, y, right, down) => {
      const image = { ...jpeg, format: 'png', width, height } as const;
      const crop = { x: { percent: x }, y: { percent: y }, width: { percent: right }, height: { percent: down } };
      const transformation = { stages: [{ crop, resize: { width: 3 } }], output: { format: 'jpeg' } } as const;
      const direct = planRender(transformation, image, { accept: 'other', limits: defaultLimits });
      const mezzanine = mezzanineOf(image, 2048);
      if (mezzanine === undefined) throw new Error('Expected a mezzanine');
      const plan = planFrom(mezzanine, image, direct);
      // A part that is hardly a line has no half to be made from.
      const [before, after] = [direct.stages[0]?.crop, plan?.stages[0]?.crop];
      fc.pre(before !== undefined && after !== undefined);
      const factor = mezzanine.image.width / width;
      expect(after.left).toBeGreaterThanOrEqual(0);
      expect(after.top).toBeGreaterThanOrEqual(0);
      expect(after.left + after.width).toBeLessThanOrEqual(mezzanine.image.width);
      expect(after.top + after.height).toBeLessThanOrEqual(mezzanine.image.height);
      expect(Math.abs(after.left - before.left * factor)).toBeLessThanOrEqual(1);
      expect(Math.abs(after.width - before.width * factor)).toBeLessThanOrEqual(1);
      expect(plan).toMatchObject({ width: direct.width, height: direct.height });
    });
    fc.assert(property);
  });
});
