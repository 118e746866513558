import type { Sharp } from 'sharp';
import type { ImageInfo } from './image.ts';
import { type Opener, type RawPicture, toRaw } from './open.ts';
import type { RenderPlan } from './plan.ts';
import type { Output } from './transformation.ts';

/** What a result says beside its pixels, of what its type can say. */
export function metadataOf(
  { keep, dpi }: Output,
  image: ImageInfo,
  { format, animated }: Pick<RenderPlan, 'format' | 'animated'>,
): Pick<RenderPlan, 'keep' | 'density'> {
  const hasNone = animated || format === 'json' || format === 'gif' || image.format === 'gif' || image.format === 'svg';
  return {
    ...(keep === undefined || hasNone ? {} : { keep }),
    ...(dpi !== undefined && (format === 'jpeg' || format === 'png') ? { density: dpi } : {}),
  };
}

/** What stays of the metadata of an original. */
export interface Kept {
  /** Whether colours are its profile's, and not sRGB. */
  readonly isProfiled: boolean;
  readonly isAll: boolean;
}

/** What stays of an original by its plan; undefined for nothing. Throws what sharp throws. */
export async function keptOf(
  original: Uint8Array,
  image: ImageInfo,
  plan: RenderPlan,
  open: Opener,
): Promise<Kept | undefined> {
  if (plan.keep === undefined) return undefined;
  const { icc, space = '' } = await open.encoded(original, image.format, plan.frame ?? 0).metadata();
  // The profile of inks or greys says nothing of the colours that come out (ICC.1 §7.2.6).
  const isProfiled = icc?.toString('latin1', 16, 20) === 'RGB ' && (space === 'srgb' || space === 'rgb16');
  return { isProfiled, isAll: plan.keep === 'all' };
}

/**
 * A result with the metadata of its original: laid over the original, turned and scaled to its size, of which nothing but
 * that is left. sharp hands metadata on from one file to another in no other way.
 */
export async function withMetadataOf(
  original: Uint8Array,
  picture: Sharp,
  {
    image,
    plan,
    open,
    kept,
  }: { readonly image: ImageInfo; readonly plan: RenderPlan; readonly open: Opener; readonly kept: Kept },
): Promise<Sharp> {
  const { input, raw }: RawPicture = await toRaw(picture);
  const { width, height } = raw;
  const below = open
    .encoded(original, image.format, plan.frame ?? 0)
    .pipelineColourspace('srgb')
    // Nobody is to turn it again.
    .autoOrient()
    .resize({ width, height, fit: 'fill' })
    .composite([{ input, raw, blend: 'source' }]);
  const profiled = kept.isProfiled ? below.keepIccProfile() : below;
  return kept.isAll ? profiled.keepExif().keepXmp() : profiled;
}
