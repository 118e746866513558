import { TintypeError } from '../errors.ts';
import type { ParameterLayer } from './layers.ts';
import type { NativeOptions } from './native-options.ts';
import { nativeParameters } from './native-parameters.ts';
import { refusal } from './parameter.ts';

/** What URLs may ask for, where an endpoint names it. */
export interface AllowLists {
  /**
   * Refuses what is not on the lists.
   *
   * @param said by the URL itself.
   * @param layer with what its preset and the defaults say; read already.
   * @throws TintypeError `INVALID_PARAMETER`.
   */
  check(said: ParameterLayer, layer: ParameterLayer, dpr: number): void;
  /** The allowed width for one that a client wants: the next larger, or the largest. */
  width(wanted: number): number;
  /** The allowed quality for one that a client wants: the next larger, or the largest. */
  quality(wanted: number): number;
}

/** Creates the lists of an endpoint. */
export function createAllowLists({
  widths,
  qualities,
  signing,
  metadata = mustBeSigned(signing),
}: NativeOptions): AllowLists {
  const nextWidth = nextOf(widths);
  const nextQuality = nextOf(qualities);
  return {
    check(said, layer, dpr) {
      if (!metadata) checkMetadata(said);
      if (widths !== undefined) for (const width of widthsOf(said, layer, dpr)) checkWidth(width, dpr, widths);
      const quality = said.shared.get('q');
      if (quality === undefined || qualities === undefined || qualities.includes(Number(quality))) return;
      throw refusal('q', quality, `is not allowed here; there are ${listed(qualities)}`);
    },
    width: nextWidth,
    quality: nextQuality,
  };
}

/** Whoever signs all URLs decides what they ask for. */
function mustBeSigned(signing: NativeOptions['signing']): boolean {
  return signing !== undefined && signing.required !== false;
}

function checkMetadata({ shared }: ParameterLayer): void {
  const [keep, original] = [shared.get('keep'), shared.get('original')];
  const isWhole = original !== undefined && nativeParameters.original.read(original) === true;
  if (keep === 'all') throw refusal('keep', keep, notTold);
  if (isWhole) throw refusal('original', original, notTold);
}

const notTold = 'is not allowed here: originals may tell where and by whom they were taken';

/** The widths that a client has chosen: those of its URL, and those of others that its dpr multiplies. */
function widthsOf(said: ParameterLayer, layer: ParameterLayer, dpr: number): readonly string[] {
  const isScaled = dpr !== 1 && (said.shared.has('dpr') || !layer.shared.has('dpr'));
  return layer.stages.flatMap((stage, index) => {
    const own = said.stages[index]?.get('w');
    if (own !== undefined) return [own];
    const width = stage.get('w');
    return isScaled && width !== undefined && !isShare(width) ? [width] : [];
  });
}

function isShare(width: string): boolean {
  return typeof nativeParameters.w.read(width) === 'object';
}

function checkWidth(text: string, dpr: number, widths: readonly number[]): void {
  const width = nativeParameters.w.read(text);
  if (typeof width === 'number' && widths.includes(Math.max(1, Math.round(width * dpr)))) return;
  if (dpr === 1) throw refusal('w', text, `is not allowed here; there are ${listed(widths)}`);
  const message = `w: "${text}" with a dpr of ${dpr} is not allowed here; there are ${listed(widths)} device pixels.`;
  throw new TintypeError('INVALID_PARAMETER', { message });
}

function nextOf(allowed: readonly number[] | undefined): (wanted: number) => number {
  if (allowed === undefined) return (wanted) => wanted;
  const ordered = [...allowed].sort((first, second) => first - second);
  return (wanted) => ordered.find((each) => each >= wanted) ?? ordered.at(-1) ?? wanted;
}

function listed(numbers: readonly number[]): string {
  return [...numbers].sort((first, second) => first - second).join(', ');
}
