import { canonicalOverlay } from './canonical-overlay.ts';
import type { Colour } from './colour.ts';
import { isNothing } from './length.ts';
import { isVisible } from './overlay.ts';
import type {
  Adjustments,
  Border,
  Bounds,
  Crop,
  Fit,
  Focus,
  Ratio,
  Resize,
  Rotation,
  Stage,
  Trim,
  UnsharpMask,
} from './stage.ts';
import { defaultQuality, type Output, type Transformation } from './transformation.ts';

/** The one form of all transformations that mean the same: what has no effect, or is the default, is left out. */
export function canonicalTransformation({ stages, output }: Transformation): Transformation {
  return {
    stages: canonicalStages(stages),
    output: canonicalOutput(output),
  };
}

function canonicalStages(stages: readonly Stage[]): readonly Stage[] {
  return stages.map(canonicalStage).filter((stage) => Object.keys(stage).length > 0);
}

function canonicalOutput(output: Output): Output {
  const { format, quality, lossless, frame, orient, keep, chroma, colours, dpi } = output;
  const isAmong = (...formats: readonly Output['format'][]): boolean =>
    [undefined, 'auto', ...formats].includes(format);
  // A description has no encoder.
  // As it is stored it is of the first orientation.
  const turned = orient === 1 ? 'none' : orient;
  if (format === 'json') return defined<Output>({ format, frame, orient: turned });
  return defined<Output>({
    format,
    quality: quality === defaultQuality ? undefined : quality,
    lossless: lossless || undefined,
    otherwise: format === 'auto' ? output.otherwise : undefined,
    progressive: canonicalProgress(output),
    frame,
    orient: turned,
    keep,
    chroma: isAmong('jpeg', 'avif') ? chroma : undefined,
    colours: isAmong('png', 'gif') ? colours : undefined,
    dpi: isAmong('jpeg', 'png') ? dpi : undefined,
  });
}

function canonicalProgress({ format, progressive }: Output): Output['progressive'] {
  if (progressive !== 'jpeg') return progressive || undefined;
  if (format === 'jpeg') return true;
  return format === undefined || format === 'auto' ? progressive : undefined;
}

function canonicalStage(stage: Stage): Stage {
  const { trim, crop, pad, radius, flip, opacity, background } = stage;
  const resize = canonicalResize(stage.resize ?? {}, crop !== undefined && crop.x === undefined);
  const edges = pad?.every(isNothing) ? undefined : pad;
  const visible = (stage.overlays ?? []).filter(isVisible).map((each) => canonicalOverlay(each, canonicalStages));
  return defined<Stage>({
    trim: canonicalTrim(trim),
    crop: canonicalCrop(crop),
    resize,
    flip,
    rotate: canonicalRotation(stage.rotate),
    blur: stage.blur,
    adjust: canonicalAdjustments(stage.adjust ?? {}),
    sharpen: canonicalSharpening(stage.sharpen),
    pixelate: stage.pixelate === 1 ? undefined : stage.pixelate,
    pad: edges,
    fill: canonicalFill(stage.fill, edges !== undefined || isCanvas(resize?.fit)),
    border: canonicalBorder(stage.border),
    radius: radius !== 'max' && radius?.every(isNothing) ? undefined : radius,
    mask: stage.mask,
    opacity: opacity === 100 ? undefined : opacity,
    background: background?.alpha === 0 ? undefined : canonicalColour(background),
    overlays: visible.length === 0 ? undefined : visible,
  });
}

function isCanvas(fit: Fit | undefined): boolean {
  return fit === 'contain' || fit === 'none';
}

/** @param isSeen whether anything is there to be filled. */
function canonicalFill(fill: Stage['fill'], isSeen: boolean): Stage['fill'] {
  if (fill === undefined || !isSeen) return undefined;
  if (fill === 'blur') return fill;
  return fill.alpha === 0 ? undefined : canonicalColour(fill);
}

function canonicalSharpening(sharpen: Stage['sharpen']): Stage['sharpen'] {
  if (typeof sharpen !== 'object') return sharpen;
  const { sigma, amount, threshold } = sharpen;
  if (amount === 0) return undefined;
  return defined<UnsharpMask>({ sigma, amount, threshold: threshold === 0 ? undefined : threshold });
}

function canonicalTrim(trim: Trim | undefined): Trim | undefined {
  return trim && defined<Trim>({ threshold: trim.threshold, colour: canonicalColour(trim.colour) });
}

function canonicalCrop(crop: Crop | undefined): Crop | undefined {
  if (crop === undefined) return undefined;
  const { width, height, x, y, anchor } = crop;
  return defined<Crop>({ width, height, x, y, anchor: x === undefined ? undefined : anchor });
}

function canonicalColour(colour: Colour): Colour;
function canonicalColour(colour: Colour | undefined): Colour | undefined;
function canonicalColour(colour: Colour | undefined): Colour | undefined {
  return colour && { r: colour.r, g: colour.g, b: colour.b, alpha: colour.alpha };
}

/** @param isPlacing whether a crop is cut at its position too. */
function canonicalResize(resize: Resize, isPlacing: boolean): Resize | undefined {
  const { width, height, enlarge } = resize;
  const count = [width, height].filter((side) => side !== undefined).length;
  const fit = fitOf(resize, count);
  // A ratio only gives the side that is missing, and makes a box of one side.
  const ratio = count === 2 ? undefined : reduced(resize.ratio);
  const bounds = fit === 'cover' ? canonicalBounds(resize) : {};
  const hasShape = count === 2 || ratio !== undefined || Object.keys(bounds).length > 0;
  const canonical = defined<Resize>({
    width,
    height,
    ratio,
    fit: hasShape && fit !== 'cover' ? fit : undefined,
    ...canonicalPlace(resize, hasShape ? fit : undefined, isPlacing),
    enlarge: (enlarge && count + Object.keys(bounds).length > 0 && fit !== 'none') || undefined,
    ...bounds,
  });
  return Object.keys(canonical).length === 0 ? undefined : canonical;
}

/** A ratio alone is the largest part of that shape, at its own size, cropped to or as it is. */
function fitOf({ fit = 'cover', ratio }: Resize, sides: number): Fit {
  return fit === 'none' && sides === 0 && ratio !== undefined ? 'cover' : fit;
}

function canonicalBounds({ least, most }: Resize): Pick<Resize, 'least' | 'most'> {
  return defined<Pick<Resize, 'least' | 'most'>>({ least: canonicalSides(least), most: canonicalSides(most) });
}

function canonicalSides(bounds: Bounds | undefined): Bounds | undefined {
  if ((bounds?.width ?? bounds?.height) === undefined) return undefined;
  return defined<Bounds>({ width: bounds?.width, height: bounds?.height });
}

/** What stays in view where something is cut off; on a canvas, which has no point in view, where the picture lies. */
function canonicalPlace(
  { position, focus }: Resize,
  fit: Fit | undefined,
  isPlacing: boolean,
): Pick<Resize, 'position' | 'focus'> {
  const isCutting = isPlacing || fit === 'cover' || fit === 'none';
  if (isCutting && focus !== undefined) return { focus: canonicalFocus(focus, fit === 'cover') };
  const isSmart = position === 'entropy' || position === 'attention';
  // A part of its own size is cut at a plain position; a canvas has nothing to choose.
  const isPositioned = fit === 'cover' || ((isPlacing || isCanvas(fit)) && !isSmart);
  return { position: isPositioned && position !== 'centre' ? position : undefined };
}

function reduced(ratio: Ratio | undefined): Ratio | undefined {
  if (ratio === undefined) return undefined;
  const { width, height } = ratio;
  const divisor = greatestDivisor(width, height);
  return { width: width / divisor, height: height / divisor };
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The middle without zoom is where everything is cut anyhow. */
function canonicalFocus(focus: Focus, isZooming: boolean): Focus | undefined {
  const zoom = isZooming && focus.zoom !== 1 ? focus.zoom : undefined;
  if (focus.x === 0.5 && focus.y === 0.5 && zoom === undefined) return undefined;
  return defined<Focus>({ x: focus.x, y: focus.y, zoom });
}

function canonicalRotation(rotation: Rotation | undefined): Rotation | undefined {
  if (rotation === undefined) return undefined;
  // Two decimal places, without what binary fractions add.
  const degrees = Math.round((((rotation.degrees % 360) + 360) % 360) * 100) / 100;
  if (degrees === 0 || degrees === 360) return undefined;
  // A half turn keeps the frame anyhow.
  const covers = rotation.frame === 'cover' && degrees !== 180;
  return covers ? { degrees, frame: 'cover' } : { degrees };
}

function canonicalAdjustments(adjustments: Adjustments): Adjustments | undefined {
  const { negate, contrast, exposure, brightness, saturation, hue = 0, gamma, grayscale, sepia, tint } = adjustments;
  const turned = ((hue % 360) + 360) % 360;
  const canonical = defined<Adjustments>({
    negate: negate || undefined,
    contrast: contrast === 1 ? undefined : contrast,
    exposure: exposure === 0 ? undefined : exposure,
    brightness: brightness === 1 ? undefined : brightness,
    saturation: saturation === 1 ? undefined : saturation,
    hue: turned === 0 ? undefined : turned,
    gamma: gamma === 1 ? undefined : gamma,
    grayscale: grayscale || undefined,
    sepia: sepia === 0 ? undefined : sepia,
    tint: canonicalColour(tint),
  });
  return Object.keys(canonical).length === 0 ? undefined : canonical;
}

function canonicalBorder(border: Border | undefined): Border | undefined {
  if (border === undefined || isNothing(border.width)) return undefined;
  return { width: border.width, colour: canonicalColour(border.colour) };
}

/** Without what is undefined. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
