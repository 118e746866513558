import type { Length } from '../transform/length.ts';
import { mostTextSize, type Overlay, type Placement, type TextStyle, textDefaults } from '../transform/overlay.ts';
import type { Sides, Stage } from '../transform/stage.ts';
import type { TextWeight } from './native-overlay-parameters.ts';
import type { NativeValues, Read } from './native-stage.ts';

/** Multiplies lengths in CSS pixels; one that is something stays so. */
export type Scale = (cssLength: Length) => Length;

/** What overlays are read with. */
export interface OverlayContext {
  readonly scaled: Scale;
  readonly dpr: number;
  /** Reads the stages of an overlay. */
  readonly stagesOf: (query: string) => readonly Stage[];
}

const black = { r: 0, g: 0, b: 0, alpha: 255 };

/** What the parameters of a stage lay on: one of an original, a colour and words, or nothing. */
export function toOverlays(read: Read, context: OverlayContext): readonly Overlay[] {
  const [path, colour, content] = [read('overlay'), read('block'), read('text')];
  if (path !== undefined) return [{ path, ...toPlacement(read, context) }];
  if (colour !== undefined) return [{ colour, ...toPlacement(read, context) }];
  return content === undefined ? [] : [{ text: toText(content, read, context), ...toPlacement(read, context) }];
}

function toPlacement(read: Read, { scaled, stagesOf }: OverlayContext): Placement {
  const [width, height, at] = [read('overlay-w'), read('overlay-h'), read('overlay-at')];
  const stages = read('overlay-do');
  const scaledOr = (length: Length | undefined): Length | undefined =>
    length === undefined ? undefined : scaled(length);
  return {
    width: scaledOr(width),
    height: scaledOr(height),
    position: read('overlay-position'),
    at: at && { x: fromEitherEdge(at.x, scaled), y: fromEitherEdge(at.y, scaled), anchor: at.anchor },
    margin: scaled(read('overlay-margin') ?? 0) as number,
    tile: read('overlay-tile') || undefined,
    opacity: read('overlay-opacity'),
    blend: read('overlay-blend'),
    stages: stages === undefined ? undefined : stagesOf(stages),
  };
}

function fromEitherEdge(length: Length | undefined, scaled: Scale): Length | undefined {
  if (typeof length !== 'number' || length >= 0) return length === undefined ? undefined : scaled(length);
  return -(scaled(-length) as number);
}

function toText(content: string, read: Read, { scaled, dpr }: OverlayContext): TextStyle {
  const [style, wrap, padding] = [read('text-style'), read('text-width'), read('text-padding')];
  const size = (read('text-size') ?? textDefaults.size) * dpr;
  return {
    content,
    font: read('text-font'),
    size: Math.min(mostTextSize, Math.max(1, Math.round(size))),
    bold: style?.includes('bold') ? true : undefined,
    italic: style?.includes('italic') ? true : undefined,
    colour: read('text-colour') ?? black,
    align: read('text-align'),
    wrap: wrap === undefined ? undefined : (scaled(wrap) as number),
    lineHeight: read('text-line-height'),
    padding: padding && (padding.map(scaled) as unknown as Sides<number>),
    background: read('text-background'),
  };
}

/** The parameters that say what is laid on. */
export function fromOverlay(overlay: Overlay, writeStages: (stages: readonly Stage[]) => string): NativeValues {
  const { width, height, position, at, margin, tile, opacity, blend, stages } = overlay;
  return {
    ...contentOf(overlay),
    'overlay-do': stages === undefined ? undefined : writeStages(stages),
    'overlay-w': width,
    'overlay-h': height,
    'overlay-position': position,
    'overlay-at': at,
    'overlay-margin': margin,
    'overlay-tile': tile,
    'overlay-opacity': opacity,
    'overlay-blend': blend,
  };
}

function contentOf(overlay: Overlay): NativeValues {
  if ('path' in overlay) return { overlay: overlay.path };
  if ('colour' in overlay) return { block: overlay.colour };
  const { content, font, size, bold, italic, colour, align, wrap, lineHeight, padding, background } = overlay.text;
  return {
    text: content,
    'text-font': font,
    'text-style': styleOf(bold, italic),
    'text-size': size,
    'text-colour': colour,
    'text-align': align,
    'text-width': wrap,
    'text-line-height': lineHeight,
    'text-padding': padding,
    'text-background': background,
  };
}

function styleOf(isBold = false, isItalic = false): TextWeight | undefined {
  if (isBold) return isItalic ? 'bold italic' : 'bold';
  return isItalic ? 'italic' : undefined;
}
