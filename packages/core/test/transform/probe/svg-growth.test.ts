import { describe, expect, it } from 'vitest';
import { isSvg, readSvg } from '../../../src/transform/probe/svg.ts';

const namespace = 'xmlns="http://www.w3.org/2000/svg" width="9" height="9"';
const inside = (content: string): string => `<svg ${namespace}>${content}</svg>`;

/** Files that hold `size` bytes of one thing. */
const kinds: readonly (readonly [string, (size: number) => string])[] = [
  ['blanks before a reference', (size) => inside(`<rect fill="url(${' '.repeat(size)}"/>`)],
  ['blanks after a quote', (size) => inside(`<rect fill="url('${' '.repeat(size)}"/>`)],
  ['references in a style sheet', (size) => inside(`<style>${'url( '.repeat(size / 5)}</style>`)],
  ['blanks in a style sheet', (size) => inside(`<style>url(${' '.repeat(size)}</style>`)],
  ['blanks in a viewBox', (size) => `<svg ${namespace} viewBox="0${' '.repeat(size)}x"/>`],
  ['digits of a length', (size) => `<svg ${namespace} x="1" viewBox="0 0 ${'1'.repeat(size)}! 1"/>`],
  ['dashes', (size) => inside(`<path stroke-dasharray="${'0'.repeat(size)}"/>`)],
  ['attributes', (size) => inside(`<g ${Array.from({ length: size / 8 }, (_, at) => `a${at}=""`).join(' ')}/>`)],
  [
    'namespaces',
    (size) => inside(`<g ${Array.from({ length: size / 16 }, (_, at) => `xmlns:a${at}="b"`).join(' ')}/>`),
  ],
  ['elements', (size) => inside('<g/>'.repeat(size / 4))],
  ['entities', (size) => inside(`<text>${'&amp;'.repeat(size / 5)}</text>`)],
  ['comments', (size) => `${'<!---->'.repeat(size / 7)}${inside('')}`],
  ['document types', (size) => `${'<!DOCTYPE[>'.repeat(size / 11)}${inside('')}`],
  ['parts of CDATA', (size) => inside('<![CDATA[]]>'.repeat(size / 12))],
];

describe('the time that an SVG takes to read', () => {
  it.each(kinds)('grows with the bytes, and not with their square: %s', (_, make) => {
    const [small, large] = [4096, 8 * 4096].map((size) => Buffer.from(make(size)));
    // Eight times the bytes would take sixty-four times as long.
    expect(shortest(large) / shortest(small)).toBeLessThan(32);
  });
});

/** The least of several readings, in CPU: what else a machine does only ever adds to one. */
function shortest(bytes: Buffer | undefined): number {
  const times = Array.from({ length: 20 }, () => {
    const start = process.cpuUsage();
    read(bytes ?? Buffer.alloc(0));
    return process.cpuUsage(start).user;
  });
  // A microsecond is the least that is told.
  return Math.max(20, Math.min(...times));
}

function read(bytes: Buffer): void {
  if (!isSvg(bytes)) return;
  try {
    readSvg(bytes);
  } catch {
    // Whether it is refused is not the question here.
  }
}
