// Memory of a server under misses that never repeat: photographs × widths × formats, for minutes. As many servers as there
// are allocators to compare, at the same time and each with the very same requests.
// Run: npm run bench:soak [-- --seconds=300 --idle=60 --flight=4 --jemalloc=/path/to/libjemalloc.so.2 --photos=folder --json=file]

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makePhotos } from './soak/photos.js';

const text = { type: 'string' };
const { values } = parseArgs({
  options: { seconds: text, idle: text, flight: text, jemalloc: text, photos: text, json: text },
});
const seconds = Number(values.seconds ?? 300);
const idle = Number(values.idle ?? 60);
const flight = Number(values.flight ?? 4);
const file = resolve(values.json ?? join(import.meta.dirname, '.cache/soak.json'));
const folder = values.photos ?? (await makePhotos(join(import.meta.dirname, '.cache/soak')));
const photos = (await readdir(folder)).filter((name) => /\.(jpe?g|png|webp|avif)$/.test(name)).sort();

const jemalloc = [
  values.jemalloc,
  '/usr/lib/x86_64-linux-gnu/libjemalloc.so.2',
  '/usr/lib/aarch64-linux-gnu/libjemalloc.so.2',
].find((path) => path !== undefined && existsSync(path));
const allocators = { "the system's": {}, 'MALLOC_ARENA_MAX=2': { MALLOC_ARENA_MAX: '2' } };
if (jemalloc === undefined) console.log('No jemalloc here: apt-get install libjemalloc2, or --jemalloc=/path');
else allocators.jemalloc = { LD_PRELOAD: jemalloc };

const directory = await mkdtemp(join(tmpdir(), 'tintype-soak-'));
const servers = await Promise.all(
  Object.entries(allocators).map(async ([name, env], index) => {
    const child = fork(join(import.meta.dirname, 'soak/server.js'), [folder, join(directory, String(index))], {
      env: { ...process.env, ...env },
      execArgv: ['--expose-gc'],
    });
    const [{ port }] = await once(child, 'message');
    return { name, child, port, samples: [] };
  }),
);

async function memoryOf({ child }, collects = false) {
  child.send({ collects });
  const [memory] = await once(child, 'message');
  return memory;
}

/** The same numbers in each run. */
let state = 1;
function random() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

function nextTarget() {
  const photo = photos[Math.floor(random() * photos.length)];
  const width = 64 + Math.floor(random() * 1985);
  const kind = random();
  const format = ['webp', 'jpeg', 'avif', 'png'][[0.5, 0.9, 0.97, 1].findIndex((share) => kind < share)];
  return `/${encodeURIComponent(photo)}?w=${width}&enlarge=true&format=${format}`;
}

const failures = {};
async function ask({ port }, target) {
  // A connection each: the server closes one that is idle, which here it may be at any moment.
  const [answer] = await once(get({ host: '127.0.0.1', port, path: target, agent: false }), 'response');
  const { statusCode } = answer;
  await once(answer.resume(), 'end');
  if (statusCode !== 200) failures[statusCode] = (failures[statusCode] ?? 0) + 1;
}

const megabytes = (bytes) => Math.round(bytes / 1e6);
const started = performance.now();
const elapsed = () => (performance.now() - started) / 1000;

async function sample(label, collects = false) {
  const told = [];
  for (const server of servers) {
    const memory = await memoryOf(server, collects);
    server.samples.push({ label, seconds: Math.round(elapsed()), ...memory });
    const [rss, heap, external] = [memory.rss, memory.heapUsed, memory.external].map(megabytes);
    told.push(`${server.name} ${rss} MB (heap ${heap}, external ${external})`);
  }
  console.log(`${label.padEnd(22)} ${servers[0].samples.at(-1).renders} renders · ${told.join(' · ')}`);
}

const every = Math.max(5, Math.round(seconds / 20));
let isOver = false;
async function work() {
  while (!isOver) {
    const target = nextTarget();
    await Promise.all(servers.map((server) => ask(server, target)));
  }
}

await sample('at start');
const workers = Array.from({ length: flight }, work);
for (let at = every; at <= seconds; at += every) {
  await delay(Math.max(0, at - elapsed()) * 1000);
  await sample(`${at} s`);
}
isOver = true;
await Promise.all(workers);
await delay(idle * 1000);
await sample(`${idle} s idle`);
await sample('after a collection', true);

const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version };
const result = servers.map(({ name, samples }) => ({ allocator: name, samples }));
console.log(`\n| allocator | ${result[0].samples.map(({ label }) => label).join(' | ')} | peak |`);
console.log(`|---|${result[0].samples.map(() => '---:|').join('')}---:|`);
for (const { allocator, samples } of result) {
  const rss = samples.map(({ rss }) => megabytes(rss));
  console.log(`| ${allocator} | ${rss.join(' | ')} | ${Math.max(...rss)} |`);
}
await mkdir(dirname(file), { recursive: true });
await writeFile(
  file,
  `${JSON.stringify({ machine, date: new Date().toISOString(), seconds, flight, failures, result }, undefined, 2)}\n`,
);
console.log(`\nFailed: ${JSON.stringify(failures)}. ${file}`);
for (const { child } of servers) child.kill();
await rm(directory, { recursive: true, force: true });
