import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { withoutTextChunks } from '../../src/transform/text-chunks.ts';
import { chunk, find, flood, inserted, picture } from './probe/pictures.ts';

let png: Buffer;
/** Offsets of the second and of the last chunk. */
const afterHeader = 33;
let beforeEnd: number;

beforeAll(async () => {
  png = await picture().png().toBuffer();
  beforeEnd = find(png, 'IEND') - 4;
});

const text = chunk('tEXt', Buffer.from('Comment\0hello'));

describe('withoutTextChunks', () => {
  it('returns a PNG without text as it came, the same array', () => {
    expect(withoutTextChunks(png)).toBe(png);
  });

  it.each<readonly [string, () => Promise<Buffer>]>([
    ['a JPEG', () => picture().jpeg().toBuffer()],
    ['a WebP', () => picture().webp().toBuffer()],
    ['text', async () => Buffer.concat([Buffer.from('no signature'), text])],
    ['nothing', async () => Buffer.alloc(0)],
  ])('returns %s as it came, the same array', async (_, make) => {
    const bytes = await make();
    expect(withoutTextChunks(bytes)).toBe(bytes);
  });

  it.each(['tEXt', 'zTXt', 'iTXt'])('leaves out %s, wherever it stands', (type) => {
    const one = chunk(type, Buffer.from('Comment\0\0hello'));
    const bytes = inserted(inserted(png, beforeEnd, one, one), afterHeader, one);
    expect(Buffer.from(withoutTextChunks(bytes)).equals(png)).toBe(true);
  });

  it.each(['tEXT', 'tIME', 'eXIf', 'iCCP', 'gAMA'])('keeps %s', (type) => {
    const bytes = inserted(png, afterHeader, chunk(type, Buffer.alloc(7)));
    expect(withoutTextChunks(bytes)).toBe(bytes);
  });

  it('does not change the array it was given', () => {
    const bytes = inserted(png, afterHeader, text);
    const before = Buffer.from(bytes);
    withoutTextChunks(bytes);
    expect(bytes.equals(before)).toBe(true);
  });

  it('leaves what follows the end of the PNG as it is', () => {
    const tail = Buffer.concat([png, text]);
    expect(withoutTextChunks(tail)).toBe(tail);
  });

  it('leaves the rest as it is where a chunk runs past the end', () => {
    const cut = Buffer.from('\xff\xff\xff\xfftEXtabcdefgh', 'latin1');
    const bytes = Buffer.concat([png.subarray(0, afterHeader), text, text, cut]);
    const kept = Buffer.concat([png.subarray(0, afterHeader), cut]);
    expect(Buffer.from(withoutTextChunks(bytes)).equals(kept)).toBe(true);
  });

  it('changes no pixel', async () => {
    const bytes = Buffer.from(withoutTextChunks(inserted(png, afterHeader, text)));
    const [was, is] = await Promise.all([sharp(png).raw().toBuffer(), sharp(bytes).raw().toBuffer()]);
    expect(is.equals(was)).toBe(true);
  });

  it('defuses text that inflates to many times its size', async () => {
    const bomb = chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(7_000_000))]));
    const clean = withoutTextChunks(inserted(png, afterHeader, ...Array.from({ length: 50 }, () => bomb)));
    expect(clean.length).toBe(png.length);
    expect((await sharp(clean).metadata()).comments).toBeUndefined();
  });

  it.each([
    ['text chunks', '\0\0\0\0tEXtcrc!'],
    ['other chunks', '\0\0\0\0tIMEcrc!'],
    ['text and other chunks in turn', '\0\0\0\0tEXtcrc!\0\0\0\0tIMEcrc!'],
  ])('takes linear time over 25 MB of %s', (_, unit) => {
    const bytes = flood(png.subarray(0, afterHeader), unit);
    const started = performance.now();
    withoutTextChunks(bytes);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('keeps exactly the other chunks, in order, whatever they are', () => {
    const chunks = fc.array(fc.record({ isText: fc.boolean(), data: fc.uint8Array({ maxLength: 20 }) }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(chunks, fc.uint8Array({ maxLength: 11 }), (list, tail) => {
        const signature = png.subarray(0, 8);
        const made = list.map(({ isText, data }) => ({ isText, bytes: chunk(isText ? 'iTXt' : 'abCd', data) }));
        const all = Buffer.concat([signature, ...made.map(({ bytes }) => bytes), tail]);
        const kept = Buffer.concat([
          signature,
          ...made.filter(({ isText }) => !isText).map(({ bytes }) => bytes),
          tail,
        ]);
        expect(Buffer.from(withoutTextChunks(all)).equals(kept)).toBe(true);
      }),
    );
  });
});
