import type { Sharp } from 'sharp';
import { backdropOf } from './backdrop.ts';
import { toSharpColour } from './colour.ts';
import type { Layer } from './layer.ts';
import type { LayerPlan } from './layers.ts';
import { type Opener, type RawPicture, toRaw } from './open.ts';
import { isLooking, type Pass } from './passes.ts';
import type { Trim } from './stage.ts';
import type { PassContext } from './steps/step.ts';
import { type TonalRange, tonalRange } from './tonal-range.ts';

/** Opens a picture, as often as it is called. */
export type Open = () => Sharp;

/** Makes a layer; undefined where none of it is seen. */
export type Lay = (plan: LayerPlan, below: Open) => Promise<Layer | undefined>;

/** What passes are made with. */
export interface PassTools {
  readonly open: Opener;
  readonly lay: Lay;
}

/**
 * All passes, the last of them prepared and not yet made.
 *
 * @param first the range of what the first pass works on, where it looks at it.
 */
export async function throughPasses(
  opened: Open,
  passes: readonly Pass[],
  tools: PassTools,
  first?: TonalRange,
): Promise<Sharp> {
  let input = opened;
  let range = first;
  for (const [index, pass] of passes.slice(0, -1).entries()) {
    const made = await toRaw(await applied(pass, input, tools, { frames: 1, range }));
    input = () => tools.open.raw(made);
    range = isLooking(passes[index + 1]) ? tonalRange([made]) : undefined;
  }
  return applied(passes.at(-1) ?? [], input, tools, { frames: 1, range });
}

/** A picture with one pass prepared. */
export async function applied(
  pass: Pass,
  opened: Open,
  { lay, open }: PassTools,
  context: Omit<PassContext, 'layers' | 'backdrop'>,
): Promise<Sharp> {
  let picture = opened();
  for (const { layers: plans = [], backdrop: size, apply } of pass) {
    const layers: Layer[] = [];
    // One after the other: a render has one place in the queue.
    for (const plan of plans) {
      const layer = await lay(plan, opened);
      if (layer !== undefined) layers.push(layer);
    }
    const backdrop = size && (await backdropOf(opened(), size, open));
    picture = apply(picture, { ...context, layers, backdrop });
  }
  return picture;
}

/** Without its edges of one colour. What is one colour all over stays whole. */
export async function trimmedOf(picture: RawPicture, { threshold, colour }: Trim, open: Opener): Promise<RawPicture> {
  const { width, height } = picture.raw;
  // sharp takes these for too small to have edges.
  if (Math.max(width, height) < 3) return picture;
  const background = colour === undefined ? {} : { background: toSharpColour(colour) };
  // The filter against specks, which it has for photographs, needs three pixels a side.
  const lineArt = Math.min(width, height) < 3;
  return toRaw(open.raw(picture).trim({ threshold, lineArt, ...background }));
}
