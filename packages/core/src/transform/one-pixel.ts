import type { ImageInfo } from './image.ts';
import type { RenderPlan } from './plan.ts';

/**
 * The plan that decodes an original and does next to nothing else: it fails where that does.
 *
 * @param frames which of them are decoded.
 */
export function onePixelOf(
  { alpha }: ImageInfo,
  { animated, frame }: Pick<RenderPlan, 'animated' | 'frame'> = { animated: false },
): RenderPlan {
  const size = { width: 1, height: 1 };
  const resize = { ...size, fit: 'fill', position: 'centre' } as const;
  return {
    ...(frame === undefined ? {} : { frame }),
    drawn: size,
    stages: [{ ...size, resize, layers: [], alpha }],
    format: animated ? 'webp' : 'png',
    encoding: {},
    animated,
    alpha,
    ...size,
  };
}
