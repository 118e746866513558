import type { ImageInfo } from './image.ts';
import type { Stage } from './stage.ts';
import type { Orientation, Output } from './transformation.ts';

/** The orientation of an AVIF is none of EXIF: what decodes it turns it. */
export function isAsStored({ orient }: Output, { format, orientation }: ImageInfo): boolean {
  return orient !== undefined && orient !== orientation && orientation !== 1 && format !== 'avif';
}

/** How it is turned where nothing is heard of its own orientation. */
export function turnOf({ orient }: Output, { format, orientation }: ImageInfo): Stage | undefined {
  if (orient === undefined || orient === 'none') return undefined;
  return orient === (format === 'avif' ? 1 : orientation) ? undefined : turns[orient];
}

/** What is done to what is stored so that it is upright, by its EXIF orientation (Exif 3.0 §4.6.5.1). */
const turns: Readonly<Record<Orientation, Stage | undefined>> = {
  1: undefined,
  2: { flip: 'h' },
  3: { rotate: { degrees: 180 } },
  4: { flip: 'v' },
  5: { flip: 'h', rotate: { degrees: 270 } },
  6: { rotate: { degrees: 90 } },
  7: { flip: 'h', rotate: { degrees: 90 } },
  8: { rotate: { degrees: 270 } },
};
