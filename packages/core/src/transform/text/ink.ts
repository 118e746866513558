import type { Size } from '../geometry.ts';
import type { OutlinePart } from './shaper.ts';

/** How much of each pixel is covered, from 0 to 255. */
export interface Ink extends Size {
  readonly coverage: Uint8Array;
}

/** Where an outline is drawn: its units in pixels, and the pixel that its origin lies at, y downwards. */
export interface Pen {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

type Point = readonly [x: number, y: number];

/** Lines that an outline is made of, in pixels. */
type Segment = readonly [from: Point, to: Point];

/** Pixels that a curve may be off by, as its number of lines goes by that. */
const accuracy = 0.1;

/** Creates ink on which nothing is drawn. */
export function blank({ width, height }: Size): Ink {
  return { width, height, coverage: new Uint8Array(width * height) };
}

/** The box around an outline in pixels, as its left and its right; undefined for one that has nothing in it. */
export function extentOf(outline: readonly OutlinePart[], { scale, x }: Pen): readonly [number, number] | undefined {
  const along = outline.flatMap(({ values }) => values.filter((_, index) => index % 2 === 0));
  if (along.length === 0) return undefined;
  // Of curves the points that they go by, which is a little more.
  return [x + scale * Math.min(...along), x + scale * Math.max(...along)];
}

/**
 * Draws an outline, what overlaps in it once (as the non-zero rule of SVG has it for outlines that turn one way). What lies
 * outside is left out. By arithmetic alone, so that the same outline is the same ink on every machine.
 *
 * @returns the pixels that were looked at.
 */
export function drawOutline(ink: Ink, outline: readonly OutlinePart[], pen: Pen): number {
  const segments = segmentsOf(outline, pen);
  if (segments.length === 0) return 0;
  const points = segments.flat();
  const [left, right] = bounds(points.map(([x]) => x));
  const [top, bottom] = bounds(points.map(([, y]) => y));
  // What is left of the ink counts for what is right of it: the box begins where the outline does.
  const box = { left, top: Math.max(0, top), width: right - left + 2, height: 0 };
  box.height = Math.min(ink.height, bottom) - box.top;
  if (box.height <= 0 || left >= ink.width || right <= 0) return 0;
  const areas = new Float32Array(box.width * box.height + 1);
  for (const [[x0, y0], [x1, y1]] of segments) {
    addLine(areas, box, [x0 - box.left, y0 - box.top], [x1 - box.left, y1 - box.top]);
  }
  lay(ink, areas, box);
  return areas.length;
}

function bounds(values: readonly number[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [Math.floor(least), Math.ceil(most)];
}

/** Sums up what the lines said, row by row, and lays it on what is there. */
function lay(
  { width, coverage }: Ink,
  areas: Float32Array,
  box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): void {
  for (let y = 0; y < box.height; y++) {
    let sum = 0;
    const row = (box.top + y) * width + box.left;
    for (let x = 0; x < box.width; x++) {
      sum += areas[y * box.width + x] ?? 0;
      const added = Math.min(1, Math.abs(sum));
      // Less than half a step of what a pixel can say.
      if (added < 0.002 || box.left + x < 0 || box.left + x >= width) continue;
      const before = coverage[row + x] ?? 0;
      coverage[row + x] = Math.round(before + (255 - before) * added);
    }
  }
}

/**
 * Adds to each pixel of a row by how much more is covered right of a line than left of it, so that the sum along the row
 * is what is covered (Raph Levien, “Inside the fastest font renderer in the world”).
 */
function addLine(areas: Float32Array, box: Size, from: Point, to: Point): void {
  if (from[1] === to[1]) return;
  const isDown = from[1] < to[1];
  const [[x0, y0], [x1, y1]] = isDown ? [from, to] : [to, from];
  const slope = (x1 - x0) / (y1 - y0);
  const first = Math.max(0, Math.floor(y0));
  let x = y0 < 0 ? x0 - y0 * slope : x0;
  for (let y = first; y < Math.min(box.height, Math.ceil(y1)); y++) {
    const height = Math.min(y + 1, y1) - Math.max(y, y0);
    const next = x + slope * height;
    addToRow(areas, y * box.width, Math.min(x, next), Math.max(x, next), isDown ? height : -height);
    x = next;
  }
}

/** @param amount how much of the row's height the line passes, negative where it goes up. */
function addToRow(areas: Float32Array, row: number, left: number, right: number, amount: number): void {
  const [first, end] = [Math.floor(left), Math.ceil(right)];
  const add = (column: number, part: number): void => {
    areas[row + column] = (areas[row + column] ?? 0) + part * amount;
  };
  if (end <= first + 1) {
    const middle = (left + right) / 2 - first;
    add(first, 1 - middle);
    add(first + 1, middle);
    return;
  }
  // Of each pixel that it crosses, the part right of it; and what that is more than of the pixel before.
  const share = 1 / (right - left);
  let before = 0;
  for (let column = first; column < end; column++) {
    const [enters, leaves] = [Math.max(left, column), Math.min(right, column + 1)];
    const passed = (enters - left) * share;
    const part = (leaves - enters) * share;
    const covered = passed + part * (column + 1 - (enters + leaves) / 2);
    add(column, covered - before);
    before = covered;
  }
  add(end, 1 - before);
}

function segmentsOf(outline: readonly OutlinePart[], pen: Pen): readonly Segment[] {
  const segments: Segment[] = [];
  let start: Point = [0, 0];
  let from: Point = [0, 0];
  const lineTo = (to: Point): void => {
    // Lines that lie flat cover nothing.
    if (from[1] !== to[1]) segments.push([from, to]);
    from = to;
  };
  for (const { type, values } of outline) {
    const points = pointsOf(values, pen);
    const [first] = points;
    // A part without points goes back to where its contour began, and so does one that begins another.
    if (type === 'M' || first === undefined) lineTo(start);
    if (type === 'M') [start, from] = [first ?? start, first ?? start];
    else for (const point of curve([from, ...points])) lineTo(point);
  }
  lineTo(start);
  return segments;
}

function pointsOf(values: readonly number[], { scale, x, y }: Pen): readonly Point[] {
  const points: Point[] = [];
  for (let index = 0; index + 1 < values.length; index += 2) {
    points.push([x + scale * (values[index] ?? 0), y - scale * (values[index + 1] ?? 0)]);
  }
  return points;
}

/** The points of a Bézier curve after its first, by de Casteljau; of two points that is a line. */
function* curve(points: readonly Point[]): Generator<Point, void, undefined> {
  let bend = 0;
  for (let index = 2; index < points.length; index++) {
    const [[x0, y0], [x1, y1], [x2, y2]] = points.slice(index - 2, index + 1) as [Point, Point, Point];
    bend = Math.max(bend, Math.abs(x0 - 2 * x1 + x2), Math.abs(y0 - 2 * y1 + y2));
  }
  const count = Math.min(100, Math.max(1, Math.ceil(Math.sqrt(bend / accuracy))));
  for (let step = 1; step <= count; step++) yield pointOf(points, step / count);
}

function pointOf(points: readonly Point[], share: number): Point {
  let left = points;
  while (left.length > 1) {
    left = left
      .slice(1)
      .map(
        ([x, y], index): Point => [
          (left[index]?.[0] ?? 0) * (1 - share) + x * share,
          (left[index]?.[1] ?? 0) * (1 - share) + y * share,
        ],
      );
  }
  return left[0] ?? [0, 0];
}
