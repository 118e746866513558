import type { Colour } from './colour.ts';
import { isNothing, type Length } from './length.ts';
import {
  type Overlay,
  type OverlayPoint,
  overlayDefaults,
  type Placement,
  type TextStyle,
  textDefaults,
} from './overlay.ts';
import type { Stage } from './stage.ts';

/** Gives the one form of stages. */
export type CanonicalStages = (stages: readonly Stage[]) => readonly Stage[];

/** The one form of all overlays that mean the same: what is the default is left out. */
export function canonicalOverlay(overlay: Overlay, canonicalStages: CanonicalStages): Overlay {
  const stages = canonicalStages(overlay.stages ?? []);
  const placement = { ...canonicalPlacement(overlay), ...(stages.length === 0 ? {} : { stages }) };
  if ('path' in overlay) return { path: overlay.path, ...placement };
  if ('text' in overlay) return { text: canonicalText(overlay.text), ...placement };
  return { colour: canonicalColour(overlay.colour), ...placement };
}

/** The one form of where an overlay lies, its stages left out. */
export function canonicalPlacement(placement: Placement): Omit<Placement, 'stages'> {
  const { width, height, position, margin, opacity, blend, at, tile } = placement;
  const point = canonicalPoint(at);
  // A point has both sides of its own.
  const isPlaced = point?.x !== undefined && point.y !== undefined;
  const standing = isPlaced
    ? {}
    : { position: unless(overlayDefaults.position, position), margin: unless(overlayDefaults.margin, margin) };
  return defined<Placement>({
    width,
    height,
    ...standing,
    opacity: unless(overlayDefaults.opacity, opacity),
    blend: unless(overlayDefaults.blend, blend),
    at: point,
    tile,
  });
}

/** What is said beside the default. */
function unless<T>(ordinary: T, value: T | undefined): T | undefined {
  return value === ordinary ? undefined : value;
}

function canonicalPoint(at: OverlayPoint | undefined): OverlayPoint | undefined {
  if (at === undefined || (at.x === undefined && at.y === undefined)) return undefined;
  const { x, y, anchor } = at;
  return defined<OverlayPoint>({ x: unsigned(x), y: unsigned(y), anchor });
}

/** Minus nothing is nothing. */
function unsigned(length: Length | undefined): Length | undefined {
  return length !== undefined && isNothing(length) ? 0 : length;
}

/** Lines end in one way, and tabs are blanks: there is nothing that they could be counted from. */
function canonicalText(text: TextStyle): TextStyle {
  const { content, font, size, bold, italic, colour, align, wrap, lineHeight, padding, background } = text;
  return defined<TextStyle>({
    content: content.replace(/\r\n?/g, '\n').replaceAll('\t', ' '),
    font,
    size,
    bold,
    italic,
    colour: canonicalColour(colour),
    align: unless('left', align),
    wrap,
    lineHeight: unless(textDefaults.lineHeight, lineHeight),
    padding: padding?.every(isNothing) ? undefined : padding,
    background: background === undefined || background.alpha === 0 ? undefined : canonicalColour(background),
  });
}

function canonicalColour({ r, g, b, alpha }: Colour): Colour {
  return { r, g, b, alpha };
}

/** Without what is undefined. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
