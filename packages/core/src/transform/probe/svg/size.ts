import type { Size } from '../../geometry.ts';
import { broken, unsupported } from '../refusals.ts';
import type { SvgDocument } from './document.ts';
import { parseLength, toPixels } from './lengths.ts';

/** What the renderer's font size is where nothing else is said, in pixels. */
const defaultFontSize = 12;
/** libvips makes no picture with a longer side. */
const longestSide = 10_000_000;

/**
 * The size of an SVG in pixels, as librsvg works it out at 72 dots per inch from the attributes of its root: width and
 * height, else what is missing from the `viewBox`. Of style sheets it knows nothing.
 *
 * @throws TintypeError `UNSUPPORTED_IMAGE` where the size is not told: the renderer would measure what is drawn.
 * @throws TintypeError `BROKEN_IMAGE` for sizes that round to nothing or are beyond every picture.
 */
export function naturalSize({ root: { attributes } }: SvgDocument): Size {
  const { width, height } = completed(
    sideOf(attributes.get('width')),
    sideOf(attributes.get('height')),
    viewBoxOf(attributes.get('viewBox')),
  );
  // Half a pixel is the least that rounds to one.
  if (!(width >= 0.5 && height >= 0.5 && width <= longestSide && height <= longestSide)) {
    throw broken(`SVG: ${width} × ${height} pixels`);
  }
  return { width: Math.floor(width + 0.5), height: Math.floor(height + 0.5) };
}

function viewBoxOf(text = ''): Size | undefined {
  const [x, y, width, height, ...others] = text
    .trim()
    .split(/\s*,\s*|\s+/)
    .map((field) => parseLength(field));
  if (x === undefined || y === undefined || others.length > 0) return undefined;
  if (width === undefined || height === undefined || width.value < 0 || height.value < 0) return undefined;
  return { width: width.value, height: height.value };
}

function completed(width: number | undefined, height: number | undefined, box: Size | undefined): Size {
  if (width !== undefined && height !== undefined) return { width, height };
  if (box === undefined) throw unsupported('SVG: no size');
  if (width !== undefined) return { width, height: (width * box.height) / box.width };
  if (height !== undefined) return { width: (height * box.width) / box.height, height };
  return box;
}

/** A side in pixels; undefined where it is a percentage or nothing that the renderer understands. */
function sideOf(text = ''): number | undefined {
  const length = parseLength(text);
  return length === undefined || length.value < 0 ? undefined : toPixels(length, defaultFontSize);
}
