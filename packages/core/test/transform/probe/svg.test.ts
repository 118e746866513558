import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { TintypeError } from '../../../src/errors.ts';
import { isSvg, readSvg } from '../../../src/transform/probe/svg.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const namespace = 'xmlns="http://www.w3.org/2000/svg"';
const svg = (attributes: string, content = '<path d="M0 0h1v1z"/>'): string =>
  `<svg ${namespace} ${attributes}>${content}</svg>`;

/** The code of the refusal; undefined where it is read. */
function refusal(text: string): string | undefined {
  try {
    readSvg(bytesOf(text));
    return undefined;
  } catch (error) {
    if (error instanceof TintypeError) return error.code;
    throw error;
  }
}

describe('isSvg', () => {
  it.each([
    ['<svg/>', true],
    ['<svg width="1">', true],
    ['\ufeff<svg>', true],
    ['  \n<svg>', true],
    ['<?xml version="1.0"?>\n<!-- a > b --><!DOCTYPE svg PUBLIC "x" "y"><svg>', true],
    ['<!DOCTYPE svg [<!ENTITY a "b>">]><svg>', true],
    ['<svg:svg>', true],
    ['<svgx>', false],
    ['<html><svg>', false],
    ['<!-- <svg> ', false],
    ['svg', false],
    ['', false],
    [`${' '.repeat(70_000)}<svg>`, false],
  ])('says of %j %s', (text, expected) => {
    expect(isSvg(bytesOf(text))).toBe(expected);
  });

  it('knows neither UTF-16 nor gzip', () => {
    expect(isSvg(Buffer.from(svg(''), 'utf16le'))).toBe(false);
    expect(isSvg(Uint8Array.of(0x1f, 0x8b, 8, 0))).toBe(false);
  });
});

describe('readSvg', () => {
  it.each([
    'width="30" height="20"',
    'width="30px" height="20px"',
    'width="1in" height="2.54cm"',
    'width="10mm" height="10pt"',
    'width="2pc" height="3e1"',
    'width="30.4" height="20.5"',
    'width=" 30 " height="+20"',
    'width="0.6" height="1"',
    'viewBox="0 0 24 12"',
    'viewBox="5,5,24,12"',
    'viewBox="-5 -5 24.5 12.4"',
    'viewBox="0 0 24 12" width="48"',
    'viewBox="0 0 24 12" height="48"',
    'viewBox="0 0 24 12" width="100%" height="100%"',
    'viewBox="0 0 24 12" width="100%" height="30"',
    'viewBox="0 0 24 12" width="30" height="20"',
    'viewBox="0 0 24 12" width="2em" height="1ex"',
    'viewBox="0 0 24 12" width="lots"',
  ])('gives the size that the renderer gives %s', async (attributes) => {
    const bytes = bytesOf(svg(attributes));
    const { width, height } = await sharp(bytes).metadata();
    expect(readSvg(bytes)).toEqual({
      format: 'svg',
      width,
      height,
      orientation: 1,
      frames: 1,
      alpha: true,
      interlaced: false,
    });
  });

  it.each([
    ['no size', svg(''), 'UNSUPPORTED_IMAGE'],
    ['a size in percent alone', svg('width="100%" height="100%"'), 'UNSUPPORTED_IMAGE'],
    ['a size of nothing', svg('width="0" height="9"'), 'BROKEN_IMAGE'],
    ['a size beyond every picture', svg('width="1e30" height="9"'), 'BROKEN_IMAGE'],
    ['an empty viewBox', svg('viewBox="0 0 0 0"'), 'BROKEN_IMAGE'],
    ['XML that ends too soon', `<svg ${namespace} width="1" height="1">`, 'BROKEN_IMAGE'],
    ['another root', '<svgx/>', 'UNSUPPORTED_IMAGE'],
    ['a root of another namespace', '<svg xmlns="x" width="1" height="1"/>', 'BROKEN_IMAGE'],
    ['entities', `<!DOCTYPE svg [<!ENTITY a "b">]>${svg('width="1" height="1"')}`, 'UNSUPPORTED_IMAGE'],
    ['another encoding', `<?xml version="1.0" encoding="utf-16"?>${svg('width="1" height="1"')}`, 'UNSUPPORTED_IMAGE'],
    [
      'XInclude',
      svg('width="1" height="1" xmlns:i="http://www.w3.org/2001/XInclude"', '<i:include/>'),
      'UNSUPPORTED_IMAGE',
    ],
    [
      'a picture inside',
      svg('width="1" height="1"', '<image href="data:image/png;base64,AA=="/>'),
      'UNSUPPORTED_IMAGE',
    ],
    ['a reference to itself', svg('width="1" height="1"', '<g id="a"><use href="#a"/></g>'), 'BROKEN_IMAGE'],
  ])('meets %s with %3$s', (_, text, code) => {
    expect(refusal(text)).toBe(code);
  });

  it('refuses bytes that are no UTF-8', () => {
    const bytes = bytesOf(svg('width="1" height="1"', '<text>x</text>'));
    readSvg(bytes);
    bytes[bytes.lastIndexOf('x'.charCodeAt(0))] = 0xff;
    expect(() => readSvg(bytes)).toThrow(expect.objectContaining({ code: 'BROKEN_IMAGE' }));
  });
});

describe('the cost of an SVG', () => {
  const drawn = (content: string): string | undefined => refusal(svg('width="9" height="9"', content));
  const nested = (inner: string, each: number, levels: number): string => {
    const uses = (id: number): string => `<use href="#g${id}"/>`.repeat(each);
    const groups = Array.from({ length: levels }, (_, id) => `<g id="g${id + 1}">${uses(id)}</g>`);
    return `<defs><g id="g0">${inner}</g>${groups.join('')}</defs><use href="#g${levels}"/>`;
  };

  it.each([
    ['thousands of paths', '<path d="M0 0h1v1z"/>'.repeat(9000)],
    [
      'gradients and some filters',
      '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>'.concat(
        '<rect filter="url(#f)" width="1" height="1"/>'.repeat(12),
      ),
    ],
    ['a symbol used a thousand times', `<defs><g id="a"><rect/><rect/></g></defs>${'<use href="#a"/>'.repeat(1000)}`],
    ['text', `<text>${'word '.repeat(300)}</text>`],
    ['an outline of a country', `<path d="${'L 1 1 '.repeat(5000)}"/>`],
    ['a reference to nothing', '<use href="#nobody"/><rect fill="url(#nobody)"/>'],
    ['as many attributes as an element has', `<g ${Array.from({ length: 256 }, (_, at) => `a${at}=""`).join(' ')}/>`],
    ['a style sheet', '<style>.a { fill: red }</style><rect class="a"/>'],
  ])('allows %s', (_, content) => {
    expect(drawn(content)).toBeUndefined();
  });

  it.each([
    ['more elements than anybody draws', '<g/>'.repeat(20_001)],
    ['more than a megabyte', `<!--${'x'.repeat(1024 * 1024)}-->`],
    ['more attributes than an element has', `<g ${Array.from({ length: 257 }, (_, at) => `a${at}=""`).join(' ')}/>`],
    ['names for hundreds of namespaces', Array.from({ length: 257 }, (_, at) => `<g xmlns:a${at}="b"/>`).join('')],
    ['elements deep inside each other', `${'<g>'.repeat(201)}${'</g>'.repeat(201)}`],
    ['what multiplies itself', nested('<rect/>', 10, 6)],
    [
      'blurs that multiply',
      nested('<rect filter="url(#f)"/>', 8, 3).concat('<filter id="f"><feGaussianBlur/></filter>'),
    ],
    [
      'a filter for everything by a style sheet',
      `<style>* { filter: url(#f) }</style><filter id="f"><feGaussianBlur/></filter>${'<rect/>'.repeat(60)}`,
    ],
    ['one line that crosses itself again and again', `<path d="${'L 1 1 '.repeat(13_000)}"/>`],
    ['a filter of a thousand parts', `<filter id="f"><feMerge>${'<feMergeNode/>'.repeat(300)}</feMerge></filter>`],
    ['masks for everything', '<mask id="m"/>'.concat('<rect mask="url(#m)"/>'.repeat(60))],
    ['noise', '<filter id="f"><feTurbulence/></filter>'.concat('<rect filter="url(#f)"/>'.repeat(6))],
    ['much text', `<text>${'x'.repeat(3000)}</text>`],
    ['many dashed lines', '<path stroke-dasharray="1"/>'.repeat(60)],
  ])('refuses %s', (_, content) => {
    expect(drawn(content)).toBe('ORIGINAL_TOO_LARGE');
  });
});
