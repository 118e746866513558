import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

/** A folder of originals that a test has made. */
export interface Pictures {
  readonly root: string;
  readonly remove: () => Promise<void>;
}

const [width, height] = [160, 120];

/** Photo-like: smooth light with grain on it. */
async function photo([red, green, blue]: readonly [number, number, number]): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at += 3) {
    const x = (at / 3) % width;
    const light = (x / width) * 60 + ((at * 7919) % 23) - 40;
    pixels[at] = Math.min(255, Math.max(0, red + light));
    pixels[at + 1] = Math.min(255, Math.max(0, green + light));
    pixels[at + 2] = Math.min(255, Math.max(0, blue + light));
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** A disc on nothing. */
async function logo(): Promise<Buffer> {
  const disc = Buffer.from('<svg width="90" height="90"><circle cx="45" cy="45" r="40" fill="#d22"/></svg>');
  return sharp(disc).png().toBuffer();
}

/** Three frames in three colours. */
async function spinner(): Promise<Buffer> {
  const colours = ['#f00', '#0f0', '#00f'];
  const frames = await Promise.all(
    colours.map((background) =>
      sharp({ create: { width: 24, height: 24, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  return sharp(frames, { join: { animated: true } })
    .gif({ delay: [100, 100, 100] })
    .toBuffer();
}

/** Makes a folder with `photo.jpg`, `logo.png`, `spinner.gif`, `deep/café 1.jpg`, `broken.jpg` and `notes.jpg`. */
export async function makePictures(tint: readonly [number, number, number] = [200, 120, 60]): Promise<Pictures> {
  const parent = await mkdtemp(join(tmpdir(), 'tintype-adapters-'));
  const root = join(parent, 'photos');
  const picture = await photo(tint);
  const contents: Readonly<Record<string, Buffer>> = {
    'photos/photo.jpg': picture,
    'photos/logo.png': await logo(),
    'photos/spinner.gif': await spinner(),
    'photos/deep/café 1.jpg': picture,
    'photos/broken.jpg': picture.subarray(0, picture.length / 3),
    'photos/notes.jpg': Buffer.from('These are no pixels.'),
    'photos/.hidden.jpg': picture,
    // What must never be reached: beside the root, and in a folder whose name begins as the root's.
    'secret.jpg': picture,
    'photos-private/secret.jpg': picture,
  };
  await mkdir(join(root, 'deep'), { recursive: true });
  await mkdir(join(parent, 'photos-private'));
  for (const [name, bytes] of Object.entries(contents)) {
    await writeFile(join(parent, name), bytes);
    await rest(join(parent, name));
  }
  return { root, remove: () => rm(parent, { recursive: true, force: true }) };
}

/** Has a file look as if nobody had edited it for an hour: of what was edited a moment ago a folder promises nothing. */
export async function rest(file: string): Promise<void> {
  const then = Date.now() / 1000 - 3600;
  await utimes(file, then, then);
}

/** The mean colour of a picture: tells whose pixels they are, whatever the encoder did. */
export async function meanColour(bytes: Uint8Array): Promise<readonly number[]> {
  const { channels } = await sharp(bytes).removeAlpha().stats();
  return channels.map(({ mean }) => Math.round(mean));
}
