import { TintypeError } from '../errors.ts';
import type { OutputLimits } from './limits.ts';
import {
  allOverlays,
  isText,
  mostCharacters,
  mostDepth,
  mostLayers,
  mostTextSize,
  type Overlay,
  type Placement,
  type TextStyle,
} from './overlay.ts';
import type { Stage } from './stage.ts';
import type { Transformation } from './transformation.ts';

/**
 * Refuses layers that are more, deeper or larger than anybody needs, before anything is read.
 *
 * @throws TintypeError `INVALID_PARAMETER`.
 */
export function checkLayers({ stages }: Transformation, limits: OutputLimits): void {
  const overlays = allOverlays(stages);
  if (overlays.length > mostLayers) throw refused(`There may be at most ${mostLayers} layers.`);
  if (depthOf(stages) > mostDepth) throw refused(`Layers may lie at most ${mostDepth} deep in one another.`);
  for (const overlay of overlays) {
    checkSize(overlay, limits);
    if (isText(overlay)) checkText(overlay.text, limits);
  }
}

/** How deep layers lie in one another. */
function depthOf(stages: readonly Stage[]): number {
  const depths = stages.flatMap(({ overlays = [] }) => overlays.map((overlay) => 1 + depthOf(overlay.stages ?? [])));
  return Math.max(0, ...depths);
}

/** What is laid on whole is made to fit, however large it is asked for; all else is made as large as it is asked for. */
function checkSize(overlay: Overlay, { outputSide, outputPixels }: OutputLimits): void {
  const { width, height, at, tile } = overlay;
  if (!('colour' in overlay) && at === undefined && tile === undefined) return;
  const [across, down] = [asked(width), asked(height)];
  if (Math.max(across, down) > outputSide || across * down > outputPixels) {
    throw refused(
      `A layer may have at most ${outputSide} pixels a side and ${outputPixels / 1e6} megapixels, dpr included.`,
    );
  }
}

/** What nobody sees, or what is no character: it would be a mistake, or there to hide something. */
const forbidden = /(?!\n)\p{Cc}|\p{Surrogate}|\p{Noncharacter_Code_Point}/u;

/** Of the size of the letters: lines that lie on each other would make a small picture of endless work. */
const leastLineHeight = 0.5;

function checkText(
  { content, size, wrap = 1, padding = [0, 0, 0, 0], lineHeight = 1 }: TextStyle,
  { outputSide }: OutputLimits,
): void {
  const characters = [...content].length;
  if (content.trim() === '') throw refused('text: there is nothing to write.');
  if (characters > mostCharacters) throw refused(`text: at most ${mostCharacters} characters, and not ${characters}.`);
  if (forbidden.test(content)) throw refused('text: control characters are not allowed.');
  const most = Math.min(mostTextSize, outputSide);
  if (size > most) throw refused(`text: letters may be at most ${most} pixels high, dpr included.`);
  if (lineHeight < leastLineHeight) throw refused('text: lines may be no closer than half the size of their letters.');
  if (Math.max(wrap, ...padding) > outputSide) {
    throw refused(`text: at most ${outputSide} pixels a side are allowed, dpr included.`);
  }
}

/** Shares are known with the picture only. */
function asked(length: Placement['width']): number {
  return typeof length === 'number' ? length : 1;
}

function refused(message: string): TintypeError {
  return new TintypeError('INVALID_PARAMETER', { message });
}
