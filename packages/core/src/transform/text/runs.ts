import bidiModule from 'bidi-js';

/** A part of a paragraph of one direction and script, in the order of reading. */
export interface Run {
  readonly start: number;
  readonly end: number;
  /** Of the Unicode Bidirectional Algorithm (UAX #9): odd ones are read from right to left. */
  readonly level: number;
}

// Its types are those of an ES module, and what Node imports is CommonJS.
const bidi = (bidiModule as unknown as typeof bidiModule.default)();

/** Scripts whose glyphs depend on one another, so that each is shaped by itself. All others are shaped together. */
const scripts: readonly RegExp[] = [
  'Arabic',
  'Hebrew',
  'Syriac',
  'Thaana',
  'Nko',
  'Devanagari',
  'Bengali',
  'Gurmukhi',
  'Gujarati',
  'Oriya',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Thai',
  'Lao',
  'Tibetan',
  'Myanmar',
  'Khmer',
  'Mongolian',
].map((script) => new RegExp(`\\p{Script=${script}}`, 'u'));

/** What goes with whatever it stands beside. */
const anywhere = /[\p{Script=Common}\p{Script=Inherited}]/u;

/** The runs of a paragraph. */
export function runsOf(paragraph: string): readonly Run[] {
  if (paragraph === '') return [];
  const { levels } = bidi.getEmbeddingLevels(paragraph);
  const runs: { start: number; end: number; level: number }[] = [];
  let script: number | undefined;
  let at = 0;
  for (const character of paragraph) {
    const own = anywhere.test(character) ? script : scripts.findIndex((each) => each.test(character));
    const level = levels[at] ?? 0;
    const run = runs.at(-1);
    const isSame = run?.level === level && (own === script || script === undefined);
    if (run === undefined || !isSame) runs.push({ start: at, end: at + character.length, level });
    else run.end += character.length;
    script = own;
    at += character.length;
  }
  return runs;
}

/** Runs of one line from left to right (UAX #9 L2). */
export function visually<T extends Pick<Run, 'level'>>(runs: readonly T[]): readonly T[] {
  let ordered = [...runs];
  const most = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = most; level > 0; level--) ordered = withReversed(ordered, level);
  return ordered;
}

/** Each sequence of runs of a level or more the other way round. */
function withReversed<T extends Pick<Run, 'level'>>(runs: readonly T[], least: number): T[] {
  const ordered: T[] = [];
  let turned: T[] = [];
  for (const run of runs) {
    if (run.level >= least) {
      turned = [run, ...turned];
      continue;
    }
    ordered.push(...turned, run);
    turned = [];
  }
  return [...ordered, ...turned];
}
