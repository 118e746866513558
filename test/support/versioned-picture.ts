import sharp from 'sharp';

const edge = 16;
const pictures = new Map<number, Promise<Buffer>>();
const versions = new Map<string, Promise<Versions>>();

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

/** The versions that the first and the last pixel show: of a composite that of the overlay and that below it. */
export interface Versions {
  readonly first: number;
  readonly last: number;
}

/** The version of a picture, or of a derivative of one, read from its pixels. */
export async function versionOf(body: Uint8Array | undefined): Promise<number> {
  return (await versionsOf(body)).first;
}

/** The versions of a picture and of the one laid over its left top corner, read from its pixels. */
export function versionsOf(body: Uint8Array | undefined): Promise<Versions> {
  if (body === undefined) throw new Error('an answer without a body shows no version');
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  const known = versions.get(bytes);
  if (known !== undefined) return known;
  const read = readVersions(body);
  versions.set(bytes, read);
  return read;
}

async function readVersions(body: Uint8Array): Promise<Versions> {
  const pixels = await sharp(body).toColourspace('srgb').removeAlpha().raw().toBuffer();
  return { first: colourAt(pixels, 0), last: colourAt(pixels, pixels.length - 3) };
}

function colourAt(pixels: Buffer, offset: number): number {
  return pixels.readUIntBE(offset, 3);
}
