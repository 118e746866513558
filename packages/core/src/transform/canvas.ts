import { placed, pointOf } from './crop.ts';
import { type BoxPlan, type Region, type ResizePlan, resizePlan, type Size, scale } from './geometry.ts';
import type { OutputLimits } from './limits.ts';
import type { Resize, Sides, Stage } from './stage.ts';

/** A canvas that a picture lies on: its size, and what of it is empty around the picture. */
export interface CanvasPlan extends Size {
  readonly sides: Sides<number>;
}

/** How a picture gets its size: what is cut out of it, how large that becomes, and the canvas that it then lies on. */
export interface SizePlan {
  readonly cut?: Region | undefined;
  readonly resize: ResizePlan;
  readonly canvas?: CanvasPlan | undefined;
}

/** The exact size that a resize makes, of a stage that perhaps fills what is empty. */
export function sizePlan({ resize, fill }: Stage, from: Size, limits: OutputLimits): SizePlan {
  const planned = resizePlan(resize, from, limits);
  if (planned.fit === 'none') return asItIs(planned, from, resize);
  if (planned.fit === 'contain' && fill !== undefined) return scaledInto(planned, from);
  const { cut, fit, ...size } = planned;
  return { cut, resize: { ...size, fit } };
}

/** What there is room for, at its own size. */
function asItIs(box: BoxPlan, from: Size, resize: Resize | undefined): SizePlan {
  const cut = placed(box, from, resize);
  // A point that is kept in view says nothing of where there is more room than picture.
  const position = resize?.focus === undefined ? box.position : 'centre';
  return { cut, resize: plain(cut), canvas: canvasPlan(cut, { ...box, position }) };
}

/** The picture by itself, and the rest of its box. */
function scaledInto(box: BoxPlan, from: Size): SizePlan {
  const most = box.enlarge ? Number.POSITIVE_INFINITY : 1;
  const size = scale(from, Math.min(most, box.width / from.width, box.height / from.height));
  return { resize: plain(size), canvas: canvasPlan(size, box) };
}

function plain({ width, height }: Size): ResizePlan {
  return { width, height, fit: 'fill', position: 'centre' };
}

function canvasPlan(picture: Size, { width, height, position }: BoxPlan): CanvasPlan | undefined {
  const [across, down] = [width - picture.width, height - picture.height];
  if (across === 0 && down === 0) return undefined;
  const point = pointOf(position);
  const [left, top] = [Math.floor(across * point.x), Math.floor(down * point.y)];
  return { width, height, sides: [top, across - left, down - top, left] };
}
