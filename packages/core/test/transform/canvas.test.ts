import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizePlan } from '../../src/transform/canvas.ts';
import { defaultLimits } from '../../src/transform/limits.ts';
import { fits, positions, type Resize, type Stage } from '../../src/transform/stage.ts';

const from = { width: 100, height: 60 };
const red = { r: 255, g: 0, b: 0, alpha: 255 };
const plan = (resize: Resize, stage: Stage = {}) => sizePlan({ ...stage, resize }, from, defaultLimits);

describe('a picture at its own size', () => {
  it.each<readonly [Resize, object]>([
    [
      { width: 40, height: 30 },
      { cut: { left: 30, top: 15, width: 40, height: 30 }, canvas: undefined },
    ],
    [
      { width: 40, height: 80 },
      { cut: { left: 30, top: 0, width: 40, height: 60 }, canvas: { width: 40, height: 80, sides: [10, 0, 10, 0] } },
    ],
    [
      { width: 41, height: 81, position: 'right bottom' },
      { cut: { left: 59, top: 0, width: 41, height: 60 }, canvas: { width: 41, height: 81, sides: [21, 0, 0, 0] } },
    ],
    [
      { width: 200, height: 121 },
      { cut: { left: 0, top: 0, ...from }, canvas: { width: 200, height: 121, sides: [30, 50, 31, 50] } },
    ],
    [
      { width: 50, height: 80, focus: { x: 0, y: 0 } },
      { cut: { left: 0, top: 0, width: 50, height: 60 }, canvas: { width: 50, height: 80, sides: [10, 0, 10, 0] } },
    ],
  ])('in %o is %o', (resize, expected) => {
    expect(plan({ ...resize, fit: 'none' })).toMatchObject(expected);
  });

  it('may not be larger than a result: what it lies on is smaller then', () => {
    const { canvas } = plan({ width: 4096, height: 4096, fit: 'none' }, {});
    expect((canvas?.width ?? 0) * (canvas?.height ?? 0)).toBeLessThanOrEqual(defaultLimits.outputPixels);
  });
});

describe('a picture on a canvas that is filled', () => {
  it.each<readonly [Resize, object]>([
    [
      { width: 50, height: 50 },
      { resize: { width: 50, height: 30 }, canvas: { sides: [10, 0, 10, 0] } },
    ],
    [
      { width: 200, height: 90 },
      { resize: from, canvas: { sides: [15, 50, 15, 50] } },
    ],
    [
      { width: 200, height: 90, enlarge: true, position: 'left' },
      { resize: { width: 150, height: 90 }, canvas: { sides: [0, 50, 0, 0] } },
    ],
    [{ width: 50, height: 30 }, { resize: { width: 50, height: 30 } }],
  ])('in %o is %o', (resize, expected) => {
    expect(plan({ ...resize, fit: 'contain' }, { fill: red })).toMatchObject(expected);
  });

  it('is left to sharp where nothing fills it', () => {
    expect(plan({ width: 50, height: 50, fit: 'contain' })).toEqual({
      cut: undefined,
      resize: { width: 50, height: 50, fit: 'contain', position: 'centre' },
    });
  });
});

it('adds up: what is cut, scaled and put around makes the size', () => {
  const side = fc.integer({ min: 1, max: 3000 });
  const size = fc.record({ width: side, height: side });
  const resizes = fc.record({
    width: side,
    height: side,
    fit: fc.constantFrom(...fits),
    position: fc.constantFrom(...positions),
    enlarge: fc.boolean(),
  });
  fc.assert(
    fc.property(size, resizes, fc.boolean(), (picture, resize, isFilled) => {
      const stage = { resize, fill: isFilled ? red : undefined };
      const { cut, resize: resized, canvas } = sizePlan(stage, picture, defaultLimits);
      if (cut !== undefined) {
        expect(Math.min(cut.left, cut.top)).toBeGreaterThanOrEqual(0);
        expect(cut.left + cut.width).toBeLessThanOrEqual(picture.width);
        expect(cut.top + cut.height).toBeLessThanOrEqual(picture.height);
      }
      if (canvas === undefined) return;
      const [top, right, bottom, left] = canvas.sides;
      expect(Math.min(top, right, bottom, left)).toBeGreaterThanOrEqual(0);
      expect([left + resized.width + right, top + resized.height + bottom]).toEqual([canvas.width, canvas.height]);
      if (resize.fit === 'none') expect([resized.width, resized.height]).toEqual([cut?.width, cut?.height]);
    }),
  );
});
