import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Colour } from '../../../src/transform/colour.ts';
import { defaultLimits } from '../../../src/transform/limits.ts';
import { planRender } from '../../../src/transform/plan.ts';
import { probe } from '../../../src/transform/probe/probe.ts';
import { render } from '../../../src/transform/render.ts';
import type { Stage } from '../../../src/transform/stage.ts';
import { type Picture, planStage } from '../../../src/transform/stage-plan.ts';
import { flattensEarly } from '../../../src/transform/steps/flatten.ts';
import type { Output } from '../../../src/transform/transformation.ts';

const red: Colour = { r: 255, g: 0, b: 0, alpha: 255 };
const green: Colour = { r: 0, g: 255, b: 0, alpha: 255 };
const glass: Colour = { ...red, alpha: 128 };

describe('flattensEarly', () => {
  const picture: Picture = { width: 100, height: 60, alpha: true };

  it.each<readonly [string, Stage, boolean]>([
    ['no background', {}, false],
    ['glass', { background: glass }, false],
    ['a colour', { background: red }, true],
    ['a colour beside a change of size', { background: red, resize: { width: 9, height: 9, fit: 'contain' } }, true],
    ['a colour beside a turn', { background: red, rotate: { degrees: 45 } }, true],
    ['a colour beside padding', { background: red, pad: [1, 1, 1, 1] }, true],
    ['a colour beside a frame', { background: red, border: { width: 1, colour: green } }, true],
    ['a colour beside a frame of glass', { background: red, border: { width: 1, colour: glass } }, false],
    ['a colour beside a change of colours', { background: red, adjust: { negate: true } }, false],
    ['a colour beside blur', { background: red, blur: 1 }, false],
    ['a colour beside sharpening', { background: red, sharpen: 'mild' }, false],
    ['a colour beside round corners', { background: red, radius: 'max' }, false],
    ['a colour beside opacity', { background: red, opacity: 50 }, false],
  ])('with %s', (_, stage, expected) => {
    expect(flattensEarly(planStage(stage, picture, defaultLimits, { sizes: [], first: 0 }))).toBe(expected);
  });
});

describe('flattensEarly of a picture without colours', () => {
  it('is false: a colour below it would have none either', () => {
    const grey: Picture = { width: 100, height: 60, alpha: false, grey: true };
    const stage = { background: red, pad: [1, 1, 1, 1] } as const;
    expect(flattensEarly(planStage(stage, grey, defaultLimits, { sizes: [], first: 0 }))).toBe(false);
  });
});

describe('a frame of glass', () => {
  it.each<readonly [string, Stage, Output, readonly number[]]>([
    ['the background', { background: green }, { format: 'png' }, [128, 127, 0]],
    ['the white of a JPEG', {}, { format: 'jpeg', quality: 100 }, [255, 127, 127]],
  ])('lets %s shine through', async (_, stage, output, expected) => {
    const original = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#0000ff' } })
      .png()
      .toBuffer();
    const image = probe(original);
    const stages = [{ border: { width: 10, colour: glass }, ...stage }];
    const plan = planRender({ stages, output }, image, { accept: 'other', limits: defaultLimits });
    const made = await render(original, image, plan, defaultLimits);
    const { data, info } = await sharp(made).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([40, 40, 3]);
    for (const [index, value] of expected.entries()) expect(Math.abs((data[index] ?? 0) - value)).toBeLessThan(4);
  });
});
