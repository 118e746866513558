import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type BodySource, readBody } from '../../src/purge/body.ts';

const most = 64 * 1024;
const tooLarge = { code: 'PAYLOAD_TOO_LARGE', status: 413, headers: { connection: 'close' } };

/** A body of one JSON string that is so many bytes long, in pieces. */
function* pieces(length: number, size = 1024): Generator<Buffer> {
  const text = Buffer.from(JSON.stringify('x'.repeat(length - 2)));
  for (let at = 0; at < text.length; at += size) yield text.subarray(at, at + size);
}

const read = (stream: Readable, more: Partial<BodySource> = {}): Promise<unknown> =>
  readBody({ headers: {}, parsedBody: undefined, ...more, stream });

describe('a purge body', () => {
  it.each([1, 1000, 1024, most])('is taken up to 64 KiB, in pieces of %i bytes', async (size) => {
    expect(await read(Readable.from(pieces(most, size)))).toHaveLength(most - 2);
  });

  it.each([
    ['without a length', {}],
    ['with a length that is no number', { 'content-length': 'many' }],
    ['with a length below what comes', { 'content-length': '2' }],
  ])('is counted as it comes: one byte more, %s, is refused', async (_how, headers) => {
    for (const size of [1024, most, most + 1]) {
      await expect(read(Readable.from(pieces(most + 1, size)), { headers })).rejects.toMatchObject(tooLarge);
    }
  });

  it('that goes on and on is read no further than the piece that is too much, and not destroyed', async () => {
    let given = 0;
    const stream = new Readable({
      highWaterMark: 1024,
      read() {
        given += 1024;
        this.push(given > 16 * most ? null : Buffer.alloc(1024, ' '));
      },
    });
    await expect(read(stream)).rejects.toMatchObject(tooLarge);
    expect(given).toBeLessThanOrEqual(most + 4 * 1024);
    // The answer goes out on its socket.
    expect(stream.destroyed).toBe(false);
    stream.destroy();
  });

  it('is refused by the length that is said, before any of it is read, and after a parser has read it', async () => {
    const headers = { 'content-length': String(most + 1) };
    const stream = new Readable({ read: () => expect.unreachable() });
    await expect(read(stream, { headers })).rejects.toMatchObject(tooLarge);
    expect(stream.readableDidRead).toBe(false);
    const drained = Readable.from(['{}']);
    await drained.toArray();
    await expect(read(drained, { headers, parsedBody: {} })).rejects.toMatchObject(tooLarge);
  });
});
