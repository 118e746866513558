import sharp from 'sharp';
import { native } from '../../src/dialect/native.ts';
import { checkRequestedSize } from '../../src/transform/geometry.ts';
import { defaultLimits } from '../../src/transform/limits.ts';
import { planRender, type RenderPlan } from '../../src/transform/plan.ts';
import { probe } from '../../src/transform/probe/probe.ts';
import { render } from '../../src/transform/render.ts';

const dialect = native({ metadata: true });

/** What a URL with that query makes of an original, on the path that a request takes. */
export async function make(original: Uint8Array, query: string): Promise<{ plan: RenderPlan; bytes: Uint8Array }> {
  const request = dialect.parse({ path: '/picture', query });
  if (request === undefined) throw new Error('Expected a request');
  checkRequestedSize(request.transformation, defaultLimits);
  const image = probe(original);
  const plan = planRender(request.transformation, image, { accept: 'other', limits: defaultLimits });
  return { plan, bytes: await render(original, image, plan, defaultLimits) };
}

export type Rgb = readonly [r: number, g: number, b: number];
export type Rgba = readonly [r: number, g: number, b: number, alpha: number];

/** Decoded pixels. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 3, or 4 with alpha. */
  readonly channels: number;
  readonly data: Uint8Array;
  /** One pixel, opaque where there is no alpha. */
  readonly at: (x: number, y: number) => Rgba;
}

/** Decodes one frame of an encoded picture, which must be in sRGB with 8 bits: metadata is not listened to. */
export async function decoded(bytes: Uint8Array, page = 0): Promise<Pixels> {
  const { data, info } = await sharp(bytes, { page }).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4) throw new Error(`Expected 3 or 4 channels but received ${channels}`);
  const at = (x: number, y: number): Rgba => {
    if (x < 0 || y < 0 || x >= width || y >= height) throw new RangeError(`${x},${y} is outside`);
    const from = (y * width + x) * channels;
    const [r = 0, g = 0, b = 0, alpha = 255] = data.subarray(from, from + channels);
    return [r, g, b, alpha];
  };
  return { width, height, channels, data, at };
}

/** The pixels of what a URL with that query makes. */
export async function pixels(original: Uint8Array, query: string, page = 0): Promise<Pixels> {
  return decoded((await make(original, query)).bytes, page);
}

/** The refusal of a query; undefined where it is made. */
export const refusal = (original: Uint8Array, query: string): Promise<unknown> =>
  make(original, query).then(
    () => undefined,
    (error: unknown) => error,
  );
