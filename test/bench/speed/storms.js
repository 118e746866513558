// Two hundred requests at once: for one derivative, and for as many.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { quantile } from './numbers.js';
import { startServer } from './server.js';

const clients = 200;

function ask(port, path, agent) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      response.resume().once('end', () => resolve({ status: response.statusCode, ms: performance.now() - started }));
    }).once('error', reject);
  });
}

/** All of them at once, while another process asks for a hit. */
async function storm(server, paths, hit) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  let asker;
  if (hit !== undefined) {
    await ask(server.port, hit, agent);
    asker = fork(join(import.meta.dirname, 'asker.js'), [`http://127.0.0.1:${server.port}${hit}`]);
    await once(asker, 'message');
  }
  const before = await server.usage();
  const started = performance.now();
  const answers = await Promise.all(paths.map((path) => ask(server.port, path, agent)));
  const seconds = (performance.now() - started) / 1000;
  const after = await server.usage();
  agent.destroy();
  let hits = [];
  if (asker !== undefined) {
    asker.send('end');
    [hits] = await once(asker, 'message');
  }
  const answered = answers.filter(({ status }) => status === 200);
  return {
    answered: answered.length,
    refused: answers.filter(({ status }) => status === 503).length,
    seconds,
    p99: quantile(
      answers.map(({ ms }) => ms),
      0.99,
    ),
    cpuSeconds: (after.cpu - before.cpu) / 1e6,
    before: before.rss,
    peak: after.peak,
    renders: after.stats && after.stats.renders - (before.stats?.renders ?? 0),
    hits: hits.length === 0 ? undefined : { count: hits.length, p50: quantile(hits, 0.5), p99: quantile(hits, 0.99) },
  };
}

/** What is asked for in the grammar of each server: the picture, its width, WebP. */
const same = (urlOf, [path]) => Array.from({ length: clients }, () => urlOf(path, 1280));
const different = (urlOf, paths) =>
  Array.from({ length: clients }, (_, index) => urlOf(paths[index % paths.length], 300 + index * 8));

const patient = { render: { queue: clients, wait: 60 } };
const isolated = { render: { ...patient.render, isolation: 'process' } };

/** How the server starts with an allocator that gives memory back, where the machine has it. */
const jemalloc = ['/usr/lib/x86_64-linux-gnu/libjemalloc.so.2', '/usr/lib/aarch64-linux-gnu/libjemalloc.so.2']
  .filter((file) => existsSync(file))
  .map((file) => ({ env: { LD_PRELOAD: file } }))[0];

/** The storms, each over a server that has just been started. */
export async function measureStorms(pictures, others, progress) {
  const paths = Object.keys(pictures).filter((path) => /\.jpe?g$/.test(path));
  const ours = {
    module: 'tintype',
    name: 'tintype on Express',
    urlOf: (path, width) => `/images${path}?w=${width}&format=webp`,
  };
  const hit = `/images${paths[0]}?w=400`;
  const subjects = [
    ['200 for one', ours, same, {}, undefined],
    ['200 for as many', ours, different, {}, hit],
    ['200 for as many, patiently', ours, different, patient, hit],
    ...(jemalloc === undefined
      ? []
      : [['the same with jemalloc', { ...ours, launch: jemalloc }, different, patient, hit]]),
    ['the same in processes of their own', ours, different, isolated, hit],
    ...others.flatMap((other) => [
      ['200 for one', other, same, {}, undefined],
      ['200 for as many', other, different, {}, undefined],
    ]),
  ];
  const rows = [];
  for (const [storming, { module, name, urlOf, launch }, list, options, hitPath] of subjects) {
    progress(`${name}: ${storming}`);
    const server = await startServer(module, name, { pictures, options }, launch);
    try {
      rows.push({ name, storm: storming, ...(await storm(server, list(urlOf, paths), hitPath)) });
    } finally {
      await server.stop();
    }
  }
  return rows;
}
