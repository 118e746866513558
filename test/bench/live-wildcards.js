// What a memory hit costs while 2,000 wildcard purges are live, as a ratio to what it costs without any.
// Run: npm run bench:wildcards

import { createTintype, memoryJournal } from '@tintype/core';
import sharp from 'sharp';

const picture = await sharp({ create: { width: 320, height: 320, channels: 3, background: '#3a6' } })
  .png()
  .toBuffer();
const path = '/cats/on/the/roof/1.png';
const rounds = 31;
const hits = 20_000;

/** Folders that hold no picture of ours, in so many lengths of name. */
const wildcards = (count, lengths) =>
  Array.from({ length: count }, (_, index) => `/${'x'.repeat(1 + (index % lengths))}${index}/*`);

async function open(purges) {
  const images = createTintype({
    origin: { name: 'bench', read: () => picture },
    journal: memoryJournal(),
  });
  for (const target of purges) await images.purge(target);
  const answer = await images.handle({ method: 'GET', target: `${path}?w=64`, mount: '', headers: {} });
  if (answer?.status !== 200) throw new Error(`${path}: ${answer?.status}`);
  return images;
}

/** Microseconds of CPU for one hit. */
function cost(images) {
  const before = process.cpuUsage();
  for (let left = hits; left > 0; left--) {
    const answer = images.handle({ method: 'GET', target: `${path}?w=64`, mount: '', headers: {} });
    if (answer instanceof Promise) throw new Error('no hit in memory');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / hits;
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const cases = [
  ['none', await open([])],
  ['2,000 of 3 lengths', await open(wildcards(2000, 3))],
  ['2,000 of 60 lengths', await open(wildcards(2000, 60))],
];
const costs = new Map(cases.map(([name]) => [name, []]));
// Interleaved: what else the machine does meanwhile falls on all alike.
for (let round = 0; round <= rounds; round++) {
  for (const [name, images] of cases) {
    const microseconds = cost(images);
    if (round > 0) costs.get(name).push(microseconds);
  }
}
const bare = median([...costs.get('none')]);
console.log('live wildcard purges   CPU per memory hit   ratio');
for (const [name] of cases) {
  const own = median([...costs.get(name)]);
  console.log(`${name.padEnd(22)} ${own.toFixed(2).padStart(15)} µs ${(own / bare).toFixed(2).padStart(7)}`);
}
for (const [, images] of cases) await images.close();
