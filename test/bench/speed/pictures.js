import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { drawPictures } from '../../../examples/express/pictures/index.js';

const drawn = join(import.meta.dirname, '../../../examples/express/.pictures');

/** The pictures of a folder by their paths, or those that npm start draws. */
export async function findPictures(folder = drawn) {
  if (folder === drawn) await drawPictures(drawn);
  const names = readdirSync(folder).filter((name) => /\.(?:jpe?g|png|webp|avif)$/.test(name));
  return Object.fromEntries(names.sort().map((name) => [`/${name}`, join(folder, name)]));
}
