import { TintypeError } from '../../errors.ts';
import type { HintValues } from '../../http/client-hints.ts';
import { canonicalPath, encodePath } from '../../origin/path.ts';
import {
  mostCharacters,
  type Overlay,
  type OverlayPoint,
  type OverlayPosition,
  type Placement,
  type TextStyle,
} from '../../transform/overlay.ts';
import type { Stage } from '../../transform/stage.ts';
import { createItemReader, type ItemTable, itemTable, refused, type ValuesOf } from './items.ts';
import {
  type CanvasParameters,
  canvasParameters,
  type LayerParameters,
  layerParameters,
  type TextParameters,
  textParameters,
} from './layer-parameters.ts';
import { type PictureParameters, pictureParameters } from './parameters.ts';
import { toStage } from './stage.ts';
import type { LayerNode, StepNode } from './tokens.ts';
import type { WrittenColour } from './values.ts';

const pictureLayer: ItemTable<PictureParameters & LayerParameters> = itemTable({
  ...pictureParameters,
  ...layerParameters,
});

const textLayer: ItemTable<TextParameters & LayerParameters> = itemTable({ ...textParameters, ...layerParameters });

type CanvasRows = Pick<PictureParameters, 'w' | 'h' | 'r'> & CanvasParameters & LayerParameters;

const canvasLayer: ItemTable<CanvasRows> = itemTable({
  w: pictureParameters.w,
  h: pictureParameters.h,
  r: pictureParameters.r,
  ...canvasParameters,
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
  const where: PlacementReader = createPlacement();
  const stages = steps.map((step, index) => {
    const reader = createItemReader(pictureLayer, 'in an image layer');
    const overlays = readStep(step, reader.read, (inner) => toOverlay(inner, hints));
    where.add(reader.values);
    // Once: what is left has no such edges any more.
    const stage = toStage(reader.values, { hints, isTrimmed: index === 0 });
    return { ...stage, ...(overlays.length === 0 ? {} : { overlays }) };
  });
  return { path: overlayPath(where.input(layer)), ...where.placement(), stages };
}

/** Reads what a step says, in its order; gives what it lays on. */
export function readStep<T>(step: StepNode, read: (item: string) => void, layer: (node: LayerNode) => T): readonly T[] {
  return step.flatMap((node) => {
    if (typeof node !== 'string') return [layer(node)];
    read(node);
    return [];
  });
}

/** The canonical path of another original. */
export function overlayPath(text: string): string {
  return canonicalPath(encodePath(`/${text.replaceAll('@@', '/').replace(/^\/+/, '')}`));
}

/** One step of items that lays nothing on itself. */
function onlyStep<P>(node: LayerNode, table: ItemTable<P>, where: string): ValuesOf<P> {
  if (node.steps.length > 1) throw refused(`l-${node.layer}`, `there is one step ${where}`);
  const reader = createItemReader(table, where);
  readStep(node.steps[0] ?? [], reader.read, ({ layer }) => {
    throw refused(`l-${layer}`, `nothing lies ${where}`);
  });
  return reader.values;
}

function toCanvas(node: LayerNode): Overlay {
  const values = onlyStep(node, canvasLayer, 'in a block of colour');
  const { w, h, r, bg, al } = values;
  const where = createPlacement();
  where.add(values);
  const stage: Stage = r === 'max' ? { mask: 'ellipse' } : { radius: r };
  return {
    colour: toColour(bg, al) ?? { r: 0, g: 0, b: 0, alpha: 255 },
    width: w === 'auto' ? undefined : w,
    height: h,
    ...where.placement(),
    ...(r === undefined ? {} : { stages: [stage] }),
  };
}

const defaultSize = 45;

function toText(node: LayerNode): Overlay {
  const values = onlyStep(node, textLayer, 'in a text layer');
  const where = createPlacement();
  where.add(values);
  const { fs = defaultSize, ff, co, al, ia = 'centre', pa, tg = {}, bg, w, lh, r, rt, fl } = values;
  const text: TextStyle = {
    // Longer ones are cut off, as the vendor does.
    content: [...where.input(node.layer)].slice(0, mostCharacters).join(''),
    size: fs,
    font: ff,
    ...tg,
    colour: toColour(co, al) ?? { r: 0, g: 0, b: 0, alpha: opacityOf(al) },
    align: ia,
    wrap: w,
    lineHeight: lh === undefined ? undefined : Math.round((lh / fs) * 100) / 100,
    padding: pa,
    background: toColour(bg, al),
  };
  const stage: Stage = {
    ...(fl === undefined ? {} : { flip: fl }),
    ...(rt === undefined ? {} : { rotate: { degrees: rt } }),
  };
  const shape: Stage = r === undefined ? {} : r === 'max' ? { mask: 'ellipse' } : { radius: r };
  const stages = [shape, stage].filter((each) => Object.keys(each).length > 0);
  return { text, ...where.placement(), ...(stages.length === 0 ? {} : { stages }) };
}

/** A colour that says nothing of its opacity has that of the layer. */
function toColour(written: WrittenColour | undefined, tenths: number | undefined): TextStyle['background'] {
  if (written === undefined || !written.isOpen) return written?.colour;
  return { ...written.colour, alpha: opacityOf(tenths) };
}

function opacityOf(tenths = 10): number {
  return Math.round((tenths * 255) / 10);
}

type PlacementValues = ValuesOf<LayerParameters>;

/** Gathers what the steps of a layer say of the whole of it. */
interface PlacementReader {
  add(values: PlacementValues): void;
  /** @throws TintypeError `INVALID_PARAMETER` where nothing says what is laid on. */
  input(layer: string): string;
  placement(): Placement;
}

function createPlacement(): PlacementReader {
  let all: PlacementValues = {};
  return {
    add({ i, ie, lx, ly, lxc, lyc, lfo, lm }) {
      const given = Object.entries({ i, ie, lx, ly, lxc, lyc, lfo, lm }).filter(([, value]) => value !== undefined);
      all = { ...all, ...Object.fromEntries(given) };
    },
    input(layer) {
      const said = all.ie ?? all.i;
      if (said === undefined || said === '') throw refused(`l-${layer}`, 'neither i nor ie says what is laid on');
      return said;
    },
    placement: () => ({ ...(all.lm === undefined ? {} : { blend: all.lm }), ...placeOf(all) }),
  };
}

function placeOf({ lx, ly, lxc, lyc, lfo }: PlacementValues): Placement {
  const [corner, centre] = [pointOf(lx, ly), pointOf(lxc, lyc)];
  if (corner !== undefined && centre !== undefined) {
    throw new TintypeError('INVALID_PARAMETER', { message: 'lxc, lyc: are not taken beside lx and ly here.' });
  }
  if (centre !== undefined) return { at: { ...centre, anchor: 'centre' } };
  if (corner === undefined) return { position: lfo };
  const ends = [isFarEnd(lx) ? 'right' : '', isFarEnd(ly) ? 'bottom' : ''].filter((end) => end !== '').join(' ');
  const at = pointOf(isFarEnd(lx) ? undefined : lx, isFarEnd(ly) ? undefined : ly);
  return {
    ...(ends === '' ? {} : { position: ends as OverlayPosition }),
    ...(at === undefined ? {} : { at }),
  };
}

/** A minus nothing: the far end itself. */
function isFarEnd(offset: number | undefined): boolean {
  return Object.is(offset, -0);
}

/** Undefined where neither is said. */
function pointOf(x: number | undefined, y: number | undefined): OverlayPoint | undefined {
  if (x === undefined && y === undefined) return undefined;
  return { ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) };
}
