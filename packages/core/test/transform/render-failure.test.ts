import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { errorKinds, TintypeError } from '../../src/errors.ts';
import type { ResizePlan } from '../../src/transform/geometry.ts';
import type { ImageInfo } from '../../src/transform/image.ts';
import { defaultLimits, type Limits } from '../../src/transform/limits.ts';
import { planRender, type RenderPlan } from '../../src/transform/plan.ts';
import { probe } from '../../src/transform/probe/probe.ts';
import { render } from '../../src/transform/render.ts';
import type { StagePlan } from '../../src/transform/stage-plan.ts';
import { animation } from './probe/pictures.ts';

/** A picture that compresses badly, so that a cut hits pixels. */
function picture(): Sharp {
  const raw = new Uint8Array(120 * 80 * 3).map((_, index) => (index * index * 31) % 251);
  return sharp(raw, { raw: { width: 120, height: 80, channels: 3 } });
}

const planOf = (image: ImageInfo, changes: Partial<RenderPlan> = {}): RenderPlan => ({
  ...planRender({ stages: [{ resize: { width: 60 } }], output: { format: 'png' } }, image, {
    accept: 'other',
    limits: defaultLimits,
  }),
  ...changes,
});

/** A stage that does nothing but resize, as nobody would plan it. */
const resized = (changes: Partial<ResizePlan>): StagePlan => {
  const resize = { width: 1, height: 1, fit: 'fill', position: 'centre', ...changes } as const;
  return { width: resize.width, height: resize.height, resize, layers: [], alpha: false };
};

/** The error of a render, or undefined. */
async function failure(
  bytes: Uint8Array,
  image: ImageInfo,
  changes: Partial<RenderPlan> = {},
  limits: Partial<Limits> = {},
): Promise<unknown> {
  return render(bytes, image, planOf(image, changes), { ...defaultLimits, ...limits }).then(
    () => undefined,
    (error: unknown) => error,
  );
}

const kinds: readonly (readonly [string, () => Promise<Buffer>])[] = [
  ['baseline JPEG', () => picture().jpeg().toBuffer()],
  ['progressive JPEG', () => picture().jpeg({ progressive: true }).toBuffer()],
  ['PNG', () => picture().png().toBuffer()],
  ['interlaced PNG', () => picture().png({ progressive: true }).toBuffer()],
  ['lossy WebP', () => picture().webp().toBuffer()],
  ['lossless WebP', () => picture().webp({ lossless: true }).toBuffer()],
  ['AVIF', () => picture().avif().toBuffer()],
  ['GIF', () => picture().gif().toBuffer()],
];

describe('render', () => {
  it.each(kinds)('refuses a %s that ends too soon as BROKEN_IMAGE', async (_, make) => {
    const whole = await make();
    const image = probe(whole);
    expect(await failure(whole, image)).toBeUndefined();
    for (const share of [0.3, 0.6, 0.9]) {
      const error = await failure(whole.subarray(0, Math.floor(whole.length * share)), image);
      expect(error).toBeInstanceOf(TintypeError);
      expect(error).toMatchObject({ code: 'BROKEN_IMAGE', message: errorKinds.BROKEN_IMAGE.message });
      expect(error).toHaveProperty('cause.message', expect.stringMatching(/./));
    }
  });

  it('refuses an animation with a broken frame', async () => {
    const gif = await animation(30, 20, 4).gif().toBuffer();
    // Inside the pixels of the second frame.
    const broken = Buffer.from(gif).fill(0xff, 100, 108);
    expect(await failure(gif, probe(gif), { animated: true, format: 'gif' })).toBeUndefined();
    expect(await failure(broken, probe(gif), { animated: true, format: 'gif' })).toMatchObject({
      code: 'BROKEN_IMAGE',
    });
    const webp = await animation(30, 20, 4).webp().toBuffer();
    const cut = webp.subarray(0, webp.length * 0.7);
    expect(await failure(cut, probe(webp), { animated: true, format: 'webp' })).toMatchObject({ code: 'BROKEN_IMAGE' });
  });

  it('refuses bytes that no decoder knows as UNSUPPORTED_IMAGE', async () => {
    const image = probe(await picture().png().toBuffer());
    expect(await failure(Buffer.from('no picture at all'), image)).toMatchObject({ code: 'UNSUPPORTED_IMAGE' });
  });

  it('refuses what is larger than its header said, by the second line of pixel limits', async () => {
    const bytes = await picture().png().toBuffer();
    const image = { ...probe(bytes), width: 10, height: 10 };
    const limits = { pixels: 120 * 80 - 1, animationPixels: 100 };
    expect(await failure(bytes, image, {}, limits)).toMatchObject({ code: 'ORIGINAL_TOO_LARGE', status: 413 });
    expect(await failure(bytes, image, {}, { ...limits, pixels: 120 * 80 })).toBeUndefined();
    expect(await failure(bytes, image, {}, { ...limits, animationPixels: 120 * 80 })).toBeUndefined();
  });

  it.each<readonly [string, Partial<RenderPlan>]>([
    ['a width', { stages: [resized({ width: -1 })] }],
    ['a height', { stages: [resized({ height: 0.5 })] }],
    ['a fit', { stages: [resized({ fit: 'squeeze' as 'fill' })] }],
    ['a position', { stages: [resized({ fit: 'cover', position: 'webp' as 'left' })] }],
    ['a quality', { format: 'jpeg', encoding: { quality: 1000 } }],
    ['a format', { format: 'bmp' as 'png' }],
  ])('calls it RENDER_FAILED where the plan has %s that sharp refuses', async (_, changes) => {
    const bytes = await picture().png().toBuffer();
    const error = await failure(bytes, probe(bytes), changes);
    expect(error).toMatchObject({ code: 'RENDER_FAILED', status: 500, expose: false });
    expect(error).toMatchObject({ message: errorKinds.RENDER_FAILED.message });
  });

  it('calls it RENDER_FAILED where a type cannot hold the size', async () => {
    const bytes = await picture().png().toBuffer();
    const stages = [resized({ width: 16_384 })];
    expect(await failure(bytes, probe(bytes), { stages, format: 'webp' })).toMatchObject({ code: 'RENDER_FAILED' });
  });
});
