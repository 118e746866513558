import type { Sharp } from 'sharp';
import type { Region, Size } from './geometry.ts';
import type { ImageInfo } from './image.ts';
import { type Opener, type RawPicture, toRaw, veil } from './open.ts';
import type { Blend } from './overlay.ts';
import { upright } from './upright.ts';

/** An original that is laid over another: its bytes, and what its header says. */
export interface OverlayOriginal {
  readonly bytes: Uint8Array;
  readonly image: ImageInfo;
}

/** A layer ready to be laid over a picture as it is: in sRGB, its opacity and its blending done, and none of it outside. */
export interface Layer {
  readonly left: number;
  readonly top: number;
  readonly pixels: RawPicture;
}

/** Makes an overlay the size and opacity of its layer, the first frame of an animation. Throws what sharp throws. */
export async function sizedOverlay(
  { bytes, image }: OverlayOriginal,
  { width, height, opacity }: Size & { readonly opacity: number },
  open: Opener,
): Promise<RawPicture> {
  const sized =
    image.format === 'svg'
      ? open.drawn(bytes, image, { width, height })
      : upright(open.encoded(bytes, image.format, 0), image).resize({ width, height, fit: 'fill' });
  return toRaw(veiled(sized, opacity));
}

/** Makes pixels another size and more transparent. */
export async function resized(
  pixels: RawPicture,
  { width, height }: Size,
  opacity: number,
  open: Opener,
): Promise<RawPicture> {
  const isSame = pixels.raw.width === width && pixels.raw.height === height;
  if (isSame && opacity === 100) return pixels;
  const sized = isSame ? pixels : await toRaw(open.raw(pixels).resize({ width, height, fit: 'fill' }));
  return opacity === 100 ? sized : toRaw(veiled(open.raw(sized), opacity));
}

/** Takes from the alpha of every pixel. */
function veiled(picture: Sharp, opacity: number): Sharp {
  if (opacity === 100) return picture;
  return picture.composite([veil(opacity)]);
}

/**
 * Mixes an overlay with what is below it. libvips mixes colours already multiplied by their alpha, which darkens every
 * soft edge: so the colours are mixed as if opaque, and the overlay's alpha is put back after (W3C Compositing §5).
 *
 * @param region where it lies.
 */
export async function blended(
  top: RawPicture,
  { region, blend }: { readonly region: Region; readonly blend: Blend },
  below: Sharp,
  open: Opener,
): Promise<RawPicture> {
  const { left, width, height } = region;
  const opaque = await toRaw(open.raw(top).removeAlpha());
  const cut = below.extract({ left, top: region.top, width, height });
  return toRaw(
    cut.composite([
      { ...opaque, left: 0, top: 0, blend },
      { ...top, left: 0, top: 0, blend: 'dest-in' },
    ]),
  );
}
