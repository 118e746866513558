import { TintypeError } from '../../errors.ts';
import type { HintValues } from '../../http/client-hints.ts';
import type { Resize, Stage } from '../../transform/stage.ts';
import type { Transformation } from '../../transform/transformation.ts';
import { readParameter, refusal } from '../parameter.ts';
import type { Values } from '../query.ts';
import { type Addresses, readAddress } from './address.ts';
import { type LayerSource, toOverlays } from './layers.ts';
import { edgesOf, toAdjustments, toBorder, toEffects, toFill, toPadding, toShape } from './look.ts';
import { toOutput } from './output.ts';
import { outputParameters } from './output-parameters.ts';
import { readImgixQuery } from './query.ts';
import { refusedParameters } from './refused-parameters.ts';
import { scaleFor } from './scale.ts';
import { hasCanvas, toResize, toRotation, toTrim } from './size.ts';
import { rows, type Said } from './table.ts';

/**
 * Reads the values of parameters.
 *
 * @throws TintypeError `INVALID_PARAMETER` for a value that is not allowed, and for what is not built, by its name.
 */
export function read(values: Values): Said {
  const said = [...values].flatMap(([name, text]) => {
    const row = rows.get(name);
    if (row === undefined) {
      refuseUnlessIdle(name, text);
      return [];
    }
    const unbuilt = text.split(',').find((word) => Object.hasOwn(row.unbuilt, word));
    if (unbuilt !== undefined) throw refusal(name, unbuilt, `is not built: ${row.unbuilt[unbuilt]}`);
    return [[name, readParameter(name, text, row)]];
  });
  return Object.fromEntries(said);
}

function refuseUnlessIdle(name: string, text: string): void {
  const refused = refusedParameters[name];
  if (refused === undefined || refused.idle.includes(text)) return;
  throw new TintypeError('INVALID_PARAMETER', { message: `${name}: is not built: ${refused.reason}.` });
}

/** Layers upon layers that are taken: a mark may have a mark. */
const deepest = 3;

/** What a URL asks for that says so much, not yet canonical. */
export function transformationOf(said: Said, hints: HintValues, addresses: Addresses): Transformation {
  const heeds = (hint: 'width' | 'dpr' | 'save-data'): boolean => said.ch?.includes(hint) === true;
  const stages = stagesOf(said, addresses, {
    dpr: heeds('dpr') ? hints.dpr : undefined,
    width: heeds('width') ? hints.width : undefined,
    depth: 0,
  });
  return { stages, output: toOutput(said, heeds('save-data') && hints.saveData === true) };
}

interface Circumstances {
  /** In place of what the URL says. */
  readonly dpr: number | undefined;
  /** In device pixels. */
  readonly width: number | undefined;
  /** How many pictures this one is laid upon. */
  readonly depth: number;
}

/** One stage, in an order of its own; a place or a mask that needs one has another. */
function stagesOf(said: Said, addresses: Addresses, { dpr, width, depth }: Circumstances): readonly Stage[] {
  const scale = scaleFor(said, dpr ?? (said.dpr || 1));
  const [padding, border] = [toPadding(said, scale), toBorder(said, scale)];
  const resize = sized(toResize(said, scale, edgesOf(padding, border)), width);
  const { begin, end } = placed(said, {
    resize,
    flip: said.flip,
    rotate: toRotation(said),
    adjust: toAdjustments(said),
    ...toEffects(said, scale),
    pad: padding,
    fill: hasCanvas(said) ? toFill(said) : undefined,
    border,
  });
  const overlays = toOverlays({
    said,
    scale,
    resize,
    source: (parameter, address) => sourceOf(parameter, address, { addresses, depth: depth + 1 }),
  });
  const stages = shaped(said, end, toShape(said, scale));
  return [...begin, ...stages.slice(0, -1), { ...stages.at(-1), overlays }];
}

/** What is cut out: by a stage of its own where words say from where, because a box has a place of its own. */
function placed(said: Said, main: Stage): { readonly begin: readonly Stage[]; readonly end: Stage } {
  const { crop, position } = said.rect ?? {};
  const cut: Stage = { trim: toTrim(said), crop };
  if (position === undefined) return { begin: [], end: { ...cut, ...main } };
  return { begin: [{ ...cut, resize: { position } }], end: main };
}

/** What lies under it: where the mask has a colour of its own, by a stage of its own. */
function shaped(said: Said, main: Stage, shape: Pick<Stage, 'radius' | 'mask'>): readonly Stage[] {
  const { bg } = said;
  const below = said.mask === undefined ? bg : (said['mask-bg'] ?? bg);
  if (bg === undefined || below === bg) return [{ ...main, ...shape, background: below }];
  return [
    { ...main, background: bg },
    { ...shape, background: below },
  ];
}

function sized(resize: Resize | undefined, width: number | undefined): Resize | undefined {
  return width === undefined ? resize : { fit: 'inside', enlarge: true, ...resize, width };
}

/** What says how a result is encoded, and so nothing of a picture that is laid on; a signature is covered by the URL's. */
const ofEncoding = ['auto', 'fm', 'q', 'lossless', 'jpg-progressive', 'chromasub', 'dpi', 's'];

/** What is of the whole result, so that no picture has it that is laid on another. */
const ofWhole: ReadonlySet<string> = new Set(
  ['orient', ...Object.keys(outputParameters)].filter((name) => !ofEncoding.includes(name)),
);

/** @throws TintypeError `INVALID_PARAMETER` for what would be lost. */
function refuseOfWhole(parameter: string, said: Said): void {
  const lost = Object.keys(said).find((name) => ofWhole.has(name));
  if (lost === undefined) return;
  const message = `${lost}: is not taken in the address of ${parameter}: what comes out is said of the whole result.`;
  throw new TintypeError('INVALID_PARAMETER', { message });
}

/** A picture that is laid on, by its address: what its query asks for is done to it first. */
function sourceOf(
  parameter: string,
  address: string,
  { addresses, depth }: { readonly addresses: Addresses; readonly depth: number },
): LayerSource {
  if (depth > deepest) {
    throw new TintypeError('INVALID_PARAMETER', { message: `${parameter}: at most ${deepest} layers lie in another.` });
  }
  const { path, query } = readAddress(parameter, address, addresses);
  const said = read(readImgixQuery(query).values);
  refuseOfWhole(parameter, said);
  return { path, stages: stagesOf(said, addresses, { dpr: undefined, width: undefined, depth }) };
}
