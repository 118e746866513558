/** Types we accept and make. Everything else is refused by our own sniff, whatever a name or a label says. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif';

/** What an original may be: SVG is drawn, and never made. */
export type SourceFormat = ImageFormat | 'svg';

/** What the header of an original says, read by our own parsers before any decoder sees the bytes. */
export interface ImageInfo {
  readonly format: SourceFormat;
  /** Stored pixels of the canvas, before any orientation is applied; of an SVG at 72 dots per inch. */
  readonly width: number;
  readonly height: number;
  /** EXIF orientation 1–8 (AVIF: 1, or the one equal to its `irot` and `imir`). */
  readonly orientation: number;
  /** 1 for a still image. */
  readonly frames: number;
  /** Whether pixels may be transparent. */
  readonly alpha: boolean;
  /** Interlaced PNG, progressive JPEG, animated WebP of one frame: the whole image is held in memory while decoding. */
  readonly interlaced: boolean;
  /** Of an interlaced JPEG: how often its decoder goes over the whole picture. */
  readonly scans?: number | undefined;
  /** A JPEG without colours, which sharp would keep without, whatever is drawn on it. */
  readonly grey?: true | undefined;
}

/** Whether an EXIF orientation swaps width and height. */
export function isSideways(orientation: number): boolean {
  return orientation >= 5;
}
