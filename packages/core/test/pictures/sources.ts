import { chart, chartAt, chartSize, drawn, glassChart } from './charts.ts';
import type { Rgb } from './make.ts';

const { width, height } = chartSize;

/** Where a source comes close to its chart. */
export type Kind = 'lossless' | 'lossy' | 'profile' | 'cmyk';

/** An original to be drawn. */
export interface Source {
  readonly draw: () => Promise<Buffer>;
  readonly kind: Kind;
  /** Whether its right half is half transparent and its outer eighths are not there. */
  readonly isGlass?: true;
  /** Whether its colours are halfway to grey: paper has no others. */
  readonly isMuted?: true;
  /** Whether it has no colour: the greys of the chart by Rec. 709, as libvips takes them. */
  readonly isGrey?: true;
}

const fine = { quality: 95, chromaSubsampling: '4:4:4' } as const;

/** A colour halfway to grey. */
export const muted = ([r, g, b]: Rgb): Rgb => [r, g, b].map((value) => Math.round((value + 128) / 2)) as unknown as Rgb;

const mutedChart = () => drawn(width, height, (x, y) => muted(chartAt(x, y, width, height)));

/** All sorts of originals, each with the chart. */
export const sources = {
  'a JPEG': { draw: () => chart().jpeg(fine).toBuffer(), kind: 'lossy' },
  'a progressive JPEG': {
    draw: () =>
      chart()
        .jpeg({ ...fine, progressive: true })
        .toBuffer(),
    kind: 'lossy',
  },
  'a JPEG in CMYK': {
    draw: () => mutedChart().withIccProfile('cmyk').toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
    kind: 'cmyk',
    isMuted: true,
  },
  'a grey JPEG': {
    draw: () => chart().greyscale().toColourspace('b-w').jpeg(fine).toBuffer(),
    kind: 'lossy',
    isGrey: true,
  },
  'a JPEG in Display P3': { draw: () => chart().withIccProfile('p3').jpeg(fine).toBuffer(), kind: 'profile' },
  'a PNG': { draw: () => chart().png().toBuffer(), kind: 'lossless' },
  'an interlaced PNG': { draw: () => chart().png({ progressive: true }).toBuffer(), kind: 'lossless' },
  'a PNG of 16 bits': { draw: () => chart().toColourspace('rgb16').png().toBuffer(), kind: 'lossless' },
  'a PNG with a palette': {
    draw: () => chart().png({ palette: true, colours: 256, dither: 0 }).toBuffer(),
    kind: 'lossless',
  },
  'a grey PNG': {
    draw: () => chart().greyscale().toColourspace('b-w').png().toBuffer(),
    kind: 'lossless',
    isGrey: true,
  },
  'a grey PNG of 16 bits': {
    draw: () => chart().greyscale().toColourspace('grey16').png().toBuffer(),
    kind: 'lossless',
    isGrey: true,
  },
  'a grey PNG with alpha': {
    draw: () => glassChart().greyscale().toColourspace('b-w').png().toBuffer(),
    kind: 'lossless',
    isGrey: true,
    isGlass: true,
  },
  'a PNG with alpha': { draw: () => glassChart().png().toBuffer(), kind: 'lossless', isGlass: true },
  'a PNG of 16 bits with alpha': {
    draw: () => glassChart().toColourspace('rgb16').png().toBuffer(),
    kind: 'lossless',
    isGlass: true,
  },
  'a PNG in Display P3': { draw: () => chart().withIccProfile('p3').png().toBuffer(), kind: 'profile' },
  'a PNG of 16 bits in Display P3': {
    draw: () => chart().toColourspace('rgb16').withIccProfile('p3').png().toBuffer(),
    kind: 'profile',
  },
  'a WebP': { draw: () => chart().webp({ quality: 95, smartSubsample: true }).toBuffer(), kind: 'lossy' },
  'a lossless WebP': { draw: () => chart().webp({ lossless: true }).toBuffer(), kind: 'lossless' },
  'a WebP with alpha': {
    draw: () => glassChart().webp({ lossless: true, exact: true }).toBuffer(),
    kind: 'lossless',
    isGlass: true,
  },
  'an AVIF': {
    draw: () =>
      chart()
        .avif({ ...fine, effort: 0 })
        .toBuffer(),
    kind: 'lossy',
  },
  'an AVIF of 10 bits': {
    draw: () =>
      chart()
        .avif({ ...fine, effort: 0, bitdepth: 10 })
        .toBuffer(),
    kind: 'lossy',
  },
  'an AVIF with alpha': {
    draw: () =>
      glassChart()
        .avif({ ...fine, effort: 0 })
        .toBuffer(),
    kind: 'lossy',
    isGlass: true,
  },
  'a GIF': { draw: () => chart().gif({ dither: 0, colours: 256 }).toBuffer(), kind: 'lossless' },
} as const satisfies Readonly<Record<string, Source>>;

export type SourceName = keyof typeof sources;
export const sourceNames = Object.keys(sources) as readonly SourceName[];
export const sourceOf = (name: SourceName): Source => sources[name];

const drawings = new Map<SourceName, Promise<Buffer>>();

/** The bytes of a source, drawn once. */
export function source(name: SourceName): Promise<Buffer> {
  const drawing = drawings.get(name) ?? sources[name].draw();
  drawings.set(name, drawing);
  return drawing;
}

/** A chart that is seen upright, stored turned as an EXIF orientation has it. */
export function stored(orientation: number, seenWidth: number = width, seenHeight: number = height) {
  const isSideways = orientation >= 5;
  const [w, h] = isSideways ? [seenHeight, seenWidth] : [seenWidth, seenHeight];
  // Of each stored pixel, where it is seen (EXIF, tag 0x0112).
  const seen: readonly ((x: number, y: number) => readonly [number, number])[] = [
    (x, y) => [x, y],
    (x, y) => [w - 1 - x, y],
    (x, y) => [w - 1 - x, h - 1 - y],
    (x, y) => [x, h - 1 - y],
    (x, y) => [y, x],
    (x, y) => [h - 1 - y, x],
    (x, y) => [h - 1 - y, w - 1 - x],
    (x, y) => [y, w - 1 - x],
  ];
  const place = seen[orientation - 1] ?? ((x, y) => [x, y] as const);
  return drawn(w, h, (x, y) => {
    const [across, down] = place(x, y);
    return chartAt(across, down, seenWidth, seenHeight);
  }).withMetadata({ orientation });
}
