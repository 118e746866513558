import type { Overlay, TextStyle } from '../../transform/overlay.ts';
import { mostCharacters } from '../../transform/overlay.ts';
import type { Stage } from '../../transform/stage.ts';
import { createItemReader, type ItemTable, itemTable, readStep, refused, type ValuesOf } from './items.ts';
import {
  type CanvasParameters,
  canvasParameters,
  type LayerParameters,
  layerParameters,
  type TextParameters,
  textParameters,
} from './layer-parameters.ts';
import { type PictureParameters, pictureParameters } from './parameters.ts';
import { lengthOf } from './part.ts';
import { createPlacement } from './placement.ts';
import type { LayerNode } from './tokens.ts';
import type { WrittenColour } from './values.ts';

const textLayer: ItemTable<TextParameters & LayerParameters> = itemTable({ ...textParameters, ...layerParameters });

type CanvasRows = Pick<PictureParameters, 'w' | 'h' | 'r'> & CanvasParameters & LayerParameters;

const canvasLayer: ItemTable<CanvasRows> = itemTable({
  w: pictureParameters.w,
  h: pictureParameters.h,
  r: pictureParameters.r,
  ...canvasParameters,
  ...layerParameters,
});

/** One step of items that lays nothing on itself. */
function onlyStep<P>(node: LayerNode, table: ItemTable<P>, where: string): ValuesOf<P> {
  if (node.steps.length > 1) throw refused(`l-${node.layer}`, `there is one step ${where}`);
  const reader = createItemReader(table, where);
  readStep(node.steps[0] ?? [], reader.read, ({ layer }) => {
    throw refused(`l-${layer}`, `nothing lies ${where}`);
  });
  return reader.values;
}

/** A block of one colour. */
export function toCanvas(node: LayerNode): Overlay {
  const values = onlyStep(node, canvasLayer, 'in a block of colour');
  const { w, h, r, bg, al } = values;
  if (w === 'auto') throw refused('w-auto', 'no client hint says how wide a block of colour is');
  const where = createPlacement();
  where.add(values);
  const stage: Stage = r === 'max' ? { mask: 'ellipse' } : { radius: r };
  return {
    colour: toColour(bg, al) ?? { r: 0, g: 0, b: 0, alpha: 255 },
    width: lengthOf('w', w, ['base']),
    height: lengthOf('h', h, ['base']),
    ...where.placement(),
    ...(r === undefined ? {} : { stages: [stage] }),
  };
}

const defaultSize = 45;

/** Words. */
export function toText(node: LayerNode): Overlay {
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
