import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Size } from '../../src/transform/geometry.ts';
import { hasCorners, rotationPlan } from '../../src/transform/rotation.ts';
import type { Rotation } from '../../src/transform/stage.ts';

const picture: Size = { width: 100, height: 60 };

const opaque = ({ width, height }: Size) =>
  sharp({ create: { width, height, channels: 4, background: { r: 200, g: 40, b: 40, alpha: 1 } } });

/** A picture turned by sharp: all of its pixels. */
async function turned(degrees: number, from: Size) {
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  const { data, info } = await opaque(from).rotate(degrees, { background }).raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

const side = fc.integer({ min: 1, max: 160 });
const sizes = fc.record({ width: side, height: side });
/** As exact as the grammar is, and near to the angles where rounding changes sides. */
const angles = fc.oneof(
  fc.integer({ min: 1, max: 359 }),
  fc.integer({ min: 1, max: 35_999 }).map((value) => value / 100),
  // Sides of an odd number of pixels make halves of these.
  fc.constantFrom(30, 60, 120, 150, 210, 240, 300, 330),
  fc.constantFrom(0.01, 0.1, 45, 89.99, 90, 90.01, 135, 180, 180.01, 225, 269.99, 270, 315, 359.99),
);

describe('rotationPlan', () => {
  it.each<readonly [Rotation, Size]>([
    [{ degrees: 90 }, { width: 60, height: 100 }],
    [{ degrees: 180 }, { width: 100, height: 60 }],
    [{ degrees: 270 }, { width: 60, height: 100 }],
    [{ degrees: 45 }, { width: 113, height: 113 }],
    [
      { degrees: 30, frame: 'grow' },
      { width: 117, height: 102 },
    ],
  ])('makes of %o the box around it: %o', (rotation, expected) => {
    expect(rotationPlan(rotation, picture)).toEqual({ degrees: rotation.degrees, ...expected });
  });

  it('gives the very size that sharp makes, for any size and angle', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, angles, async (from, degrees) => {
        const { width, height } = await turned(degrees, from);
        expect(rotationPlan({ degrees }, from)).toEqual({ degrees, width, height });
      }),
      { numRuns: 500 },
    );
  });

  it.each([1, 30, 45, 90, 135, 200, 270, 359])('keeps the frame turned by %i degrees where it covers', (degrees) => {
    expect(rotationPlan({ degrees, frame: 'cover' }, picture)).toMatchObject({ degrees, ...picture });
  });

  it('cuts in the old proportions, from the middle', () => {
    expect(rotationPlan({ degrees: 90, frame: 'cover' }, picture).cut).toEqual({
      left: 0,
      top: 32,
      width: 60,
      height: 36,
    });
    fc.assert(
      fc.property(
        fc.record({ width: fc.integer({ min: 200, max: 4000 }), height: fc.integer({ min: 200, max: 4000 }) }),
        angles,
        (from, degrees) => {
          const { cut } = rotationPlan({ degrees, frame: 'cover' }, from);
          const box = rotationPlan({ degrees }, from);
          if (cut === undefined) throw new Error('Expected a cut');
          const factors = [cut.width / from.width, cut.height / from.height] as const;
          expect(Math.abs(factors[0] - factors[1])).toBeLessThan(3 / Math.min(from.width, from.height));
          // libvips turns about the middle of the first pixel: up to 2½ pixels off the middle of the box, all rounding included.
          expect(Math.abs(2 * cut.left + cut.width - box.width)).toBeLessThanOrEqual(5);
          expect(Math.abs(2 * cut.top + cut.height - box.height)).toBeLessThanOrEqual(5);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('cuts whole pixels inside the turned picture', () => {
    fc.assert(
      fc.property(sizes, angles, (from, degrees) => {
        const { cut } = rotationPlan({ degrees, frame: 'cover' }, from);
        const box = rotationPlan({ degrees }, from);
        if (cut === undefined) throw new Error('Expected a cut');
        for (const value of Object.values(cut)) expect(Number.isInteger(value)).toBe(true);
        expect(Math.min(cut.left, cut.top)).toBeGreaterThanOrEqual(0);
        expect(Math.min(cut.width, cut.height)).toBeGreaterThanOrEqual(1);
        expect(cut.left + cut.width).toBeLessThanOrEqual(box.width);
        expect(cut.top + cut.height).toBeLessThanOrEqual(box.height);
      }),
    );
  });

  it('cuts no pixel that an empty corner shines through', async () => {
    const large = fc.record({ width: fc.integer({ min: 16, max: 160 }), height: fc.integer({ min: 16, max: 160 }) });
    await fc.assert(
      fc.asyncProperty(large, angles, async (from, degrees) => {
        const { cut } = rotationPlan({ degrees, frame: 'cover' }, from);
        if (cut === undefined) throw new Error('Expected a cut');
        const { data, width } = await turned(degrees, from);
        let least = 255;
        for (let y = cut.top; y < cut.top + cut.height; y += 1) {
          for (let x = cut.left; x < cut.left + cut.width; x += 1) {
            least = Math.min(least, data[(y * width + x) * 4 + 3] ?? 0);
          }
        }
        // Of 256 steps the weights of a mixture may lose one.
        expect(least).toBeGreaterThanOrEqual(254);
      }),
      {
        numRuns: 300,
        examples: [
          [{ width: 37, height: 16 }, 330],
          [{ width: 43, height: 16 }, 240],
          [{ width: 48, height: 71 }, 120],
          [{ width: 22, height: 69 }, 30],
        ],
      },
    );
  });

  it('cuts nearly all that could be cut', () => {
    const { cut } = rotationPlan({ degrees: 10, frame: 'cover' }, { width: 1000, height: 1000 });
    // 1 / (cos 10° + sin 10°) of each side.
    expect(cut?.width).toBeGreaterThan(860);
    expect(cut?.width).toBeLessThanOrEqual(863);
  });
});

describe('hasCorners', () => {
  it.each<readonly [Rotation, boolean]>([
    [{ degrees: 90 }, false],
    [{ degrees: 180 }, false],
    [{ degrees: 270, frame: 'grow' }, false],
    [{ degrees: 90, frame: 'cover' }, false],
    [{ degrees: 1 }, true],
    [{ degrees: 90.01 }, true],
    [{ degrees: 45, frame: 'cover' }, false],
  ])('of %o is %s', (rotation, expected) => {
    expect(hasCorners(rotationPlan(rotation, picture))).toBe(expected);
  });
});
