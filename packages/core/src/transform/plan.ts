import type { AcceptClass } from '../http/accept.ts';
import { type Size, type StagePlan, sizeOf, stagePlan } from './geometry.ts';
import type { ImageFormat, ImageInfo } from './image.ts';
import { isAnimationWithin, type Limits } from './limits.ts';
import { defaultQuality, type Transformation } from './transformation.ts';

/**
 * A transformation applied to one original for one class of clients: nothing symbolic is left. Two requests with equal
 * plans get the same bytes, so the plan is what enters the derivative's key.
 */
export interface RenderPlan {
  readonly stages: readonly StagePlan[];
  readonly format: ImageFormat;
  /** 1–100 on JPEG's scale; undefined for lossless types. */
  readonly quality: number | undefined;
  /** Whether all frames are kept; else the first alone. */
  readonly animated: boolean;
  /** Whether transparent parts are laid on white, because the type has no alpha. */
  readonly flatten: boolean;
  /** Size of the result in pixels. */
  readonly width: number;
  readonly height: number;
}

/** Works out what a transformation means for one original. Pure. */
export function planRender(
  transformation: Transformation,
  image: ImageInfo,
  accept: AcceptClass,
  limits: Limits,
): RenderPlan {
  const stages = planStages(transformation, sizeOf(image), limits);
  const size = resultSize(stages, sizeOf(image));
  const animatable = isAnimatedWithin(image, size, limits);
  const format = formatOf(transformation.output.format, image, accept, animatable);
  const animated = animatable && canAnimate(format);
  const isLossless = format === 'png' || format === 'gif';
  return {
    // Smart positions look at one still picture; frames would each be cropped elsewhere.
    stages: animated ? stages.map(withPlainPosition) : stages,
    format,
    quality: isLossless ? undefined : (transformation.output.quality ?? defaultQuality),
    animated,
    flatten: format === 'jpeg' && (image.alpha || stages.some((stage) => stage.fit === 'contain')),
    ...size,
  };
}

/** The stages that change something. An original over the output limits is made smaller though nobody asked. */
function planStages({ stages }: Transformation, original: Size, limits: Limits): readonly StagePlan[] {
  const planned: StagePlan[] = [];
  for (const stage of stages.length === 0 ? [{}] : stages) {
    const from = resultSize(planned, original);
    const next = stagePlan(stage, from, limits);
    if (next.width !== from.width || next.height !== from.height) planned.push(next);
  }
  return planned;
}

function resultSize(stages: readonly StagePlan[], original: Size): Size {
  const { width, height } = stages.at(-1) ?? original;
  return { width, height };
}

const canAnimate = (format: ImageFormat): boolean => format === 'webp' || format === 'gif';

function isAnimatedWithin(image: ImageInfo, size: Size, limits: Limits): boolean {
  // sharp turns and mirrors single pictures only.
  if (image.frames <= 1 || image.orientation !== 1 || !isAnimationWithin(image, limits)) return false;
  // A canvas may be larger than the frames laid on it.
  return image.frames * size.width * size.height <= limits.animationPixels;
}

function withPlainPosition(stage: StagePlan): StagePlan {
  return stage.position === 'entropy' || stage.position === 'attention' ? { ...stage, position: 'centre' } : stage;
}

function formatOf(
  asked: ImageFormat | 'auto' | undefined,
  image: ImageInfo,
  accept: AcceptClass,
  animated: boolean,
): ImageFormat {
  if (asked === undefined) return image.format;
  if (asked !== 'auto') return asked;
  // libheif writes no AVIF sequences: an animation stays one as WebP, or as GIF for everybody.
  if (animated) return accept.includes('webp') ? 'webp' : 'gif';
  if (accept.includes('avif')) return 'avif';
  if (accept.includes('webp')) return 'webp';
  return everybodysFormat(image);
}

/** What every client decodes: the original's type where that is one, else by whether there is alpha to keep. */
function everybodysFormat(image: ImageInfo): ImageFormat {
  if (image.format === 'webp' || image.format === 'avif') return image.alpha ? 'png' : 'jpeg';
  return image.format;
}
