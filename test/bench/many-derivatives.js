// What a purge costs by how many derivatives the image has: one, and 100,000 (or DERIVATIVES). The derivatives are made
// for real, so that takes minutes.
// Run: npm run bench:derivatives

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTintype, files } from '@tintype/core';
import sharp from 'sharp';

const wanted = Number(process.env.DERIVATIVES ?? 100_000);
const picture = await sharp({ create: { width: 320, height: 320, channels: 3, background: '#3a6' } })
  .png()
  .toBuffer();
const directory = await mkdtemp(join(tmpdir(), 'tintype-bench-'));
const open = () =>
  createTintype({
    origin: { name: 'bench', read: () => picture },
    store: files(directory, { maxBytes: 64 * 2 ** 30 }),
    memory: 2 ** 20,
    render: { queue: 1000, wait: 600 },
  });
let images = open();
const get = (target) => images.handle({ method: 'GET', target, mount: '', headers: {} });

async function fill(path, count) {
  let made = 0;
  const targets = (function* () {
    for (let w = 1; w <= 320; w++) for (let h = 1; h <= 320; h++) yield `${path}?w=${w}&h=${h}&fit=fill`;
  })();
  const worker = async () => {
    for (const target of targets) {
      if (made >= count) return;
      made++;
      const answer = await get(target);
      if (answer.status !== 200) throw new Error(`${target}: ${answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return made;
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const counts = new Map([
  ['/one.png', await fill('/one.png', 1)],
  ['/many.png', await fill('/many.png', wanted)],
]);
const took = new Map([...counts.keys()].map((path) => [path, []]));
for (let round = 0; round <= 51; round++) {
  for (const path of counts.keys()) {
    const { ms } = await images.purge(path);
    if (round > 0) took.get(path).push(ms);
    // The record must be good again before it is purged again.
    await get(`${path}?w=1&h=1&fit=fill`);
  }
}
console.log('derivatives   purge (median)');
for (const [path, count] of counts) {
  console.log(
    `${String(count).padStart(11)} ${median([...took.get(path)])
      .toFixed(2)
      .padStart(13)} ms`,
  );
}
// All writes are done once it is closed; then everything is on disk.
await images.close();
images = open();
for (const path of counts.keys()) {
  const { deleted, ms } = await images.purge(path, { mode: 'takedown', wait: 'all' });
  console.log(`takedown of ${path}: ${deleted} entries deleted after ${ms.toFixed(0)} ms`);
}
await images.close();
await rm(directory, { recursive: true });
