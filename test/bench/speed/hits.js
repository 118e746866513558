// What a hit in memory costs, against frameworks that write the same bytes.

import { readFileSync } from 'node:fs';
import { createTintype } from '@tintype/core';
import { inTurn, median } from './numbers.js';
import { startServer } from './server.js';
import { load } from './wrk.js';

/** A URL whose derivative has about so many bytes, and what it is answered with. */
async function findAnswer(pictures, bytes) {
  const [path, file] = Object.entries(pictures).find(([name]) => /\.jpe?g$/.test(name));
  const origin = { name: 'bench', read: () => readFileSync(file) };
  const images = createTintype({ origin });
  let found;
  for (let width = 160; width <= 3000 && (found?.body.length ?? 0) < bytes; width += 20) {
    const target = `/images${path}?w=${width}`;
    const ask = () => images.handle({ method: 'GET', target, mount: '/images', headers: {} });
    await ask();
    found = { target, ...(await ask()) };
  }
  await images.close();
  const { target, headers, body } = found;
  return { target, headers, body: Buffer.from(body).toString('base64'), bytes: body.length };
}

async function askOnce({ port }, target, headers) {
  const answer = await fetch(`http://127.0.0.1:${port}${target}`, { headers });
  return { status: answer.status, bytes: (await answer.arrayBuffer()).byteLength, etag: answer.headers.get('etag') };
}

/** CPU of one request in microseconds, and requests per second, of each server in each round. */
async function measure(subjects, { seconds, rounds }) {
  const seen = new Map(subjects.map(({ server }) => [server.name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const { server, target, headers } of inTurn(subjects, round + 1)) {
      const before = await server.usage();
      const started = performance.now();
      const { requests } = await load(`http://127.0.0.1:${server.port}${target}`, { seconds, headers });
      const { cpu, rss } = await server.usage();
      const perSecond = (requests * 1000) / (performance.now() - started);
      // The first round makes the code as fast as it gets.
      if (round >= 0) seen.get(server.name).push({ cpu: (cpu - before.cpu) / requests, perSecond, rss });
    }
  }
  return seen;
}

/** Ratios of CPU, round by round, to what stands first. */
function summarize(seen) {
  const [[, bare]] = seen;
  return [...seen].map(([name, rounds]) => {
    const ratios = rounds.map(({ cpu }, round) => cpu / bare[round].cpu);
    return {
      name,
      cpu: median(rounds.map(({ cpu }) => cpu)),
      perSecond: median(rounds.map(({ perSecond }) => perSecond)),
      ratio: median(ratios),
      least: Math.min(...ratios),
      most: Math.max(...ratios),
      rss: rounds.at(-1).rss,
    };
  });
}

/** One table: 200 of so many bytes, or 304. */
async function compare(list, answer, { isKnown, ...bounds }) {
  const subjects = [];
  try {
    for (const { module, name, settings, target = answer.target, launch } of list) {
      const server = await startServer(module, name, { ...answer, ...settings }, launch);
      const { etag, status } = await askOnce(server, target, {});
      if (status !== 200) throw new Error(`${name} answers ${status}`);
      const headers = isKnown && etag !== null ? { 'if-none-match': etag } : {};
      const again = await askOnce(server, target, headers);
      if (isKnown && again.status !== 304) {
        await server.stop();
        continue;
      }
      subjects.push({ server, target, headers });
    }
    return summarize(await measure(subjects, bounds));
  } finally {
    for (const { server } of subjects) await server.stop();
  }
}

/** All tables of hits. */
export async function measureHits(pictures, subjectsOf, bounds, progress) {
  const tables = [];
  for (const [kilobytes, isKnown] of [
    [30, false],
    [150, false],
    [30, true],
  ]) {
    const answer = await findAnswer(pictures, kilobytes * 1000);
    progress(`hits of ${answer.bytes} bytes${isKnown ? ', answered 304' : ''}`);
    const rows = await compare(subjectsOf(answer), answer, { isKnown, ...bounds });
    tables.push({ bytes: answer.bytes, status: isKnown ? 304 : 200, rows });
  }
  return tables;
}
