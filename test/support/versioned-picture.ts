import sharp from 'sharp';

const edge = 16;
const pictures = new Map<number, Promise<Buffer>>();
const versions = new Map<string, Promise<number>>();

/**
 * A PNG of 16 × 16 pixels whose one colour is its version number. All versions below 2²⁴ have the same size in bytes,
 * and the colour outlives every resize.
 */
export function pictureOf(version: number): Promise<Buffer> {
  const known = pictures.get(version);
  if (known !== undefined) return known;
  const background = { r: (version >> 16) & 255, g: (version >> 8) & 255, b: version & 255 };
  const picture = sharp({ create: { width: edge, height: edge, channels: 3, background } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  pictures.set(version, picture);
  return picture;
}

/** The version of a picture, or of a derivative of one, read from its pixels. */
export function versionOf(body: Uint8Array | undefined): Promise<number> {
  if (body === undefined) throw new Error('an answer without a body shows no version');
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const known = versions.get(bytes);
  if (known !== undefined) return known;
  const version = readVersion(body);
  versions.set(bytes, version);
  return version;
}

async function readVersion(body: Uint8Array): Promise<number> {
  const [r = 0, g = 0, b = 0] = await sharp(body).toColourspace('srgb').removeAlpha().raw().toBuffer();
  return (r << 16) | (g << 8) | b;
}
