import { describe, expect, it } from 'vitest';
import { TintypeError } from '../../../src/errors.ts';
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

/** Half a megabyte: what goes by the square of that takes minutes, and runs into the time that a test may take. */
const size = 512 * 1024;

describe('an SVG of half a megabyte', () => {
  it.each(kinds)('is read, or refused, in a time that goes by its bytes: %s', (_, make) => {
    expect(outcomeOf(Buffer.from(make(size)))).toMatch(
      /^(no SVG|read|BROKEN_IMAGE|UNSUPPORTED_IMAGE|ORIGINAL_TOO_LARGE)$/,
    );
  });
});

function outcomeOf(bytes: Buffer): string {
  if (!isSvg(bytes)) return 'no SVG';
  try {
    readSvg(bytes);
    return 'read';
  } catch (error) {
    return error instanceof TintypeError ? error.code : String(error);
  }
}
