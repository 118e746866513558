// What a whole miss costs beside the work of sharp itself, with the same input, the same steps and the same encoder settings.

import { readFileSync } from 'node:fs';
import { createTintype } from '@tintype/core';
import sharp from 'sharp';
import { inTurn, quantile } from './numbers.js';

const formats = {
  jpeg: { quality: 80, chromaSubsampling: '4:2:0' },
  webp: { quality: 82, effort: 2 },
  avif: { quality: 67, effort: 0, chromaSubsampling: '4:2:0' },
};
const widths = [320, 640, 1280];

/** Milliseconds of CPU that something takes, those of the threads of sharp included. */
async function cpuOf(act) {
  const before = process.cpuUsage();
  const made = await act();
  const { user, system } = process.cpuUsage(before);
  return { made, cpu: (user + system) / 1000 };
}

/** To the same pixels: sharp given one length alone rounds the other, and so its scale, in another way. */
function openBare(input, size, format) {
  return () =>
    cpuOf(() =>
      sharp(input)
        .resize({ ...size, fit: 'fill' })
        .toFormat(format, formats[format])
        .toBuffer(),
    );
}

/** Each time another version of the original, and no memory for derivatives: everything is done that a first request does. */
function openTintype(input, width, format) {
  const images = createTintype({ origin: { name: 'bench', read: () => input }, memory: 1 });
  let version = 0;
  const miss = async () => {
    version++;
    const target = `/a?w=${width}&format=${format}&v=${version}`;
    const { made, cpu } = await cpuOf(() => images.handle({ method: 'GET', target, mount: '', headers: {} }));
    if (made.status !== 200 || !made.headers['cache-status'].includes('detail=render')) throw new Error(target);
    return { made: made.body, cpu };
  };
  return { images, miss };
}

async function compare(input, width, format, rounds) {
  const { images, miss } = openTintype(input, width, format);
  const { height } = await sharp((await miss()).made).metadata();
  const ways = { bare: openBare(input, { width, height }, format), tintype: miss };
  const costs = { bare: [], tintype: [] };
  let isSame = true;
  for (let round = -1; round < rounds; round++) {
    const made = [];
    for (const [name, act] of inTurn(Object.entries(ways), round + 1)) {
      const one = await act();
      made.push(Buffer.from(one.made));
      if (round >= 0) costs[name].push(one.cpu);
    }
    isSame &&= made[0].equals(made[1]);
  }
  await images.close();
  // A quarter of the rounds was disturbed less: what the machine does besides only ever adds.
  const [bare, tintype] = [quantile(costs.bare, 0.25), quantile(costs.tintype, 0.25)];
  return { bare, tintype, ratio: tintype / bare, isSame };
}

/** One row for each picture, width and type. */
export async function measureMisses(pictures, { rounds }, progress) {
  const rows = [];
  // A photograph that must be turned has a step more.
  const upright = Object.entries(pictures).filter(([path]) => /\.jpe?g$/.test(path));
  for (const [path, file] of upright) {
    const input = readFileSync(file);
    const { orientation = 1, width: original } = await sharp(input).metadata();
    if (orientation !== 1) continue;
    progress(`misses of ${path}`);
    for (const width of widths.filter((each) => each < original)) {
      for (const format of Object.keys(formats)) {
        rows.push({ path, width, format, ...(await compare(input, width, format, rounds)) });
      }
    }
  }
  const total = (name) => rows.reduce((sum, row) => sum + row[name], 0);
  return { rows, ratio: total('tintype') / total('bare') };
}
