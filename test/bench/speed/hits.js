// What a hit in memory costs, against frameworks that write the same bytes.

import { readFileSync } from 'node:fs';
import { createTintype } from '@tintype/core';
import { inTurn, median, quantile } from './numbers.js';
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
    found = { path, width, target, ...(await ask()) };
  }
  await images.close();
  const { body, ...rest } = found;
  return { ...rest, body: Buffer.from(body).toString('base64'), bytes: body.length };
}

async function askOnce({ port }, target, headers) {
  const answer = await fetch(`http://127.0.0.1:${port}${target}`, { headers });
  return { status: answer.status, bytes: (await answer.arrayBuffer()).byteLength, etag: answer.headers.get('etag') };
}

/** One load, and what it cost: microseconds of CPU for a request. */
async function loadOnce({ server, target, headers, connections }, seconds) {
  const before = await server.usage();
  const started = performance.now();
  const { requests } = await load(`http://127.0.0.1:${server.port}${target}`, { seconds, headers, connections });
  const { cpu, rss } = await server.usage();
  const perSecond = (requests * 1000) / (performance.now() - started);
  return { requests, cpu: (cpu - before.cpu) / requests, perSecond, rss };
}

/** So many requests make the code of a server as fast as it gets, however busy the machine. */
async function warmUp(subject, { warmth, longest }) {
  const end = performance.now() + longest * 1000;
  for (let left = warmth; left > 0 && performance.now() < end; ) left -= (await loadOnce(subject, 1)).requests;
}

async function measure(subjects, bounds) {
  const seen = new Map(subjects.map(({ server }) => [server.name, []]));
  for (const subject of subjects) await warmUp(subject, bounds);
  for (let round = 0; round < bounds.rounds; round++) {
    for (const subject of inTurn(subjects, round)) {
      seen.get(subject.server.name).push(await loadOnce(subject, bounds.seconds));
    }
  }
  return seen;
}

/** A tenth of the rounds was hardly disturbed: what the machine does besides only ever adds. */
const undisturbed = (rounds) =>
  quantile(
    rounds.map(({ cpu }) => cpu),
    0.1,
  );

/**
 * What each costs, and its ratio to the bare server that it is held against, or else to what stands first: of the quiet
 * rounds, and the range of its quartiles round by round.
 */
function summarize(seen, against) {
  const [[first]] = seen;
  return [...seen].map(([name, rounds]) => {
    const beside = against[name] ?? first;
    const bare = seen.get(beside);
    const ratios = rounds.map(({ cpu }, round) => cpu / bare[round].cpu);
    return {
      name,
      beside,
      cpu: undisturbed(rounds),
      perSecond: median(rounds.map(({ perSecond }) => perSecond)),
      ratio: undisturbed(rounds) / undisturbed(bare),
      low: quantile(ratios, 0.25),
      high: quantile(ratios, 0.75),
      rss: rounds.at(-1).rss,
      rounds,
    };
  });
}

/** One table: 200 of so many bytes, or 304. */
async function compare(list, answer, { isKnown, ours, ...bounds }) {
  const subjects = [];
  try {
    for (const { module, name, settings, target = answer.target, connections, launch } of list) {
      const server = await startServer(module, name, { ...answer, ...settings }, launch);
      const { etag, status } = await askOnce(server, target, {});
      if (status !== 200) throw new Error(`${name} answers ${status}`);
      const headers = isKnown && etag !== null ? { 'if-none-match': etag } : {};
      const again = await askOnce(server, target, headers);
      if (isKnown && again.status !== 304) {
        await server.stop();
        continue;
      }
      subjects.push({ server, target, headers, connections });
    }
    return summarize(await measure(subjects, bounds), ours);
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
