import type { OverlayOptions, Sharp } from 'sharp';
import type { ImageInfo } from './image.ts';
import type { LayerPlan } from './layers.ts';
import type { Opener, RawPicture } from './open.ts';
import { upright } from './upright.ts';

/** An original that is laid over another: its bytes, and what its header says. */
export interface OverlayOriginal {
  readonly bytes: Uint8Array;
  readonly image: ImageInfo;
}

/** A layer ready to be laid over a picture as it is: in sRGB, its opacity and its blending done. */
export interface Layer {
  readonly plan: LayerPlan;
  /** One for each frame of the picture, or one for all. */
  readonly frames: readonly RawPicture[];
}

/**
 * Makes a layer of an overlay, the first frame of an animation. Throws what sharp throws.
 *
 * @param below gives the picture that it is to be laid on, opened; asked for where the layer is blended with it.
 */
export async function makeLayer(
  { bytes, image }: OverlayOriginal,
  plan: LayerPlan,
  below: () => Sharp,
  open: Opener,
): Promise<Layer> {
  const { width, height, opacity, blend } = plan;
  const picture = open.encoded(bytes, image.format, false);
  const sized = upright(picture, image).resize({ width, height, fit: 'fill' });
  const top = await toRaw(veiled(sized, opacity));
  return { plan, frames: blend === 'over' ? [top] : await blended(top, plan, below(), open) };
}

/** Takes from the alpha of every pixel. */
function veiled(picture: Sharp, opacity: number): Sharp {
  if (opacity === 100) return picture;
  const veil: RawPicture = {
    input: Buffer.from([0, 0, 0, Math.round((opacity * 255) / 100)]),
    raw: { width: 1, height: 1, channels: 4 },
  };
  return picture.composite([everywhere(veil, 'dest-in')]);
}

/**
 * Mixes a layer with what is below it, frame by frame. libvips mixes colours already multiplied by their alpha, which
 * darkens every soft edge: so the colours are mixed as if opaque, and the layer's alpha is put back after (W3C
 * Compositing §5).
 */
async function blended(top: RawPicture, plan: LayerPlan, below: Sharp, open: Opener): Promise<readonly RawPicture[]> {
  const { left, width, height, blend } = plan;
  const opaque = await toRaw(open.raw(top).removeAlpha());
  const cut = below.extract({ left, top: plan.top, width, height });
  const strip = await toRaw(cut.composite([everywhere(opaque, blend), everywhere(top, 'dest-in')]));
  const { channels } = strip.raw;
  const frameBytes = width * height * channels;
  return Array.from({ length: strip.raw.height / height }, (_, frame) => ({
    input: strip.input.subarray(frame * frameBytes, (frame + 1) * frameBytes),
    raw: { width, height, channels },
  }));
}

/** Repeated from the left top: a strip of frames gets it on each. */
function everywhere(picture: RawPicture, blend: NonNullable<OverlayOptions['blend']>): OverlayOptions {
  return { ...picture, tile: true, gravity: 'northwest', blend };
}

async function toRaw(picture: Sharp): Promise<RawPicture> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { input: data, raw: { width, height, channels } };
}
