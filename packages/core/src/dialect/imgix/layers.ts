import type { Colour } from '../../transform/colour.ts';
import { isNothing, type Length } from '../../transform/length.ts';
import {
  type Blend,
  mostTextSize,
  type Overlay,
  type OverlayPosition,
  type Placement,
  type TextStyle,
} from '../../transform/overlay.ts';
import type { Fit, Resize, Stage } from '../../transform/stage.ts';
import type { BlendWord, LayerFit } from './layer-parameters.ts';
import type { Scale } from './scale.ts';
import { cropPosition, positionOf } from './size.ts';
import type { Said } from './table.ts';
import { colour } from './values.ts';

/** A picture that is laid on: its canonical path, and what is done to it by itself. */
export interface LayerSource {
  readonly path: string;
  readonly stages: readonly Stage[];
}

/** What layers are made with. */
export interface LayerContext {
  readonly said: Said;
  readonly scale: Scale;
  /** The box of the picture below. */
  readonly resize: Resize | undefined;
  /** Reads the address of a picture: a path or a URL. */
  source(parameter: string, address: string): LayerSource;
}

/** All layers, the lowest first: what is blended, the mark, the words. */
export function toOverlays(context: LayerContext): readonly Overlay[] {
  return [blendOf(context), markOf(context), wordsOf(context)].filter((overlay) => overlay !== undefined);
}

const blends: Readonly<Record<BlendWord, Blend>> = {
  normal: 'over',
  darken: 'darken',
  difference: 'difference',
  exclusion: 'exclusion',
  hardlight: 'hard-light',
  lighten: 'lighten',
  multiply: 'multiply',
  overlay: 'overlay',
  screen: 'screen',
  softlight: 'soft-light',
};

function blendOf(context: LayerContext): Overlay | undefined {
  const { said, resize, source } = context;
  const shade = said['blend-color'] ?? (said.blend === undefined ? undefined : colour.read(said.blend));
  const shared = { blend: blends[said['blend-mode'] ?? 'overlay'], opacity: said['blend-alpha'] };
  if (shade !== undefined) return { colour: shade, ...shared };
  if (said.blend === undefined) return undefined;
  const { path, stages } = source('blend', said.blend);
  const place = {
    ...placeOf(context, 'blend', { position: 'centre', pad: 0 }),
    ...shared,
  };
  if (said['blend-size'] === 'inherit') return { path, ...place, ...inherited(stages, resize) };
  return { path, ...place, ...sizeOf(context, 'blend', stages) };
}

/** As large as the picture, by the same means. */
function inherited(stages: readonly Stage[], resize: Resize | undefined): Placement {
  const whole: Length = { percent: 100 };
  return resize === undefined
    ? { width: whole, height: whole, ...(stages.length === 0 ? {} : { stages }) }
    : { stages: [...stages, { resize }] };
}

function markOf(context: LayerContext): Overlay | undefined {
  const { said, source } = context;
  if (said.mark === undefined) return undefined;
  const { path, stages } = source('mark', based(said.mark, said['mark-base']));
  const isTiled = said['mark-tile'] === 'grid';
  return {
    path,
    ...placeOf(context, 'mark', { position: isTiled ? 'left top' : 'right bottom', pad: 5 }),
    ...sizeOf(context, 'mark', turned(stages, said['mark-rot'])),
    opacity: said['mark-alpha'],
    ...(isTiled ? { tile: true } : {}),
  };
}

function based(mark: string, base: string | undefined): string {
  if (base === undefined || /^https?:\/\//i.test(mark)) return mark;
  return `${base.replace(/\/$/, '')}/${mark.replace(/^\//, '')}`;
}

function turned(stages: readonly Stage[], degrees = 0): readonly Stage[] {
  return degrees % 360 === 0 ? stages : [...stages, { rotate: { degrees: (360 - degrees) % 360 } }];
}

type Kind = 'mark' | 'blend';

const fits: Readonly<Record<LayerFit, { readonly fit: Fit; readonly enlarge: boolean }>> = {
  clip: { fit: 'inside', enlarge: true },
  crop: { fit: 'cover', enlarge: true },
  max: { fit: 'inside', enlarge: false },
  scale: { fit: 'fill', enlarge: true },
  fill: { fit: 'contain', enlarge: true },
};

/** How large a layer is: shares are of its own sides, those of a scale of the picture's. */
function sizeOf({ said, scale }: LayerContext, kind: Kind, stages: readonly Stage[]): Placement {
  const before = stages.length === 0 ? {} : { stages };
  const part = kind === 'mark' ? said['mark-scale'] : undefined;
  if (part !== undefined && part > 0) return { width: { percent: part }, height: { percent: part }, ...before };
  const [width, height] = [sideOf(said[`${kind}-w`], scale), sideOf(said[`${kind}-h`], scale)];
  return (width ?? height) === undefined ? before : boxOf(said, kind, stages, { width, height });
}

interface LayerBox {
  readonly width: Length | undefined;
  readonly height: Length | undefined;
}

function boxOf(said: Said, kind: Kind, stages: readonly Stage[], { width, height }: LayerBox): Placement {
  const fit = said[`${kind}-fit`] ?? 'clip';
  const isInPixels = [width, height].every((side = 0) => typeof side === 'number');
  if (fit === 'clip' && isInPixels) return { width, height, ...(stages.length === 0 ? {} : { stages }) };
  const position = kind === 'blend' ? cropPosition(said['blend-crop'] ?? []) : undefined;
  return { stages: [...stages, { resize: { width, height, ...fits[fit], position } }] };
}

function sideOf(side: Length | undefined, scale: Scale): Length | undefined {
  return side === undefined || isNothing(side) ? undefined : scale.length(side);
}

interface DefaultPlace {
  readonly position: OverlayPosition;
  readonly pad: number;
}

function placeOf({ said, scale }: LayerContext, kind: Kind | 'txt', lacking: DefaultPlace): Placement {
  const words = said[`${kind}-align`];
  const [x, y] = [said[`${kind}-x`], said[`${kind}-y`]];
  const at = {
    ...(x === undefined ? {} : { x: scale.pixels(x) }),
    ...(y === undefined ? {} : { y: scale.pixels(y) }),
  };
  return {
    position: (words && positionOf(words)) ?? lacking.position,
    margin: scale.pixels(said[`${kind}-pad`] ?? lacking.pad),
    ...(x === undefined && y === undefined ? {} : { at }),
  };
}

const black: Colour = { r: 0, g: 0, b: 0, alpha: 255 };
const defaultSize = 12;

function wordsOf(context: LayerContext): Overlay | undefined {
  const { said, scale } = context;
  if (said.txt === undefined) return undefined;
  const place = placeOf(context, 'txt', { position: 'right bottom', pad: 10 });
  const wrap = said['txt-width'] ?? 0;
  const text: TextStyle = {
    content: said.txt,
    ...fontOf(said['txt-font']),
    size: Math.min(mostTextSize, scale.pixels(said['txt-size'] ?? defaultSize)),
    colour: said['txt-color'] ?? black,
    ...(wrap === 0 ? {} : { wrap: scale.pixels(wrap) }),
  };
  return { text, ...place };
}

/** A family, and what else stands beside it. */
function fontOf(font = ''): Pick<TextStyle, 'font' | 'bold' | 'italic'> {
  const words = font.split(',').map((word) => word.trim());
  const family = words.filter((word) => word !== '' && word !== 'bold' && word !== 'italic').join(' ');
  return {
    ...(family === '' ? {} : { font: family }),
    ...(words.includes('bold') ? { bold: true } : {}),
    ...(words.includes('italic') ? { italic: true } : {}),
  };
}
