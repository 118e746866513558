import { rename } from 'node:fs/promises';
import { workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { drawAgate } from './agate.js';
import { drawBubbles } from './bubbles.js';
import { drawForest } from './forest.js';
import { drawMoon, frames } from './moon.js';
import { drawMountains } from './mountains.js';
import { drawSea } from './sea.js';

const read = ({ pixels, width, height }, channels = 3) => sharp(pixels, { raw: { width, height, channels } });
const photograph = (image) => image.jpeg({ quality: 90, chromaSubsampling: '4:4:4' });

// Stored lying on its side, with a note that says how to hold it: what a phone does with an upright picture.
const sideways = async (drawing) => {
  const turned = await read(drawing).rotate(270).raw().toBuffer({ resolveWithObject: true });
  return photograph(read({ pixels: turned.data, ...turned.info })).withMetadata({ orientation: 6 });
};

const animation = ({ pixels, width, height }) =>
  sharp(pixels, { raw: { width, height, channels: 3, pageHeight: height / frames } }).gif({
    delay: Array(frames).fill(110),
    loop: 0,
    effort: 2,
    dither: 0.7,
  });

const drawings = {
  'agate.jpg': () => photograph(read(drawAgate())),
  'bubbles.png': () => read(drawBubbles(), 4).png(),
  'forest.jpg': () => sideways(drawForest()),
  'moon.gif': () => animation(drawMoon()),
  'mountains.jpg': () => photograph(read(drawMountains())),
  'sea.jpg': () => photograph(read(drawSea())),
};

const { name, path } = workerData;
const image = await drawings[name]();
// Under its own name only when it is whole: a first start that is interrupted is made good by the next one.
const temporary = `${path}.${process.pid}.tmp`;
await image.toFile(temporary);
await rename(temporary, path);
