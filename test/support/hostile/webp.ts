import sharp from 'sharp';

const number = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer;
};

/** One chunk of a WebP. */
export function webpChunk(type: string, payload: Uint8Array = new Uint8Array()): Buffer {
  return Buffer.concat([Buffer.from(type), number(payload.length, 4), payload, Buffer.alloc(payload.length % 2)]);
}

/** A WebP of chunks. */
export function webp(...chunks: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(chunks);
  return Buffer.concat([Buffer.from('RIFF'), number(body.length + 4, 4), Buffer.from('WEBP'), body]);
}

/** What an extended WebP begins with. */
export function canvas(flags: number, width: number, height: number): Buffer {
  const size = Buffer.concat([number(width - 1, 3), number(height - 1, 3)]);
  return webpChunk('VP8X', Buffer.concat([number(flags, 4), size]));
}

/** The pixels of one colour: a VP8L chunk. */
export async function pixelsOf(width: number, height: number): Promise<Buffer> {
  const create = { width, height, channels: 3, background: '#456' } as const;
  const bytes = await sharp({ create }).webp({ lossless: true }).toBuffer();
  return bytes.subarray(bytes.indexOf('VP8L'));
}

/** One frame of an animation, which says a size of its own. */
export function webpFrame(width: number, height: number, pixels: Uint8Array): Buffer {
  const place = Buffer.concat([Buffer.alloc(6), number(width - 1, 3), number(height - 1, 3), number(10, 3)]);
  return webpChunk('ANMF', Buffer.concat([place, Buffer.from([0]), pixels]));
}

/** An animation of one frame, repeated. */
export function webpAnimation(width: number, height: number, frame: Buffer, count: number): Buffer {
  const frames = Buffer.alloc(frame.length * count, frame);
  return webp(canvas(2, width, height), webpChunk('ANIM', Buffer.alloc(6)), frames);
}
