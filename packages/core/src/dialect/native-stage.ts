import { isNothing } from '../transform/length.ts';
import type { Adjustments, Bounds, Resize, Stage } from '../transform/stage.ts';
import type { Output } from '../transform/transformation.ts';
import { fromOverlay, type OverlayContext, type Scale, toOverlays } from './native-overlay.ts';
import type { Name, ValueOf } from './native-parameters.ts';
import { leastBlur, mostBlur, mostPixels } from './native-values.ts';

/** Gives the value of a parameter; undefined where it is not there. */
export type Read = <N extends Name>(name: N) => ValueOf<N> | undefined;

/** Values of parameters. */
export type NativeValues = { readonly [N in Name]?: ValueOf<N> | undefined };

/**
 * What the parameters of one stage say.
 *
 * @param stagesOf reads the stages of an overlay.
 */
export function toStage(read: Read, dpr: number, stagesOf: OverlayContext['stagesOf']): Stage {
  const scaled = scaledBy(dpr);
  const trim = read('trim');
  const sharpen = read('sharpen');
  const [pad, border, radius, blur] = [read('pad'), read('border'), read('radius'), read('blur')];
  const pixelate = read('pixelate');
  return {
    trim: trim === 'false' ? undefined : trim,
    crop: read('crop'),
    resize: toResize(read, scaled),
    flip: read('flip'),
    rotate: read('rotate'),
    adjust: toAdjustments(read),
    blur: blur === undefined ? undefined : Math.round(times(blur, dpr, [leastBlur, mostBlur]) * 100) / 100,
    sharpen: sharpen === 'true' ? 'mild' : sharpen === 'false' ? undefined : sharpen,
    pixelate: pixelate === undefined ? undefined : (scaled(pixelate) as number),
    pad: pad === undefined ? undefined : [scaled(pad[0]), scaled(pad[1]), scaled(pad[2]), scaled(pad[3])],
    fill: read('fill'),
    border: border === undefined ? undefined : { ...border, width: scaled(border.width) },
    radius:
      radius === undefined || radius === 'max'
        ? radius
        : [scaled(radius[0]), scaled(radius[1]), scaled(radius[2]), scaled(radius[3])],
    mask: read('mask'),
    opacity: read('opacity'),
    background: read('bg'),
    overlays: toOverlays(read, { scaled, dpr, stagesOf }),
  };
}

/** What the parameters of the whole say of the output. */
export function toOutput(read: Read): Output {
  const orient = read('orient');
  return {
    format: read('format'),
    quality: read('q'),
    lossless: read('lossless'),
    progressive: read('progressive'),
    frame: read('frame'),
    orient: orient === 'exif' ? undefined : orient,
    keep: read('keep'),
    chroma: read('chroma'),
    colours: read('colours'),
    dpi: read('dpi'),
  };
}

/** Multiplies a number within what a row of the table takes: what is parsed can be written again. */
function times(value: number, dpr: number, [least, most]: readonly [number, number]): number {
  return Math.min(most, Math.max(least, value * dpr));
}

/** Multiplies lengths in CSS pixels; one that is something stays so. */
function scaledBy(dpr: number): Scale {
  return (cssLength) => {
    if (typeof cssLength !== 'number' || isNothing(cssLength)) return cssLength;
    return Math.round(times(cssLength, dpr, [1, mostPixels]));
  };
}

function toResize(read: Read, scaled: Scale): Resize {
  const [width, height] = [read('w'), read('h')];
  return {
    width: width === undefined ? undefined : scaled(width),
    height: height === undefined ? undefined : scaled(height),
    ratio: read('ratio'),
    fit: read('fit'),
    position: read('position'),
    focus: read('fp'),
    enlarge: read('enlarge'),
    least: toBounds(read('min-w'), read('min-h'), scaled),
    most: toBounds(read('max-w'), read('max-h'), scaled),
  };
}

function toBounds(width: number | undefined, height: number | undefined, scaled: Scale): Bounds {
  return {
    width: width === undefined ? undefined : (scaled(width) as number),
    height: height === undefined ? undefined : (scaled(height) as number),
  };
}

function toAdjustments(read: Read): Adjustments {
  return {
    brightness: read('brightness'),
    saturation: read('saturation'),
    hue: read('hue'),
    contrast: read('contrast'),
    exposure: read('exposure'),
    gamma: read('gamma'),
    negate: read('negate'),
    grayscale: read('grayscale'),
    sepia: read('sepia'),
    tint: read('tint'),
  };
}

/**
 * The parameters that say what a stage does. Of several overlays the first: the others need stages of their own.
 *
 * @param writeStages writes the stages of an overlay.
 */
export function fromStage(
  { trim, crop, resize = {}, flip, rotate, adjust = {}, overlays, ...stage }: Stage,
  writeStages: (stages: readonly Stage[]) => string,
): NativeValues {
  const [overlay] = overlays ?? [];
  return {
    w: resize.width,
    h: resize.height,
    fit: resize.fit,
    position: resize.position,
    fp: resize.focus,
    ratio: resize.ratio,
    enlarge: resize.enlarge,
    'min-w': resize.least?.width,
    'min-h': resize.least?.height,
    'max-w': resize.most?.width,
    'max-h': resize.most?.height,
    crop,
    trim,
    flip,
    rotate,
    ...adjust,
    blur: stage.blur,
    sharpen: stage.sharpen === 'mild' ? 'true' : stage.sharpen,
    pixelate: stage.pixelate,
    pad: stage.pad,
    fill: stage.fill,
    border: stage.border,
    radius: stage.radius,
    mask: stage.mask,
    opacity: stage.opacity,
    bg: stage.background,
    ...(overlay === undefined ? {} : fromOverlay(overlay, writeStages)),
  };
}

/** The parameters that say what comes out. */
export function fromOutput({ quality, progressive, otherwise: _, ...output }: Output): NativeValues {
  // Other dialects have finer words.
  return { ...output, progressive: progressive === 'jpeg' || progressive, q: quality };
}
