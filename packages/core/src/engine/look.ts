import { onePixelOf } from '../transform/one-pixel.ts';
import type { Renderer, RenderJob } from '../transform/renderer.ts';
import type { Endpoint } from './endpoint.ts';
import type { KnownFailures } from './known-failures.ts';

/**
 * Creates what decodes each of the originals of a composite by itself, once the composite could not be made, and remembers
 * which it was: else each URL with that overlay, or of that picture with any overlay, would cost a decode.
 *
 * @param names of the originals as far as they are decoded, in order; undefined for one that is not to be looked at.
 */
export function createLook(
  { limits, rendering }: Pick<Endpoint, 'limits' | 'rendering'>,
  renderer: Renderer,
  failures: KnownFailures,
): (
  composite: Pick<RenderJob, 'original' | 'image' | 'overlays' | 'plan'>,
  names: readonly (string | undefined)[],
) => Promise<void> {
  return async ({ original, image, overlays, plan }, names) => {
    const own = { bytes: original, image, plan: onePixelOf(image, plan) };
    const laid = overlays.map((overlay) => ({ ...overlay, plan: onePixelOf(overlay.image) }));
    for (const [index, suspect] of [own, ...laid].entries()) {
      const name = names[index];
      if (name === undefined) continue;
      const job = { original: suspect.bytes, image: suspect.image, plan: suspect.plan, overlays: [] };
      await renderer.render({ ...job, limits, ...rendering }).catch((error: unknown) => failures.remember(name, error));
    }
  };
}
