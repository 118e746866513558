// What tintype costs beside bare frameworks, bare sharp and others: CPU per request, in one run, taken in turn.
// Run: npm run bench [-- --quick --only=hits,misses,storms --pictures=<folder> --peers --json=<file>]. It needs wrk (Debian:
// apt-get install wrk) for hits. --peers installs what others it is compared with, outside of the workspaces; once there
// they take part each time. It takes a quarter of an hour; --quick a few minutes, with more noise.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { measureHits } from './speed/hits.js';
import { measureMisses } from './speed/misses.js';
import { findPeers, installPeers } from './speed/peers.js';
import { findPictures } from './speed/pictures.js';
import { printHits, printMisses, printStorms } from './speed/print.js';
import { measureStorms } from './speed/storms.js';
import { hasWrk } from './speed/wrk.js';

const text = { type: 'string' };
const flag = { type: 'boolean', default: false };
const { values } = parseArgs({ options: { quick: flag, peers: flag, only: text, pictures: text, json: text } });
const wanted = new Set((values.only ?? 'hits,misses,storms').split(','));
const file = resolve(values.json ?? join(import.meta.dirname, '.cache/speed.json'));
const bounds = values.quick
  ? { seconds: 1, rounds: 5, warmth: 3000, longest: 3 }
  : { seconds: 1, rounds: 20, warmth: 10_000, longest: 8 };

const progress = (line) => process.stderr.write(`${line}\n`);

// One thread, as a server that renders several pictures at once has for each.
sharp.concurrency(1);
sharp.cache(false);

if (values.peers) await installPeers();
const peers = findPeers();
if (peers.missing.length > 0) progress(`without ${peers.missing.join(', ')}: npm run bench -- --peers installs them`);
const pictures = await findPictures(values.pictures && resolve(values.pictures));

const bare = ['node:http', 'Express, writeHead and end', 'Express, res.send', 'Koa, ctx.body'];
/** Ours, and the bare server that each does the same work as. */
const ours = {
  'tintype in front': 'node:http',
  'tintype in front of Express': 'node:http',
  'tintype in front of Koa': 'node:http',
  'tintype on Express': 'Express, writeHead and end',
  'tintype on Koa': 'Koa, ctx.body',
};

/** What a bare server has loaded as well, and does not use. */
const beside = { module: 'tintype', name: 'tintype on Express' };

/** Who answers a hit: bare servers first, because all is held against them. */
const subjectsOf = ({ path, width }) => [
  ...bare.map((name) => ({ module: 'bare', name, settings: { pictures, beside } })),
  ...Object.keys(ours).map((name) => ({ module: 'tintype', name, settings: { pictures } })),
  ...peers.installed.map(({ urlOf, ...peer }) => ({
    ...peer,
    settings: { pictures },
    target: urlOf(path, width, 'jpeg'),
  })),
];

const results = {
  date: new Date().toISOString(),
  node: process.version,
  machine: `${cpus().length} × ${cpus()[0]?.model}`,
  sharp: sharp.versions,
};
const keep = async (name, measured) => {
  results[name] = measured;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, undefined, 2)}\n`);
};

if (wanted.has('hits') && !(await hasWrk())) progress('no hits without wrk: apt-get install wrk');
else if (wanted.has('hits')) {
  const tables = await measureHits(pictures, subjectsOf, { ours, ...bounds }, progress);
  printHits(tables);
  await keep('hits', tables);
}
if (wanted.has('misses')) {
  const misses = await measureMisses(pictures, { rounds: values.quick ? 4 : 12 }, progress);
  printMisses(misses);
  await keep('misses', misses);
}
if (wanted.has('storms')) {
  const storms = await measureStorms(pictures, values.quick ? [] : peers.installed, progress);
  printStorms(storms);
  await keep('storms', storms);
}
console.log(`\n${results.machine}, Node ${process.version}, ${results.date.slice(0, 10)}; ${file}`);
