// What is encoded: the pictures of a folder, resized to raw pixels.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { writePng } from './scores.js';

const widths = [1280, 400];
/** What is hardly made smaller keeps the traces of its own encoder, and is dear or cheap to another for that. */
const reduction = 1.5;

async function rawOf(picture) {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { data, width, height, channels };
}

/** A flat drawing with transparency: shapes, lines and letters in a handful of colours. */
const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1280 853" font-family="sans-serif">
  <rect x="40" y="40" width="1200" height="773" rx="48" fill="#f4f1ea"/>
  <g fill="none" stroke="#2b3a42" stroke-width="3">
    ${Array.from({ length: 9 }, (_, row) => `<path d="M120 ${140 + row * 68}H1160"/>`).join('')}
  </g>
  ${Array.from({ length: 12 }, (_, bar) => {
    const height = 80 + ((bar * 137) % 420);
    const colour = ['#c8553d', '#3f7cac', '#588157', '#e0a458'][bar % 4];
    return `<rect x="${150 + bar * 84}" y="${684 - height}" width="52" height="${height}" fill="${colour}"/>
      <text x="${158 + bar * 84}" y="724" font-size="24" fill="#2b3a42">${(bar * 137) % 420}</text>`;
  }).join('')}
  <circle cx="1060" cy="220" r="90" fill="#3f7cac" fill-opacity="0.5"/>
  <text x="120" y="110" font-size="44" fill="#2b3a42">Plates exposed per month</text>
</svg>`;

async function readPhotograph(path, width, reference) {
  const picture = await rawOf(sharp(path).autoOrient().resize({ width }).toColourspace('srgb'));
  if (picture.channels !== 3) throw new Error(`${path} has ${picture.channels} channels`);
  return { ...picture, asked: width, path: await writePng(picture, reference) };
}

/** The still opaque pictures of a folder as raw pixels of both widths, and the paths of its animations. */
export async function readPictures(folder, directory) {
  const photographs = [];
  const animations = [];
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const metadata = await sharp(path)
      .metadata()
      .catch(() => undefined);
    if (metadata === undefined) continue;
    if ((metadata.pages ?? 1) > 1) animations.push({ path, frames: metadata.pages });
    if ((metadata.pages ?? 1) > 1 || metadata.hasAlpha) continue;
    for (const width of widths) {
      if (metadata.autoOrient.width < width * reduction) continue;
      photographs.push(await readPhotograph(path, width, join(directory, `${photographs.length}.png`)));
    }
  }
  return { photographs, animations };
}

export const readDrawing = () => rawOf(sharp(Buffer.from(drawing)).resize({ width: 1280 }));
