import LineBreaker from 'linebreak';
import { type Run, runsOf, visually } from './runs.ts';
import type { Glyph, Shaper } from './shaper.ts';

/** A glyph and where it stands on its line, in units of the font. */
export interface PlacedGlyph {
  readonly id: number;
  readonly x: number;
  /** Above the baseline. */
  readonly y: number;
}

/** One line, from left to right. */
export interface Line {
  readonly glyphs: readonly PlacedGlyph[];
  readonly width: number;
}

/** Where in a paragraph a line begins and ends. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a font has no glyph of. */
export class MissingGlyph extends Error {
  readonly character: string;

  constructor(character: string) {
    super(`Expected a glyph of ${JSON.stringify(character)}`);
    this.character = character;
  }
}

/**
 * The lines of a text.
 *
 * @param width in units of the font, at which lines are broken; undefined for only where the text says so.
 * @throws MissingGlyph where the font does not have a character.
 */
export function linesOf(text: string, shaper: Shaper, width: number | undefined): readonly Line[] {
  return text.split('\n').flatMap((paragraph) => {
    const runs = runsOf(paragraph);
    const spans = width === undefined ? [{ start: 0, end: paragraph.length }] : broken(paragraph, runs, shaper, width);
    return spans.map((span) => lineOf(paragraph, runs, span, shaper));
  });
}

/** Where a paragraph is broken so that each line is within a width. A word that is wider is broken anywhere. */
function broken(paragraph: string, runs: readonly Run[], shaper: Shaper, most: number): readonly Span[] {
  const advances = advancesOf(paragraph, runs, shaper);
  const widthOf = (start: number, end: number): number => {
    let width = 0;
    for (let at = start; at < end; at++) width += advances[at] ?? 0;
    return width;
  };
  const visibleEnd = (start: number, end: number): number => start + paragraph.slice(start, end).trimEnd().length;
  const spans: Span[] = [];
  let start = 0;
  let end = 0;
  let width = 0;
  for (const next of breaksOf(paragraph)) {
    if (end > start && width + widthOf(end, visibleEnd(end, next)) > most) {
      spans.push({ start, end: visibleEnd(start, end) });
      start = end;
      width = 0;
    }
    // A word by itself on its line, and still too wide.
    for (let at = end; start === end && at < visibleEnd(end, next); ) {
      const cut = cutAt(advances, start, next, most);
      if (cut >= visibleEnd(start, next)) break;
      spans.push({ start, end: cut });
      start = cut;
      end = cut;
      at = cut;
    }
    width += widthOf(end, next);
    end = next;
  }
  return [...spans, { start, end: visibleEnd(start, paragraph.length) }];
}

/** Where lines may end. */
function* breaksOf(paragraph: string): Generator<number, void, undefined> {
  const breaker = new LineBreaker(paragraph);
  for (let next = breaker.nextBreak(); next !== null; next = breaker.nextBreak()) yield next.position;
}

/** The end of as many characters as fit, one at least: between those that have a width of their own. */
function cutAt(advances: Float64Array, start: number, end: number, most: number): number {
  let width = advances[start] ?? 0;
  for (let at = start + 1; at < end; at++) {
    const advance = advances[at] ?? 0;
    if (advance > 0 && width + advance > most) return at;
    width += advance;
  }
  return end;
}

/** How wide each character of a paragraph is, at its first place; nothing for what is part of the one before it. */
function advancesOf(paragraph: string, runs: readonly Run[], shaper: Shaper): Float64Array {
  const advances = new Float64Array(paragraph.length);
  for (const { start, end, level } of runs) {
    for (const { at, advance } of shaped(paragraph, { start, end, level }, shaper)) {
      advances[start + at] = (advances[start + at] ?? 0) + advance;
    }
  }
  return advances;
}

function lineOf(paragraph: string, runs: readonly Run[], { start, end }: Span, shaper: Shaper): Line {
  const parts = runs
    .map((run) => ({ ...run, start: Math.max(run.start, start), end: Math.min(run.end, end) }))
    .filter((run) => run.start < run.end);
  const glyphs: PlacedGlyph[] = [];
  let width = 0;
  for (const part of visually(parts)) {
    for (const { id, advance, x, y } of shaped(paragraph, part, shaper)) {
      glyphs.push({ id, x: width + x, y });
      width += advance;
    }
  }
  return { glyphs, width };
}

function shaped(paragraph: string, { start, end, level }: Run, shaper: Shaper): readonly Glyph[] {
  const text = paragraph.slice(start, end);
  const glyphs = shaper.shape(text, level % 2 === 1);
  const missing = glyphs.find(({ id }) => id === 0);
  if (missing !== undefined) throw new MissingGlyph(lackedIn(text.slice(missing.at), shaper));
  return glyphs;
}

/** The first character of a text that the font does not have: a letter and its marks begin at one place. */
function lackedIn(text: string, shaper: Shaper): string {
  const characters = [...text];
  const lacked = characters.find((character) => shaper.shape(character, false).some(({ id }) => id === 0));
  return lacked ?? characters[0] ?? '';
}
