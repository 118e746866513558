import type { ErrorCode } from '../errors.ts';

/** Types we accept and make. Everything else is refused by our own sniff, whatever a name or a label says. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif';

/** Types that are images only to endpoints that accept them: SVG, which is drawn, and TIFF. Neither is ever made. */
export type OptionalFormat = 'svg' | 'tiff';

/** What an original may be. */
export type SourceFormat = ImageFormat | OptionalFormat;

/** What the header of an original says, read by our own parsers before any decoder sees the bytes. */
export interface ImageInfo {
  readonly format: SourceFormat;
  /** Stored pixels of the canvas, before any orientation is applied; of an SVG at 72 dots per inch. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation 1–8, which is TIFF's (AVIF: 1, or the one equal to its `irot` and `imir`). */
  readonly orientation: number;
  /** 1 for a still image; of a TIFF the number of its pages. */
  readonly frames: number;
  /** Whether pixels may be transparent. */
  readonly alpha: boolean;
  /** Interlaced PNG, progressive JPEG, animated WebP of one frame, some TIFFs: the whole image is held in memory while decoding. */
  readonly interlaced: boolean;
  /** Of an interlaced JPEG or PNG: bytes of each pixel that its decoder holds. */
  readonly heldBytes?: number | undefined;
  /** Of an interlaced JPEG: how often its decoder goes over the whole picture. */
  readonly scans?: number | undefined;
  /** A JPEG or TIFF without colours, which sharp would keep without, whatever is drawn on it. */
  readonly grey?: true | undefined;
  /** Of a TIFF with several pages: the first 300, each with a size of its own. */
  readonly pages?: readonly Page[] | undefined;
}

/** What one page of a TIFF is, or why it is no picture. */
export type Page = Omit<ImageInfo, 'format' | 'frames' | 'heldBytes' | 'scans' | 'pages'> | ErrorCode;

/** Whether frames follow each other in time. The pages of a TIFF do not. */
export function isAnimation({ format, frames }: ImageInfo): boolean {
  return frames > 1 && format !== 'tiff';
}

/** Whether an EXIF orientation swaps width and height. */
export function isSideways(orientation: number): boolean {
  return orientation >= 5;
}
