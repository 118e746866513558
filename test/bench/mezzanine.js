// What derivatives cost from a mezzanine instead of their original, and how much they lose by it: CPU of whole misses
// through an endpoint, in turn, and SSIM of the pixels against a lossless picture made of the whole original.
// Run: npm run bench:mezzanine -- <folder of photographs>

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createTintype, memory } from '@tintype/core';
import sharp from 'sharp';
import { ssim } from './encoders/scores.js';

const [root] = process.argv.slice(2);
if (root === undefined) {
  console.error('Expected a folder of photographs: npm run bench:mezzanine -- <folder>');
  process.exit(1);
}
const rounds = Number(process.env.ROUNDS ?? 5);
const widths = [320, 640, 960];

sharp.concurrency(1);
sharp.cache(false);

/** Originals of all types, made of the photographs that have 12 megapixels or of which that much can be made. */
async function originals() {
  const made = [];
  for (const file of await readdir(root)) {
    if (!/\.jpe?g$/i.test(file)) continue;
    const bytes = await readFile(join(root, file));
    const { width, height } = await sharp(bytes).metadata();
    if (width * height < 9e6) continue;
    const name = basename(file).replace(/\.\w+$/, '');
    const upright = () => sharp(bytes).autoOrient();
    const large = () => upright().resize(4900, 4900, { fit: 'inside', withoutEnlargement: false });
    made.push([`${name} JPEG`, await large().jpeg({ quality: 90 }).toBuffer()]);
    made.push([`${name} progressive`, await large().jpeg({ quality: 90, progressive: true }).toBuffer()]);
    made.push([`${name} PNG`, await large().png({ compressionLevel: 4 }).toBuffer()]);
    made.push([`${name} WebP`, await large().webp({ quality: 90, effort: 2 }).toBuffer()]);
    made.push([`${name} AVIF`, await large().avif({ quality: 75, effort: 0 }).toBuffer()]);
  }
  return made;
}

async function get(images, target) {
  const answer = await images.handle({ method: 'GET', target, mount: '', headers: {} });
  if (answer.status !== 200) throw new Error(`${target}: ${answer.status} ${Buffer.from(answer.body)}`);
  return answer.body;
}

function open(bytes, mezzanine) {
  return createTintype({
    origin: { name: 'bench', read: async () => bytes },
    store: memory({ maxBytes: 512 * 1024 * 1024 }),
    limits: { bytes: 64 * 1024 * 1024, avifPixels: 20_000_000 },
    render: { wait: 60, mezzanine },
    originals: true,
  });
}

/** Microseconds of CPU that something takes. */
async function cost(work) {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { cpu: user + system, result };
}

const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
const pixels = async (bytes, width, height) => {
  const { data, info } = await sharp(bytes)
    .resize(width, height, { fit: 'fill' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
};

async function compare(bytes) {
  const seen = { direct: [], mezzanine: [], made: [] };
  let scores;
  for (let round = 0; round < rounds; round++) {
    const direct = open(bytes, false);
    const small = open(bytes, true);
    // The original is known to both, and the mezzanine is made by the first that needs it.
    await get(direct, '/a.jpg?w=8&format=jpeg');
    const making = await cost(() => get(small, '/a.jpg?w=8&format=jpeg'));
    seen.made.push(making.cpu);
    const costs = { direct: [], mezzanine: [] };
    const bodies = { direct: [], mezzanine: [] };
    for (const width of widths) {
      for (const [way, images] of Object.entries({ direct, mezzanine: small })) {
        const { cpu, result } = await cost(() => get(images, `/a.jpg?w=${width}&format=jpeg`));
        costs[way].push(cpu);
        bodies[way].push(result);
      }
    }
    seen.direct.push(costs.direct);
    seen.mezzanine.push(costs.mezzanine);
    if (scores === undefined) scores = await scoresOf(bytes, bodies);
    await Promise.all([direct.close(), small.close()]);
  }
  const of = (way, index) => median(seen[way].map((costs) => costs[index]));
  return {
    making: median(seen.made) / 1000,
    sizes: widths.map((width, index) => ({
      width,
      direct: of('direct', index) / 1000,
      mezzanine: of('mezzanine', index) / 1000,
      ...scores[index],
    })),
  };
}

async function scoresOf(bytes, bodies) {
  const scores = [];
  for (const [index, width] of widths.entries()) {
    const { height } = await sharp(bodies.direct[index]).metadata();
    // Every pixel of the original counts: no shrinking while it is decoded.
    const whole = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const reference = await sharp(whole.data, { raw: whole.info })
      .resize(width, height, { fit: 'fill' })
      .raw()
      .toBuffer();
    const truth = { data: reference, width, height };
    const [direct, mezzanine] = await Promise.all(
      [bodies.direct[index], bodies.mezzanine[index]].map(async (body) =>
        ssim(truth, await pixels(body, width, height)),
      ),
    );
    scores.push({ ssimDirect: direct, ssimMezzanine: mezzanine });
  }
  return scores;
}

const results = [];
for (const [name, bytes] of await originals()) {
  const result = { name, bytes: bytes.length, ...(await compare(bytes)) };
  results.push(result);
  const cells = result.sizes.map(
    ({ width, direct, mezzanine, ssimDirect, ssimMezzanine }) =>
      `${width}: ${direct.toFixed(1)} → ${mezzanine.toFixed(1)} ms (${(direct / mezzanine).toFixed(1)} ×), SSIM ${ssimDirect.toFixed(4)} → ${ssimMezzanine.toFixed(4)}`,
  );
  console.log(
    `${name.padEnd(28)} ${(bytes.length / 1e6).toFixed(1)} MB, making it ${result.making.toFixed(0)} ms | ${cells.join(' | ')}`,
  );
}
if (process.env.JSON_FILE) {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(process.env.JSON_FILE, JSON.stringify({ node: process.version, results }, undefined, 2));
}
