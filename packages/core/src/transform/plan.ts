import { TintypeError } from '../errors.ts';
import type { AcceptClass } from '../http/accept.ts';
import { over, white } from './colour.ts';
import { drawnSize, scalable } from './drawing.ts';
import { type EncoderOptions, type Encoding, encodingOf } from './encoding.ts';
import { type Size, sizeOf } from './geometry.ts';
import type { ImageInfo } from './image.ts';
import { picturesIn } from './layers.ts';
import { checkFrameWithin, type Limits, type OutputLimits } from './limits.ts';
import { metadataOf } from './metadata.ts';
import { isAsStored, turnOf } from './orientation.ts';
import { canAnimate, isAnimatedWithin, outputFormat } from './output-format.ts';
import type { Stage, Trim } from './stage.ts';
import { type Picture, planStage, type StagePlan } from './stage-plan.ts';
import { type FontUse, fontUses } from './text/font-uses.ts';
import { createFonts, type Fonts } from './text/fonts.ts';
import { thumbnailStage } from './thumbnail.ts';
import { type Output, type OutputFormat, overlaysOf, type Transformation } from './transformation.ts';
import { isTrimming } from './trimming.ts';

/**
 * A transformation applied to one original for one class of clients: nothing symbolic is left, but what follows a trim.
 * Two requests with equal plans get the same bytes, so the plan is what enters the derivative's key.
 */
export interface RenderPlan {
  /** Whether it is not turned upright. */
  readonly asStored?: true | undefined;
  /** What of its metadata stays. */
  readonly keep?: Output['keep'];
  /** How large an SVG is drawn, which depends on the limits. */
  readonly drawn?: Size | undefined;
  /** The one frame that is taken of an animation, from 0; undefined for the first, or all. */
  readonly frame?: number | undefined;
  readonly stages: readonly StagePlan[];
  /** What follows once the pixels are trimmed. */
  readonly trimmed?: Trimmed | undefined;
  /** The fonts of its words; undefined where it has none. */
  readonly fonts?: readonly FontUse[] | undefined;
  readonly format: OutputFormat;
  readonly encoding: Encoding;
  /** Pixels per inch that it says it has. */
  readonly density?: number | undefined;
  /** Whether all frames are kept. */
  readonly animated: boolean;
  /** Whether the result may be transparent. */
  readonly alpha: boolean;
  /** What it is made from, where that is not the original itself: how that was made. */
  readonly recipe?: { readonly mezzanine: RenderPlan } | undefined;
  /** Size of the result in pixels; of what is trimmed, of what there was before. */
  readonly width: number;
  readonly height: number;
}

/** A trim, and what can only be planned when it is done. */
export interface Trimmed {
  readonly trim: Trim;
  readonly stages: readonly Stage[];
  /** Of all overlays of the transformation, which is the first of these stages. */
  readonly firstOverlay: number;
  readonly limits: OutputLimits;
}

/** What a plan depends on beside the transformation and the original. */
export interface PlanContext {
  readonly accept: AcceptClass;
  readonly limits: Limits;
  readonly encoders?: EncoderOptions | undefined;
  /** What the headers of the overlays say, one for each of `overlaysOf(transformation)`. */
  readonly overlays?: readonly ImageInfo[] | undefined;
  /** Undefined for those that are always there. */
  readonly fonts?: Fonts | undefined;
}

/**
 * Works out what a transformation means for one original. Pure.
 *
 * @throws TypeError where the overlays are not as many as the transformation's.
 * @throws TintypeError `INVALID_PARAMETER` for what cannot be done to this original, `ORIGINAL_TOO_LARGE` for a frame too
 *   far into it.
 */
export function planRender(transformation: Transformation, image: ImageInfo, given: PlanContext): RenderPlan {
  const { limits, overlays = [], encoders, accept } = given;
  const { output } = transformation;
  checkOverlays(transformation, overlays);
  checkFrame(output.frame, image, limits);
  const asStored = isAsStored(output, image);
  const upright = asStored ? { ...image, orientation: 1 } : image;
  const original = { ...sizeOf(upright), alpha: image.alpha, grey: image.grey };
  const stages = image.format === 'svg' ? scalable(transformation.stages) : transformation.stages;
  const context = { limits: limitsFor(transformation, limits), sizes: overlays.map(sizeOf), first: 0 };
  const planned = planTurned(turnOf(output, image), stages, original, context);
  const isStill = output.frame !== undefined || planned.trimmed !== undefined;
  const animatable = !isStill && isAnimatedWithin(upright, planned.stages, limits);
  const format = outputFormat(output, image, accept, animatable);
  const animated = animatable && canAnimate(format);
  const work = finished(planned, format, animated, original);
  return {
    ...(asStored ? { asStored } : {}),
    ...(output.frame === undefined || image.frames === 1 ? {} : { frame: output.frame - 1 }),
    ...metadataOf(output, image, { format, animated }),
    ...(image.format === 'svg' ? { drawn: drawnSize(image, work.stages, limits) } : {}),
    ...work,
    ...withFonts(transformation.stages, given.fonts),
    format,
    encoding: format === 'json' ? {} : encodingOf(format, output, encoders),
    animated,
    ...sizeToTell(planned.stages.at(-1) ?? original),
  };
}

function withFonts(stages: readonly Stage[], fonts: Fonts = createFonts()): Pick<RenderPlan, 'fonts'> {
  const uses = fontUses(stages, fonts);
  return uses.length === 0 ? {} : { fonts: uses };
}

/** Stages, before which an original is turned as large as it is: what they say of it is said of it upright. */
function planTurned(
  turn: Stage | undefined,
  stages: readonly Stage[],
  original: Picture,
  context: StagesContext,
): Planned {
  if (turn === undefined) return planStages(stages, original, context);
  const turned = planStage(turn, original, noLimits, { sizes: [], first: 0 });
  const planned = planStages(stages, pictureAfter(turned, false), context);
  return { ...planned, stages: [turned, ...planned.stages] };
}

const noLimits: OutputLimits = { outputSide: Number.MAX_SAFE_INTEGER, outputPixels: Number.MAX_SAFE_INTEGER };

/** What is only described may be as large as it is. */
function limitsFor({ stages, output }: Transformation, limits: OutputLimits): OutputLimits {
  return output.format === 'json' && stages.length === 0 ? noLimits : limits;
}

function checkOverlays(transformation: Transformation, overlays: readonly ImageInfo[]): void {
  const expected = overlaysOf(transformation).length;
  if (expected === overlays.length) return;
  throw new TypeError(`Expected the images of ${expected} overlays but received ${overlays.length}`);
}

/** What is left of a plan when its trim is done, and the picture has that size. */
export function planTrimmed(plan: RenderPlan, { width, height }: Size, overlaySizes: readonly Size[]): RenderPlan {
  const { trimmed, ...known } = plan;
  if (trimmed === undefined) return plan;
  const { stages, limits, firstOverlay } = trimmed;
  const picture = { width, height, alpha: plan.alpha };
  const planned = planStages(stages, picture, { limits, sizes: overlaySizes, first: firstOverlay });
  const rest = finished(planned, plan.format, false, picture);
  return { ...known, ...rest, ...sizeToTell(planned.stages.at(-1) ?? picture) };
}

function sizeToTell({ width, height }: Size): Size {
  return { width, height };
}

/** Stages that are planned, and what is left for when a trim is done. */
export interface Planned {
  readonly stages: readonly StagePlan[];
  readonly trimmed?: Trimmed | undefined;
}

/** What stages are planned with. */
export interface StagesContext {
  readonly limits: OutputLimits;
  /** Of all overlays of the transformation. */
  readonly sizes: readonly Size[];
  /** Which of them is the first of these stages. */
  readonly first: number;
}

/** The stages that change something, up to the first trim. An original over the output limits is made smaller. */
export function planStages(stages: readonly Stage[], picture: Picture, context: StagesContext): Planned {
  const planned: StagePlan[] = [];
  let from = picture;
  let { first } = context;
  for (const [index, stage] of (stages.length === 0 ? [{}] : stages).entries()) {
    if (isTrimming(stage, from)) {
      const { outputSide, outputPixels } = context.limits;
      // It holds the whole picture.
      const within = planStage({}, from, context.limits, { sizes: [], first });
      if (doesSomething(within)) planned.push(within);
      const { trim, ...rest } = stage;
      const left = [rest, ...stages.slice(index + 1)];
      return {
        stages: planned,
        trimmed: { trim, stages: left, firstOverlay: first, limits: { outputSide, outputPixels } },
      };
    }
    const next = planStage(stage, from, context.limits, { sizes: context.sizes, first });
    if (doesSomething(next)) planned.push(next);
    from = pictureAfter(next, planned.length === 0);
    first += picturesIn([stage]);
  }
  return { stages: planned };
}

/** What the next stage works on: in colour, once anything has been done. */
function pictureAfter({ width, height, alpha, grey }: StagePlan, isUntouched: boolean): Picture {
  return isUntouched ? { width, height, alpha, grey } : { width, height, alpha };
}

/** What remains to be said of the end of a plan: what a type without alpha is laid on, and how large a description looks. */
function finished(
  { stages, trimmed }: Planned,
  format: OutputFormat,
  animated: boolean,
  original: Picture,
): Pick<RenderPlan, 'stages' | 'trimmed' | 'alpha'> {
  const alpha = stages.at(-1)?.alpha ?? original.alpha;
  if (trimmed !== undefined) return { stages, trimmed, alpha };
  if (format === 'json') return { stages: [...stages, thumbnailStage(stages.at(-1) ?? original)], alpha };
  if (format === 'jpeg' && alpha) return { stages: onWhite(stages, original), alpha: false };
  // Smart positions look at one still picture; frames would each be cropped elsewhere.
  return { stages: animated ? stages.map(withPlainPosition) : stages, alpha };
}

function onWhite(stages: readonly StagePlan[], { width, height }: Size): readonly StagePlan[] {
  const last: StagePlan = stages.at(-1) ?? { width, height, layers: [], alpha: true };
  // What is blended is not to be mixed with a white that only the type asks for.
  if (last.layers.some(({ blend }) => blend !== 'over')) {
    return [...stages, { ...sizeToTell(last), background: white, layers: [], alpha: false }];
  }
  const background = last.background === undefined ? white : over(last.background, white);
  return [...stages.slice(0, -1), { ...last, background, alpha: false }];
}

/** A stage plan says nothing beside what it makes, where it changes nothing. */
function doesSomething({ width, height, alpha, grey, layers, ...work }: StagePlan): boolean {
  return layers.length > 0 || Object.keys(work).length > 0;
}

/** @throws TintypeError `INVALID_PARAMETER`, and `ORIGINAL_TOO_LARGE` for one that is too far into the animation. */
function checkFrame(frame: number | undefined, image: ImageInfo, limits: Limits): void {
  if (frame === undefined) return;
  const { frames } = image;
  if (frame > frames) {
    const message = `frame: the original has ${frames === 1 ? 'one frame' : `${frames} frames`}.`;
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  checkFrameWithin(frame, image, limits);
}

function withPlainPosition(stage: StagePlan): StagePlan {
  const { resize } = stage;
  if (resize?.position !== 'entropy' && resize?.position !== 'attention') return stage;
  return { ...stage, resize: { ...resize, position: 'centre' } };
}
