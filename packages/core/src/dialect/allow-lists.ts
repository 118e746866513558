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
   * @param said by the URL itself, and read already.
   * @throws TintypeError `INVALID_PARAMETER`.
   */
  check(said: ParameterLayer, dpr: number): void;
  /** The allowed width for one that a client wants: the next larger, or the largest. */
  width(wanted: number): number;
  /** The allowed quality for one that a client wants: the next larger, or the largest. */
  quality(wanted: number): number;
}

/** Creates the lists of an endpoint. */
export function createAllowLists({ widths, qualities }: NativeOptions): AllowLists {
  const nextWidth = nextOf(widths);
  const nextQuality = nextOf(qualities);
  return {
    check({ stages, shared }, dpr) {
      if (widths !== undefined) for (const stage of stages) checkWidth(stage.get('w'), dpr, widths);
      const quality = shared.get('q');
      if (quality === undefined || qualities === undefined || qualities.includes(Number(quality))) return;
      throw refusal('q', quality, `is not allowed here; there are ${listed(qualities)}`);
    },
    width: nextWidth,
    quality: nextQuality,
  };
}

function checkWidth(text: string | undefined, dpr: number, widths: readonly number[]): void {
  if (text === undefined) return;
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
