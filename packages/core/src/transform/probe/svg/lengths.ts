/** A CSS length as it is written: the number in single precision, which is what the renderer keeps. */
export interface Length {
  readonly value: number;
  /** Lower case; empty for a plain number. */
  readonly unit: string;
}

const pattern = /^([+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)([a-z]*|%)$/i;

/** Pixels of each absolute unit at 72 dots per inch, at which SVGs are rendered. */
const pixelsOf: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  pt: 1,
  pc: 12,
  in: 72,
  cm: 72 / 2.54,
  mm: 72 / 25.4,
};
/** Units of the font's size: how many of it one is. */
const emsOf: Readonly<Record<string, number>> = { em: 1, ex: 0.5, ch: 0.5 };

/** Reads one length; undefined for anything else, and for what single precision cannot hold. */
export function parseLength(text: string): Length | undefined {
  const [, number = '', unit = ''] = pattern.exec(text.trim()) ?? [];
  const value = Math.fround(Number(number));
  return number === '' || !Number.isFinite(value) ? undefined : { value, unit: unit.toLowerCase() };
}

/** A length in pixels; undefined for percentages and units that the renderer does not know. */
export function toPixels({ value, unit }: Length, fontSize: number): number | undefined {
  const ems = emsOf[unit];
  const factor = ems === undefined ? pixelsOf[unit] : ems * fontSize;
  return factor === undefined ? undefined : value * factor;
}
