import type { Sharp } from 'sharp';
import { describePicture } from './describe.ts';
import { stagesOfDrawn } from './drawing.ts';
import { faultOf } from './fault.ts';
import { framesOf, playbackOf, stripOf } from './frames.ts';
import { sizeOf } from './geometry.ts';
import type { ImageInfo } from './image.ts';
import { createLay } from './lay.ts';
import type { OverlayOriginal } from './layer.ts';
import type { Limits } from './limits.ts';
import { type Kept, keptOf, withMetadataOf } from './metadata.ts';
import { createOpener, defaultRenderTimeout, type Opener, type RawPicture, toRaw } from './open.ts';
import { isLooking, type Pass, passesOf, runsOf } from './passes.ts';
import { planTrimmed, type RenderPlan } from './plan.ts';
import { encode } from './steps/encode.ts';
import { createFinder } from './text/font-uses.ts';
import type { Font } from './text/fonts.ts';
import { applied, type Lay, type Open, throughPasses, trimmedOf } from './through-passes.ts';
import { tonalRange } from './tonal-range.ts';
import { upright } from './upright.ts';

/**
 * Makes a derivative in this process.
 *
 * @param overlays the originals laid over it, one for each of `overlaysOf(transformation)`.
 * @param timeout seconds after which sharp gives up.
 * @param fonts those that the plan names.
 * @throws TintypeError `BROKEN_IMAGE`, `ORIGINAL_TOO_LARGE`, `UNSUPPORTED_IMAGE`, `RENDER_TIMEOUT`, `RENDER_FAILED`:
 * of whichever original; `INVALID_PARAMETER` for what shows only once a picture is trimmed.
 */
export async function render(
  original: Uint8Array,
  image: ImageInfo,
  plan: RenderPlan,
  limits: Limits,
  overlays: readonly OverlayOriginal[] = [],
  timeout: number = defaultRenderTimeout,
  fonts: readonly Font[] = [],
): Promise<Uint8Array> {
  const open = createOpener(limits, timeout);
  const lay = createLay({ overlays, open, fonts: createFinder(plan.fonts, fonts) });
  const rendering: Rendering = { original, image, plan, open, lay, overlays };
  try {
    return plan.animated ? await renderAnimation(rendering) : await renderStill(rendering);
  } catch (error) {
    const own = { bytes: original, image, frames: plan.animated ? ('all' as const) : (plan.frame ?? 0) };
    throw await faultOf(error, [own, ...overlays.map((overlay) => ({ ...overlay, frames: 0 }))], open);
  }
}

interface Rendering {
  readonly original: Uint8Array;
  readonly image: ImageInfo;
  readonly plan: RenderPlan;
  readonly open: Opener;
  readonly lay: Lay;
  readonly overlays: readonly OverlayOriginal[];
  readonly kept?: Kept | undefined;
}

async function renderStill(rendering: Rendering): Promise<Uint8Array> {
  const { original, image, plan, open } = rendering;
  if (image.format === 'svg') return renderDrawing(rendering);
  const { format } = image;
  const kept = await keptOf(original, image, plan, open);
  const opened = () => {
    const picture = open.encoded(original, format, plan.frame ?? 0);
    const coloured = kept?.isProfiled ? picture.keepIccProfile() : picture;
    return plan.asStored ? coloured : upright(coloured, image);
  };
  return renderStages(opened, { ...rendering, kept });
}

async function renderDrawing(rendering: Rendering): Promise<Uint8Array> {
  const { original, image, plan, open } = rendering;
  const size = plan.drawn ?? image;
  const stages = stagesOfDrawn(image, plan.stages, size);
  // Pixels first: sharp would cut before it makes them fit.
  const drawn = await toRaw(open.drawn(original, image, size));
  return renderStages(() => open.raw(drawn), { ...rendering, plan: { ...plan, stages } });
}

/** What follows a trim is planned when the trim is done. */
async function renderStages(opened: Open, rendering: Rendering): Promise<Uint8Array> {
  const { plan, open, overlays } = rendering;
  const picture = await throughPasses(opened, passesOf(plan.stages, false), rendering);
  if (plan.trimmed === undefined) return finish(picture, rendering);
  // Its own pass: sharp trims before everything else.
  const before = await toRaw(picture);
  const trimmed = await trimmedOf(before, plan.trimmed.trim, open);
  const sizes = overlays.map((overlay) => sizeOf(overlay.image));
  return renderStages(() => open.raw(trimmed), { ...rendering, plan: planTrimmed(plan, trimmed.raw, sizes) });
}

async function finish(picture: Sharp, { plan, image, original, open, kept }: Rendering): Promise<Uint8Array> {
  const { format, density, asStored } = plan;
  if (format === 'json') {
    return describePicture(await toRaw(picture), { plan, image, bytes: original.length, open });
  }
  if (kept !== undefined) {
    return encode(await withMetadataOf(original, picture, { image, plan, open, kept }), format, plan).toBuffer();
  }
  // Beside a density sharp would write the orientation that nobody has heard of.
  const isToForget = density !== undefined && asStored;
  return encode(isToForget ? open.raw(await toRaw(picture)) : picture, format, plan).toBuffer();
}

async function renderAnimation(rendering: Rendering): Promise<Uint8Array> {
  const { original, image, plan, open } = rendering;
  const { format, frames } = image;
  const [first = [], ...others] = passesOf(plan.stages, true);
  const strip = await applied(first, () => open.encoded(original, format, 'all'), rendering, { frames });
  if (others.length === 0) return finish(strip, rendering);
  const playback = await playbackOf(open.encoded(original, format, 'all'));
  let made = framesOf(await toRaw(strip), frames);
  for (const run of runsOf(others)) made = await throughRun(made, run, rendering);
  const all = open.raw(stripOf(made));
  return encode(all, plan.format as 'gif' | 'webp', {
    ...plan,
    encoding: { ...plan.encoding, ...playback },
  }).toBuffer();
}

/** All frames, one after the other, of which the first pass may look at all. */
async function throughRun(
  frames: readonly RawPicture[],
  run: readonly Pass[],
  rendering: Rendering,
): Promise<RawPicture[]> {
  const range = isLooking(run[0]) ? tonalRange(frames) : undefined;
  const made: RawPicture[] = [];
  for (const frame of frames) {
    made.push(await toRaw(await throughPasses(() => rendering.open.raw(frame), run, rendering, range)));
  }
  return made;
}
