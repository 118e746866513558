import type { Output, OutputFormat } from '../../transform/transformation.ts';
import type { FormatWord } from './output-parameters.ts';
import type { Said } from './table.ts';

interface FormatWords extends Pick<Output, 'progressive' | 'colours'> {
  readonly format: OutputFormat;
}

/** What each `fm` is here. */
const formats: Readonly<Record<FormatWord, FormatWords>> = {
  avif: { format: 'avif' },
  gif: { format: 'gif' },
  jpg: { format: 'jpeg' },
  json: { format: 'json' },
  pjpg: { format: 'jpeg', progressive: true },
  png: { format: 'png' },
  png8: { format: 'png', colours: 256 },
  png32: { format: 'png' },
  webp: { format: 'webp' },
};

const defaultQuality = 75;
const savingQuality = 45;

/** What comes out. @param isSaving whether the client wants to save data. */
export function toOutput(said: Said, isSaving: boolean): Output {
  const { auto = [], lossless, colorquant, chromasub, dpi } = said;
  const asked: Partial<FormatWords> = said.fm === undefined ? {} : formats[said.fm];
  return {
    ...formatOf(auto.includes('format'), asked.format),
    quality: qualityOf(said, auto.includes('compress') || isSaving),
    lossless,
    progressive: (asked.progressive ?? said['jpg-progressive'] ?? true) && 'jpeg',
    frame: said.frame ?? (said.page === 1 ? undefined : said.page),
    orient: orientations[said.orient ?? 'exif'],
    keep: said.cs === 'origin' ? 'icc' : undefined,
    chroma: chromasub && chromas[chromasub],
    colours: colorquant ?? asked.colours,
    dpi: dpi === 0 ? undefined : dpi,
  };
}

/** What clients choose among, and what they get that take none of it. */
function formatOf(isNegotiated: boolean, format: OutputFormat | undefined): Pick<Output, 'format' | 'otherwise'> {
  if (!isNegotiated || format === 'json') return { format };
  return { format: 'auto', otherwise: format };
}

function qualityOf({ q }: Said, isSmall: boolean): number {
  if (q !== undefined) return Math.max(1, q);
  return isSmall ? savingQuality : defaultQuality;
}

const chromas = { '420': '4:2:0', '444': '4:4:4' } as const;

/** Degrees are other names of three orientations (docs.imgix.com, orient). */
const orientations: Readonly<Record<NonNullable<Said['orient']> | 'exif', Output['orient']>> = {
  exif: undefined,
  0: 'none',
  1: 'none',
  2: 2,
  3: 3,
  4: 4,
  5: 5,
  6: 6,
  7: 7,
  8: 8,
  90: 6,
  180: 3,
  270: 8,
};
