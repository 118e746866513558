import { createHash } from 'node:crypto';
import { join } from 'node:path';
import express from 'express';
import sharp from 'sharp';
import { drawPictures } from '../express/pictures/index.js';

const names = ['agate.jpg', 'sea.jpg', 'mountains.jpg'];
const width = 1200;
const height = 800;
/** What plates are toned with, one after the other. */
const tones = ['#b5652b', '#2f7f86', '#8a4b8f', '#5d7f2e', '#3f5fb0', '#b08a1e', '#b0405a'];

/** Digits of 3 × 5 squares, a row each three bits: fonts are not the same on every machine. */
const digits = [0o75557, 0o26227, 0o71747, 0o71717, 0o55711, 0o74717, 0o74757, 0o71244, 0o75757, 0o75717];

/** The server of originals: three plates, each with a number, which can be replaced by the next. */
export async function createOriginals() {
  const folder = join(import.meta.dirname, '../express/.pictures');
  await drawPictures(folder, names);
  const plates = new Map(await Promise.all(names.map(async (name) => [name, await expose(join(folder, name), 1)])));

  const routes = express.Router();
  routes.get('/:name', (request, response) => {
    const plate = plates.get(request.params.name);
    if (plate === undefined) return response.sendStatus(404);
    // A year: whoever keeps it asks again only because it was told to.
    response.set({ 'cache-control': 'max-age=31536000', etag: plate.etag, 'x-number': plate.number });
    return response.type('jpeg').send(plate.bytes);
  });

  return {
    names,
    routes,
    has: (name) => plates.has(name),
    numberOf: (name) => plates.get(name).number,
    /** Puts another plate in the place of one. */
    async replace(name) {
      plates.set(name, await expose(join(folder, name), plates.get(name).number + 1));
    },
  };
}

async function expose(path, number) {
  const tone = tones[(number - 1) % tones.length];
  const picture = await sharp(path).resize(width, height).greyscale().toBuffer();
  const toned = await sharp(picture).tint(tone).toBuffer();
  const bytes = await sharp(toned)
    .composite([{ input: Buffer.from(label(number, tone)) }])
    .jpeg({ quality: 90 })
    .toBuffer();
  return { number, bytes, etag: `"${createHash('sha1').update(bytes).digest('base64url')}"` };
}

/** The number in the corner of a plate. */
function label(number, tone) {
  const square = 36;
  const figures = [...String(number)].map(Number);
  const boxWidth = (figures.length * 4 + 1) * square;
  const squares = figures.flatMap((figure, place) =>
    Array.from({ length: 15 }, (_, index) => index)
      .filter((index) => (digits[figure] >> (14 - index)) & 1)
      .map((index) => {
        const x = 40 + (place * 4 + 1 + (index % 3)) * square;
        const y = height - 40 - (6 - Math.floor(index / 3)) * square;
        return `<rect x="${x}" y="${y}" width="${square}" height="${square}" fill="#fff"/>`;
      }),
  );
  const box = `<rect x="40" y="${height - 40 - 7 * square}" width="${boxWidth}" height="${7 * square}" rx="14" fill="${tone}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${box}${squares.join('')}</svg>`;
}
