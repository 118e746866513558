import { TintypeError } from '../errors.ts';
import { drawnSize, scalable, stagesOfDrawn } from './drawing.ts';
import { type Region, type Size, scale, sizeOf } from './geometry.ts';
import { blended, type OverlayOriginal, resized, sizedOverlay } from './layer.ts';
import { type LayerPlan, type MadeLayer, placeAt, placeOverlay, wantedScale } from './layers.ts';
import { type Opener, onePixel, type RawPicture, toRaw } from './open.ts';
import { passesOf } from './passes.ts';
import { block, cutOut, tiled, visiblePart } from './pixels.ts';
import { type Planned, planStages } from './plan.ts';
import type { Picture } from './stage-plan.ts';
import { drawText } from './text/draw-text.ts';
import type { Fonts } from './text/fonts.ts';
import { type Lay, type Open, type PassTools, throughPasses, trimmedOf } from './through-passes.ts';
import { upright } from './upright.ts';

/** What layers are made from. */
export interface LayContext {
  /** The originals laid over, one for each of `overlaysOf(transformation)`. */
  readonly overlays: readonly OverlayOriginal[];
  readonly open: Opener;
  /** Of the words that are laid on. */
  readonly fonts: Fonts;
}

/** Pixels, and where they lie. */
interface Placed {
  readonly region: Region;
  readonly pixels: RawPicture;
}

/** Creates what makes layers: each once, however many frames it is laid on. */
export function createLay(context: LayContext): Lay {
  const { open } = context;
  const made = new Map<LayerPlan, Promise<Placed | undefined>>();
  const lay: Lay = async (plan, below) => {
    const making = made.get(plan) ?? place(plan, tools);
    made.set(plan, making);
    const placed = await making;
    if (placed === undefined) return undefined;
    const { region, pixels } = placed;
    const { left, top } = region;
    if (plan.blend === 'over') return { left, top, pixels };
    return { left, top, pixels: await blended(pixels, { region, blend: plan.blend }, below(), open) };
  };
  const tools: LayTools = { ...context, lay };
  return lay;
}

type LayTools = LayContext & PassTools;

async function place(plan: LayerPlan, tools: LayTools): Promise<Placed | undefined> {
  if (!('of' in plan)) {
    const { left, top, width, height, overlay } = plan;
    const pixels = await sizedOverlay(originalOf(overlay, tools), plan, tools.open);
    return { region: { left, top, width, height }, pixels };
  }
  const whole = await makeWhole(plan, tools);
  const { width, height } = whole.raw;
  const region = placeWhole(plan, { width, height });
  if (plan.placement.tile) {
    return { region: { ...plan.below, left: 0, top: 0 }, pixels: tiled(whole, region, plan.below) };
  }
  const seen = visiblePart(region, plan.below);
  if (seen === undefined) return undefined;
  const inside = { ...seen, left: seen.left - region.left, top: seen.top - region.top };
  return { region: seen, pixels: cutOut(whole, inside) };
}

/** A layer in its size, with nothing cut off yet. */
async function makeWhole(plan: MadeLayer, tools: LayTools): Promise<RawPicture> {
  const { of, stages, opacity } = plan;
  if ('overlay' in of && stages.length === 0) {
    const original = originalOf(of.overlay, tools);
    return sizedOverlay(original, { ...sizeOn(plan, sizeOf(original.image)), opacity }, tools.open);
  }
  const made = await makeContent(plan, tools);
  const { width, height } = made.raw;
  return resized(made, sizeOn(plan, { width, height }), opacity, tools.open);
}

/**
 * The size that a layer is laid on in.
 *
 * @throws TintypeError `INVALID_PARAMETER` where that is over the limits.
 */
function sizeOn({ placement, below, limits }: MadeLayer, own: Size): Size {
  const { at, tile } = placement;
  if (at === undefined && tile === undefined) {
    const { width, height } = placeOverlay(placement, own, below);
    return { width, height };
  }
  const size = scale(own, wantedScale(placement, own, below));
  const { outputSide, outputPixels } = limits;
  if (Math.max(size.width, size.height) > outputSide || size.width * size.height > outputPixels) {
    const allowed = `${outputSide} pixels a side and ${outputPixels / 1e6} megapixels are allowed`;
    const message = `A layer would have ${size.width} × ${size.height} pixels; ${allowed}.`;
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  return size;
}

function placeWhole({ placement, below }: MadeLayer, size: Size): Region {
  if (placement.at !== undefined || placement.tile !== undefined) return placeAt(placement, size, below);
  // It has the size it would be given.
  return placeOverlay({ ...placement, ...size }, size, below);
}

/** What a layer is of, its stages done. */
async function makeContent({ of, stages, firstOverlay, limits }: MadeLayer, tools: LayTools): Promise<RawPicture> {
  const { overlays, open, fonts } = tools;
  const context = { limits, sizes: overlays.map(({ image }) => sizeOf(image)), first: firstOverlay };
  if ('overlay' in of) {
    const { bytes, image } = originalOf(of.overlay, tools);
    const picture = { ...sizeOf(image), alpha: image.alpha, grey: image.grey };
    if (image.format !== 'svg') {
      const opened = () => upright(open.encoded(bytes, image.format, 0), image);
      return through(opened, planStages(stages, picture, context), tools);
    }
    const planned = planStages(scalable(stages), picture, context);
    const size = drawnSize(image, planned.stages, limits);
    const drawn = await toRaw(open.drawn(bytes, image, size));
    const scaled = { ...planned, stages: stagesOfDrawn(image, planned.stages, size) };
    return through(() => open.raw(drawn), scaled, tools);
  }
  const pixels =
    'text' in of
      ? await drawText(of.text, fonts.find(of.text), limits, open.checkTime)
      : block(of, onePixel(of.colour));
  if (stages.length === 0) return pixels;
  return through(() => open.raw(pixels), planStages(stages, pictureOf(pixels), context), tools);
}

function pictureOf({ raw: { width, height } }: RawPicture): Picture {
  return { width, height, alpha: true };
}

/** All stages of a layer, those after a trim planned when it is done. */
async function through(opened: Open, { stages, trimmed }: Planned, tools: LayTools): Promise<RawPicture> {
  const { open, overlays } = tools;
  const made = await toRaw(await throughPasses(opened, passesOf(stages, false), tools));
  if (trimmed === undefined) return made;
  const rest = await trimmedOf(made, trimmed.trim, open);
  const { stages: left, firstOverlay, limits } = trimmed;
  const context = { limits, sizes: overlays.map(({ image }) => sizeOf(image)), first: firstOverlay };
  return through(() => open.raw(rest), planStages(left, pictureOf(rest), context), tools);
}

function originalOf(index: number, { overlays }: LayContext): OverlayOriginal {
  const original = overlays[index];
  if (original === undefined) throw new Error(`Expected an overlay ${index}`);
  return original;
}
