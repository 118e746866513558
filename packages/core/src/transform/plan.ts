import type { AcceptClass } from '../http/accept.ts';
import { type Size, type StagePlan, sizeOf, stagePlan } from './geometry.ts';
import type { ImageFormat, ImageInfo } from './image.ts';
import { type LayerPlan, layerPlans } from './layers.ts';
import { isAnimationWithin, type Limits } from './limits.ts';
import { defaultQuality, overlaysOf, type Transformation } from './transformation.ts';

/**
 * A transformation applied to one original for one class of clients: nothing symbolic is left. Two requests with equal
 * plans get the same bytes, so the plan is what enters the derivative's key.
 */
export interface RenderPlan {
  readonly stages: readonly StagePlan[];
  /** What is laid on the picture, in this order. */
  readonly layers: readonly LayerPlan[];
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

/**
 * Works out what a transformation means for one original. Pure.
 *
 * @param overlayImages what the headers of the overlays say, one for each of `overlaysOf(transformation)`.
 * @throws TypeError where they are not as many.
 */
export function planRender(
  transformation: Transformation,
  image: ImageInfo,
  accept: AcceptClass,
  limits: Limits,
  overlayImages: readonly ImageInfo[] = [],
): RenderPlan {
  const { stages, layers } = planStages(transformation, sizeOf(image), limits, overlayImages);
  const size = resultSize(stages, sizeOf(image));
  const animatable = isAnimatedWithin(image, size, layers, limits);
  const format = formatOf(transformation.output.format, image, accept, animatable);
  const animated = animatable && canAnimate(format);
  const isLossless = format === 'png' || format === 'gif';
  return {
    // Smart positions look at one still picture; frames would each be cropped elsewhere.
    stages: animated ? stages.map(withPlainPosition) : stages,
    layers,
    format,
    quality: isLossless ? undefined : (transformation.output.quality ?? defaultQuality),
    animated,
    flatten: format === 'jpeg' && (image.alpha || stages.some((stage) => stage.fit === 'contain')),
    ...size,
  };
}

type Passes = Pick<RenderPlan, 'stages' | 'layers'>;

/**
 * The stages that change something, and what each lays on. An original over the output limits is made smaller though
 * nobody asked.
 */
function planStages(
  transformation: Transformation,
  original: Size,
  limits: Limits,
  overlayImages: readonly ImageInfo[],
): Passes {
  const overlays = overlaysOf(transformation);
  if (overlays.length !== overlayImages.length) {
    throw new TypeError(`Expected the images of ${overlays.length} overlays but received ${overlayImages.length}`);
  }
  const sizes = overlayImages.map(sizeOf);
  const stages: StagePlan[] = [];
  const layers: LayerPlan[] = [];
  let first = 0;
  for (const stage of transformation.stages.length === 0 ? [{}] : transformation.stages) {
    const from = resultSize(stages, original);
    const next = stagePlan(stage, from, limits);
    if (next.width !== from.width || next.height !== from.height) {
      // What lies on the original in its own size is laid on in a pass before the size changes.
      if (stages.length === 0 && layers.length > 0) stages.push(stagePlan({}, from, limits));
      stages.push(next);
    }
    const picture = { ...resultSize(stages, original), stage: Math.max(0, stages.length - 1) };
    layers.push(...layerPlans(stage, picture, sizes, first));
    first += stage.overlays?.length ?? 0;
  }
  return { stages, layers };
}

function resultSize(stages: readonly StagePlan[], original: Size): Size {
  const { width, height } = stages.at(-1) ?? original;
  return { width, height };
}

const canAnimate = (format: ImageFormat): boolean => format === 'webp' || format === 'gif';

function isAnimatedWithin(image: ImageInfo, size: Size, layers: readonly LayerPlan[], limits: Limits): boolean {
  // sharp turns and mirrors single pictures only.
  if (image.frames <= 1 || image.orientation !== 1 || !isAnimationWithin(image, limits)) return false;
  // What is blended is held for all frames at once.
  const held = layers.map(({ width, height, blend }) => (blend === 'over' ? 0 : image.frames * width * height));
  if (Math.max(0, ...held) > limits.heldPixels) return false;
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
