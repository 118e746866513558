import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Colour } from '../../../src/transform/colour.ts';
import { defaultLimits } from '../../../src/transform/limits.ts';
import { planRender } from '../../../src/transform/plan.ts';
import { probe } from '../../../src/transform/probe/probe.ts';
import { render } from '../../../src/transform/render.ts';
import type { Stage } from '../../../src/transform/stage.ts';

const green: Colour = { r: 0, g: 255, b: 0, alpha: 255 };
const glass: Colour = { ...green, alpha: 128 };

describe('a composed picture', () => {
  it.each<readonly [Stage, boolean]>([
    [{ radius: 'max' }, true],
    [{ opacity: 50 }, true],
    [{ radius: 'max', background: glass }, true],
    [{ radius: 'max', background: green }, false],
    [{ opacity: 50, background: green }, false],
    [{ background: glass }, false],
    [{ blur: 1, background: green }, false],
  ])('with %o has an alpha channel: %s', async (stage, expected) => {
    const original = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#0000ff' } })
      .png()
      .toBuffer();
    const image = probe(original);
    for (const format of ['png', 'webp', 'avif'] as const) {
      const plan = planRender({ stages: [stage], output: { format } }, image, {
        accept: 'other',
        limits: defaultLimits,
      });
      expect(plan.alpha).toBe(expected);
      const made = await render(original, image, plan, defaultLimits);
      expect((await sharp(made).metadata()).hasAlpha, format).toBe(expected);
    }
  });
});
