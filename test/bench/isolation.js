// What it costs to render in processes of their own, against this process: wall time and CPU of each render (both
// processes together), how long a process takes to start, and the memory it holds. Prints Markdown. Linux only.
// Run: npm run bench:isolation [-- <rounds>].

import { readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { native } from '../../packages/core/dist/dialect/native.js';
import { childEntry } from '../../packages/core/dist/transform/isolation/child-entry.js';
import { createRenderPool } from '../../packages/core/dist/transform/isolation/render-pool.js';
import { defaultLimits } from '../../packages/core/dist/transform/limits.js';
import { claimSharp } from '../../packages/core/dist/transform/pipeline.js';
import { planRender } from '../../packages/core/dist/transform/plan.js';
import { probe } from '../../packages/core/dist/transform/probe/probe.js';
import { inProcess } from '../../packages/core/dist/transform/renderer.js';

const rounds = Number(process.argv[2] ?? 5);
/** Milliseconds of one tick of /proc: 100 a second on every Linux of today. */
const tick = 10;
const dialect = native();
claimSharp();

/** Light with grain on it, which a JPEG of that quality makes so many bytes of. */
async function photograph(width, height, quality) {
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at++)
    pixels[at] = 60 + ((at / width / 3) % 120) + ((at * 7919 + (at >> 7)) % 41);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer();
}

function jobOf(original, query) {
  const { transformation } = dialect.parse({ path: '/picture', query });
  const image = probe(original);
  const plan = planRender(transformation, image, { accept: 'other', limits: defaultLimits });
  return { original, image, plan, limits: defaultLimits, overlays: [], timeout: 30, memory: 1024 ** 3 };
}

/** Parent, and milliseconds of CPU, of a process. */
function statOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .split(' ');
  return { parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) * tick };
}

function children() {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    try {
      return statOf(pid).parent === process.pid;
    } catch {
      return false;
    }
  });
}

const ownCpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const cpuOf = (pids) => ownCpu() + pids.reduce((sum, pid) => sum + statOf(pid).cpu, 0);

/** Milliseconds of wall time and of CPU for each of so many renders, one after the other. */
async function measure(renderer, job, count, pids) {
  const [cpu, own, started] = [cpuOf(pids), ownCpu(), performance.now()];
  for (let at = 0; at < count; at++) await renderer.render(job);
  return {
    wall: (performance.now() - started) / count,
    cpu: (cpuOf(pids) - cpu) / count,
    host: (ownCpu() - own) / count,
  };
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const shown = (number) => number.toFixed(number < 10 ? 2 : 1);
const mebibytes = (text) => Math.round(Number(text) / 1024);

const photo12 = await photograph(4000, 3000, 40);
const cases = [
  [
    '50 × 50 PNG → JPEG',
    jobOf(
      await sharp({ create: { width: 50, height: 50, channels: 3, background: '#456' } })
        .png()
        .toBuffer(),
      'w=40&format=jpeg',
    ),
    200,
  ],
  ['800 × 600 JPEG → 400 px WebP', jobOf(await photograph(800, 600, 75), 'w=400&format=webp'), 40],
  ['12 MP JPEG → 800 px WebP', jobOf(photo12, 'w=800&format=webp'), 15],
  [
    'the same, padded to 20 MB',
    jobOf(Buffer.concat([photo12, Buffer.alloc(20e6 - photo12.length)]), 'w=800&format=webp'),
    15,
  ],
];

const pool = createRenderPool({ entry: childEntry });
await pool.render(cases[0][1]);
const pids = children();
const [pid] = pids;
const rss = () => mebibytes(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]);
const fresh = rss();

console.log('| render | original | here: ms, CPU ms | process: ms, CPU ms | of that this one | CPU ratio |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const [name, job, count] of cases) {
  const here = [];
  const there = [];
  await inProcess.render(job);
  await pool.render(job);
  for (let round = 0; round < rounds; round++) {
    here.push(await measure(inProcess, job, count, []));
    there.push(await measure(pool, job, count, pids));
  }
  const of = (list, what) => median(list.map((each) => each[what]));
  const ratio = median(there.map(({ cpu }, round) => cpu / here[round].cpu));
  const cells = [
    name,
    `${shown(job.original.length / 1e6)} MB`,
    `${shown(of(here, 'wall'))}, ${shown(of(here, 'cpu'))}`,
    `${shown(of(there, 'wall'))}, ${shown(of(there, 'cpu'))}`,
    shown(of(there, 'host')),
    ratio.toFixed(2),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}
console.log(`\nA process held ${fresh} MB after its first render and ${rss()} MB after all of these.`);
await pool.close();

const starts = [];
for (let round = 0; round < rounds; round++) {
  const started = performance.now();
  const one = createRenderPool({ entry: childEntry });
  await one.render(cases[0][1]);
  const wall = performance.now() - started;
  starts.push({ wall, cpu: statOf(children()[0]).cpu });
  await one.close();
}
console.log(
  `Started, it made its first small picture after ${shown(median(starts.map(({ wall }) => wall)))} ms, for ` +
    `${shown(median(starts.map(({ cpu }) => cpu)))} ms of CPU.`,
);
