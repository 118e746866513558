import type { ImageInfo, OptionalFormat } from '../image.ts';
import { isSvg, readSvg } from './svg.ts';
import { isTiff, readTiff } from './tiff.ts';

/** A type that is an image only where it is accepted: by what its bytes are known, and who reads them. */
export interface OptionalType {
  readonly format: OptionalFormat;
  readonly isOf: (bytes: Uint8Array) => boolean;
  /** @throws TintypeError what is wrong with them. */
  readonly read: (bytes: Uint8Array) => ImageInfo;
}

/** All of them. */
export const optionalTypes: readonly OptionalType[] = [
  { format: 'svg', isOf: isSvg, read: readSvg },
  { format: 'tiff', isOf: isTiff, read: readTiff },
];
