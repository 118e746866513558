/**
 * How large a result is, worked out from docs/url-parameters.md anew and not with any of the code that is tested. Lengths
 * are in pixels.
 */
export interface Wish {
  readonly w?: number;
  readonly h?: number;
  readonly fit?: 'cover' | 'contain' | 'fill' | 'inside' | 'outside';
  readonly ratio?: readonly [number, number];
  readonly enlarge?: boolean;
  readonly zoom?: number;
}

type Size = readonly [width: number, height: number];

const whole = (value: number): number => Math.max(1, Math.round(value));

/** The size that a resize makes of another. */
export function resized([width, height]: Size, wish: Wish): Size {
  const { fit = 'cover', enlarge = false, zoom = 1 } = wish;
  const [w, h] = boxOf([width, height], wish);
  const most = enlarge ? Number.POSITIVE_INFINITY : 1;
  if (w === undefined && h === undefined) return [width, height];
  if (w === undefined || h === undefined) {
    const factor = Math.min(most, w === undefined ? (h ?? 0) / height : w / width);
    return [whole(width * factor), whole(height * factor)];
  }
  const [across, down] = [w / width, h / height];
  const inProportion = (factor: number): Size => [
    whole(width * Math.min(most, factor)),
    whole(height * Math.min(most, factor)),
  ];
  if (fit === 'inside') return inProportion(Math.min(across, down));
  if (fit === 'outside') return inProportion(Math.max(across, down));
  if (fit === 'contain') return [w, h];
  if (fit === 'fill') return enlarge ? [w, h] : [Math.min(w, width), Math.min(h, height)];
  // The box keeps its shape, and shrinks until what is in view need not grow to cover it.
  const shrink = enlarge ? 1 : Math.min(1, width / zoom / w, height / zoom / h);
  return [whole(w * shrink), whole(h * shrink)];
}

function boxOf([width, height]: Size, { w, h, ratio, fit }: Wish): readonly [number | undefined, number | undefined] {
  if (ratio === undefined || (w !== undefined && h !== undefined)) return [w, h];
  const shape = ratio[0] / ratio[1];
  if (w !== undefined) return [w, whole(w / shape)];
  if (h !== undefined) return [whole(h * shape), h];
  // The largest part of that shape; a canvas is the smallest around it.
  const isWider = shape > width / height;
  return isWider === (fit === 'contain') ? [whole(height * shape), height] : [width, whole(width / shape)];
}

/** The size of the box around a turned picture. */
export function turned([width, height]: Size, degrees: number): Size {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)].map((value) => Math.abs(Number(value.toFixed(12))));
  return [whole(width * (cos ?? 0) + height * (sin ?? 0)), whole(width * (sin ?? 0) + height * (cos ?? 0))];
}
