// What is asked for: the pictures of the example in the sizes and formats in which photographs come.

import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { drawPictures } from '../../../examples/express/pictures/index.js';

const forms = [
  ['12mp.jpg', 4000, (picture) => picture.jpeg({ quality: 90 })],
  ['6mp-progressive.jpg', 3000, (picture) => picture.jpeg({ quality: 90, progressive: true })],
  ['2mp.png', 1600, (picture) => picture.png()],
  ['3mp.webp', 2000, (picture) => picture.webp({ quality: 90 })],
];

/** Makes a folder of photographs, once, and gives their paths. */
export async function makePhotos(folder) {
  const drawn = join(folder, 'drawn');
  await drawPictures(drawn);
  const made = join(folder, 'made');
  await mkdir(made, { recursive: true });
  const present = await readdir(made);
  for (const [index, name] of (await readdir(drawn)).entries()) {
    const [suffix, width, encode] = forms[index % forms.length];
    const target = `${name.replace(/\.\w+$/, '')}-${suffix}`;
    if (!present.includes(target)) await encode(sharp(join(drawn, name)).resize({ width })).toFile(join(made, target));
  }
  return made;
}
