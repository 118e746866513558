import sharp from 'sharp';

/** Bytes that say how long the text is; all after it fill the picture up. */
const lengthBytes = 4;
const channels = 3;

/**
 * Text as a picture whose pixels are its bytes: opaque, sRGB, without a profile, lossless WebP.
 *
 * @param text in any encoding.
 */
export function toPicture(text: Uint8Array): Promise<Buffer> {
  const width = Math.ceil(Math.sqrt(Math.max(16, (lengthBytes + text.length) / channels)));
  const pixels = Buffer.alloc(width * width * channels);
  pixels.writeUInt32BE(text.length);
  pixels.set(text, lengthBytes);
  return sharp(pixels, { raw: { width, height: width, channels } })
    .webp({ lossless: true, effort: 0 })
    .toBuffer();
}

/**
 * The text that a picture was made from, whatever lossless format it has now.
 *
 * @throws where it is none of these.
 */
export async function toText(picture: Uint8Array): Promise<Buffer> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const length = info.channels === channels ? data.readUInt32BE() : Number.NaN;
  if (!(length <= data.length - lengthBytes)) throw new Error('This picture holds no text');
  return data.subarray(lengthBytes, lengthBytes + length);
}
