import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codecs, encodeContent } from '../../src/http/encode-content.ts';

const text = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>\n'.repeat(200));

describe('encodeContent (RFC 9110 §8.4.1)', () => {
  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const)('writes as %s what is read again', async (coding, decode) => {
    const coded = await encodeContent(text, coding);
    expect(coded.length).toBeLessThan(text.length / 10);
    expect(decode(coded)).toEqual(text);
    expect(decode(await encodeContent(new Uint8Array(), coding))).toHaveLength(0);
  });

  it('leaves alone what is not to be coded', async () => {
    expect(await encodeContent(text, 'identity')).toBe(text);
  });

  it('writes the same bytes each time, so that a strong tag holds (§8.8.3.3)', async () => {
    for (const coding of ['gzip', 'br'] as const) {
      expect(await encodeContent(text, coding)).toEqual(await encodeContent(text, coding));
    }
  });
});

describe('codecs', () => {
  it('name the versions that coded bytes depend on', () => {
    expect(codecs).toContain(process.versions.zlib);
    expect(codecs).toContain(process.versions.brotli);
  });
});
