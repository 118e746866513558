import { checkOptions, type Expectation, expectations, oneOf } from '../options.ts';
import type { ImageFormat } from './image.ts';
import type { Output } from './transformation.ts';
import { defaultQuality } from './transformation.ts';

/** How much colour JPEG and AVIF keep beside brightness: for each pixel, or one for four of them. */
export const chromas = ['4:2:0', '4:4:4'] as const;
export type Chroma = (typeof chromas)[number];

/** How each type is encoded. */
export interface EncoderOptions {
  readonly jpeg?: {
    /**
     * Whether mozjpeg's methods are used: some 7 % smaller at like quality, for eight times the CPU.
     * @default false
     */
    readonly mozjpeg?: boolean;
    /** @default '4:2:0' */
    readonly chroma?: Chroma;
  };
  readonly webp?: {
    /**
     * 0–6.
     * @default 2
     */
    readonly effort?: number;
  };
  readonly avif?: {
    /**
     * 0–9.
     * @default 0
     */
    readonly effort?: number;
    /** @default '4:2:0' */
    readonly chroma?: Chroma;
  };
  readonly png?: {
    /**
     * 0–9.
     * @default 6
     */
    readonly compressionLevel?: number;
  };
  readonly gif?: {
    /**
     * 1–10.
     * @default 4
     */
    readonly effort?: number;
  };
}

const whole = (least: number, most: number): Expectation => [
  `a whole number from ${least} to ${most}`,
  (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
];

type EncoderExpectations = {
  readonly [F in keyof EncoderOptions]-?: Readonly<Record<keyof NonNullable<EncoderOptions[F]>, Expectation>>;
};

/** What each option accepts. */
export const encoderExpectations: EncoderExpectations = {
  jpeg: { mozjpeg: expectations.boolean, chroma: oneOf(...chromas) },
  webp: { effort: whole(0, 6) },
  avif: { effort: whole(0, 9), chroma: oneOf(...chromas) },
  png: { compressionLevel: whole(0, 9) },
  gif: { effort: whole(1, 10) },
};

/** @throws TypeError naming the option, what was expected and what came. */
export function checkEncoderOptions(options: EncoderOptions): void {
  const formats = Object.entries(encoderExpectations);
  checkOptions('encoders', options, Object.fromEntries(formats.map(([format]) => [format, expectations.object])));
  for (const [format, expected] of formats) {
    checkOptions(`encoders.${format}`, options[format as keyof EncoderOptions] ?? {}, expected);
  }
}

/** The settings of one encoder, as sharp takes them. */
export type Encoding = Readonly<Record<string, string | number | boolean | number[]>>;

/**
 * Qualities that look alike, measured (docs/formats.md): on JPEG's scale, and what the other encoder calls the same. In
 * between in proportion.
 */
type Scale = readonly (readonly [jpeg: number, other: number])[];

const webpScale: Scale = [
  [1, 1],
  [10, 4],
  [20, 22],
  [30, 39],
  [45, 56],
  [60, 67],
  [70, 74],
  [80, 82],
  [90, 91],
  [95, 97],
  [100, 100],
];

const avifScale: Scale = [
  [1, 1],
  [10, 19],
  [20, 36],
  [30, 44],
  [45, 50],
  [60, 55],
  [70, 60],
  [80, 67],
  [90, 80],
  [95, 91],
  [100, 100],
];

/** The settings for a type. What a type does not know, such as a quality of PNG, is left out. */
export function encodingOf(format: ImageFormat, output: Output, options: EncoderOptions = {}): Encoding {
  return encoders[format](output, options);
}

/** How many colours a palette has: those of 1, 2, 4 and 8 bits. What lies between counts as the next. */
const paletteSizes = [2, 4, 16, 256];
const mostColours = 256;

function paletteSize(colours: number): number {
  return paletteSizes.find((size) => size >= colours) ?? mostColours;
}

type Encoder = (output: Output, options: EncoderOptions) => Encoding;

// Defaults by measured cost for equal likeness: docs/formats.md.
const encoders: Readonly<Record<ImageFormat, Encoder>> = {
  jpeg: (
    { quality = defaultQuality, progressive, chroma: asked },
    { jpeg: { mozjpeg = false, chroma = '4:2:0' } = {} },
  ) => ({
    quality,
    chromaSubsampling: asked ?? chroma,
    ...(mozjpeg ? { mozjpeg } : {}),
    ...(progressive ? { progressive: true } : {}),
  }),
  png: ({ progressive, colours }, { png: { compressionLevel = 6 } = {} }) => ({
    compressionLevel,
    ...(progressive === true ? { progressive } : {}),
    ...(colours === undefined ? {} : { palette: true, colours: paletteSize(colours) }),
  }),
  webp: ({ quality = defaultQuality, lossless }, { webp: { effort = 2 } = {} }) =>
    lossless ? { lossless, effort } : { quality: onScale(quality, webpScale), effort },
  avif: ({ quality = defaultQuality, lossless, chroma: asked }, { avif: { effort = 0, chroma = '4:2:0' } = {} }) =>
    lossless
      ? { lossless, effort, chromaSubsampling: '4:4:4' }
      : { quality: onScale(quality, avifScale), effort, chromaSubsampling: asked ?? chroma },
  gif: ({ colours = mostColours }, { gif: { effort = 4 } = {} }) => ({
    effort,
    keepDuplicateFrames: true,
    ...(paletteSize(colours) === mostColours ? {} : { colours: paletteSize(colours) }),
  }),
};

function onScale(quality: number, scale: Scale): number {
  const above = scale.findIndex(([jpeg]) => jpeg >= quality);
  const [low, high] = [scale[Math.max(0, above - 1)], scale[above]];
  if (low === undefined || high === undefined) return quality;
  const part = high[0] === low[0] ? 1 : (quality - low[0]) / (high[0] - low[0]);
  return Math.round(low[1] + part * (high[1] - low[1]));
}
