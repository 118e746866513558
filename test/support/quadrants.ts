import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { rest } from './pictures.ts';
import { temporaryFolder } from './temporary-folder.ts';

const [quadrantsWidth, quadrantsHeight] = [400, 300];

/** The colours of the quarters, as rows. */
const quarters = { red: '#f00', green: '#0f0', blue: '#00f', yellow: '#ff0' } as const;

/** What is seen at a place: one of the quarters, something else, or nothing. */
export type Seen = keyof typeof quarters | 'white' | 'black' | 'other' | 'nothing';

/**
 * Makes a folder with `quadrants.png` and `quadrants.jpg` of 400 × 300 pixels: red and green above blue and yellow. It is removed when the
 * test ends.
 */
export async function quadrantsFolder(names: readonly string[] = []): Promise<string> {
  const root = await temporaryFolder();
  const [width, height] = [quadrantsWidth / 2, quadrantsHeight / 2];
  const blocks = Object.values(quarters).map((background, index) => ({
    input: { create: { width, height, channels: 3 as const, background } },
    left: (index % 2) * width,
    top: Math.floor(index / 2) * height,
  }));
  const whole = sharp({
    create: { width: quadrantsWidth, height: quadrantsHeight, channels: 3, background: '#000' },
  }).composite(blocks);
  const png = await whole.png().toBuffer();
  const jpeg = await sharp(png).jpeg({ quality: 95 }).toBuffer();
  for (const name of ['quadrants.png', 'quadrants.jpg', ...names]) {
    await writeFile(join(root, name), name.endsWith('.png') ? png : jpeg);
    await rest(join(root, name));
  }
  return root;
}

/** A picture, decoded. */
export interface Decoded {
  readonly format: string;
  readonly width: number;
  readonly height: number;
  /** What is seen at a place, given as shares of the sides. */
  at(x: number, y: number): Seen;
}

/** Decodes a picture. */
export async function decode(body: Uint8Array): Promise<Decoded> {
  const { format } = await sharp(body).metadata();
  const { data, info } = await sharp(body).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return {
    format: format ?? 'none',
    width,
    height,
    at(x, y) {
      const column = Math.min(width - 1, Math.floor(x * width));
      const offset = (Math.min(height - 1, Math.floor(y * height)) * width + column) * 4;
      return seen([...data.subarray(offset, offset + 4)]);
    },
  };
}

const names: Readonly<Record<string, Seen>> = {
  '100': 'red',
  '010': 'green',
  '001': 'blue',
  '110': 'yellow',
  '111': 'white',
  '000': 'black',
};

function seen([r = 0, g = 0, b = 0, alpha = 0]: readonly number[]): Seen {
  if (alpha < 64) return 'nothing';
  const steps = [r, g, b].map((value) => (value > 200 ? '1' : value < 56 ? '0' : '?'));
  return names[steps.join('')] ?? 'other';
}
