import { TintypeError } from '../../errors.ts';
import type { RenderPlan } from '../plan.ts';
import { probe } from '../probe/probe.ts';

/**
 * Checks that what another process has made is of the type and the size that it was asked for: it may be under the rule of
 * a hostile picture.
 *
 * @throws TintypeError `RENDER_FAILED`.
 */
export function checkMade(made: Uint8Array, plan: RenderPlan): Uint8Array {
  if (!isAsAsked(made, plan)) {
    throw new TintypeError('RENDER_FAILED', { cause: new Error('the render process made something else') });
  }
  return made;
}

function isAsAsked(made: Uint8Array, { format, width, height, trimmed }: RenderPlan): boolean {
  if (format === 'json') return made[0] === openingBrace;
  try {
    const image = probe(made);
    const isSized = image.width === width && image.height === height;
    // What a trim leaves nobody knows before.
    return image.format === format && (isSized || trimmed !== undefined);
  } catch {
    return false;
  }
}

const openingBrace = 0x7b;
