import { TintypeError } from '../../errors.ts';
import type { HintValues } from '../../http/client-hints.ts';
import { canonicalPath, encodePath } from '../../origin/path.ts';
import type { Overlay, Placement } from '../../transform/overlay.ts';
import { createItemReader, type ItemTable, itemTable, readStep, refused, type ValuesOf } from './items.ts';
import { type LayerParameters, layerParameters } from './layer-parameters.ts';
import { type PictureParameters, pictureParameters } from './parameters.ts';
import { isPart, type Part } from './part.ts';
import { createPlacement } from './placement.ts';
import { toCanvas, toText } from './plain-layers.ts';
import { toStage } from './stage.ts';
import type { LayerNode } from './tokens.ts';

const pictureLayer: ItemTable<PictureParameters & LayerParameters> = itemTable({
  ...pictureParameters,
  ...layerParameters,
});

/**
 * What a layer lays on.
 *
 * @throws TintypeError `INVALID_PARAMETER` in words that name what is wrong.
 */
export function toOverlay(node: LayerNode, hints: HintValues): Overlay {
  if (node.layer === 'text') return toText(node);
  if (node.layer !== 'image') throw refused(`l-${node.layer}`, layerRefusal(node.layer));
  const isCanvas = node.steps.some((step) => step.includes('i-ik_canvas'));
  return isCanvas ? toCanvas(node) : toPicture(node, hints);
}

function layerRefusal(type: string): string {
  return type === 'video' || type === 'subtitles' ? 'videos are not made here' : 'there are l-image and l-text';
}

function toPicture({ layer, steps }: LayerNode, hints: HintValues): Overlay {
  const where = createPlacement();
  let size: Placement = {};
  const stages = steps.map((step, index) => {
    const reader = createItemReader(pictureLayer, 'in an image layer');
    const overlays = readStep(step, reader.read, (inner) => toOverlay(inner, hints));
    where.add(reader.values);
    const isLast = index === steps.length - 1;
    if (isLast) size = sizeBelow(reader.values, overlays.length);
    const own = Object.keys(size).length === 0 ? reader.values : { ...reader.values, w: undefined, h: undefined };
    // Once: what is left has no such edges any more.
    const stage = toStage(own, { hints, isTrimmed: index === 0, isFirst: index === 0 });
    return { ...stage, ...(overlays.length === 0 ? {} : { overlays }) };
  });
  return { path: overlayPath('i', where.input(layer)), ...size, ...where.placement(), stages };
}

/** What goes together with a size that is measured on the picture below: it is made after all that a step does. */
const indifferent: ReadonlySet<string> = new Set([
  ...Object.keys(layerParameters),
  ...['w', 'h', 't', 'o', 'q', 'fl', 'e-grayscale', 'e-contrast'],
]);

/** The size of a layer by the picture below it; nothing where it has one of its own. */
function sizeBelow(values: ValuesOf<PictureParameters>, overlays: number): Placement {
  const { w, h } = values;
  const [isWidth, isHeight] = [isBase(w), isBase(h)];
  if (!isWidth && !isHeight) return {};
  const other = [
    Object.keys(values).find((name) => !indifferent.has(name)),
    w !== undefined && h !== undefined ? 'the other side' : undefined,
    overlays > 0 ? 'layers of its own' : undefined,
  ].find((each) => each !== undefined);
  if (other !== undefined) {
    const message = `${isWidth ? 'w' : 'h'}: measured on the picture below, is not taken beside ${other} in a step.`;
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  return isBase(w) ? { width: { percent: w.percent } } : isBase(h) ? { height: { percent: h.percent } } : {};
}

function isBase(value: unknown): value is Part {
  return isPart(value) && value.of === 'base';
}

/**
 * The canonical path of another original, whose slashes may be written `@@`.
 *
 * @param key what names it.
 * @throws TintypeError `MALFORMED_REQUEST` or `NOT_FOUND` where no request could ask for that path alone.
 */
export function overlayPath(key: string, text: string): string {
  // The one could not be encoded, the others are in no path.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (/[\p{Surrogate}\x00-\x1f\x7f]/u.test(text)) {
    throw new TintypeError('MALFORMED_REQUEST', { message: `${key}: holds characters that are in no path.` });
  }
  return canonicalPath(encodePath(`/${text.replaceAll('@@', '/').replace(/^\/+/, '')}`));
}
