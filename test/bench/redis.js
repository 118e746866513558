// What one Redis costs, as ratios in one run: reading a derivative, against node-redis alone and @keyv/redis as it comes;
// a purge with three idle processes; and what such a process costs. Reads are in turn, one after the other and sixteen at once.
// Run: npm run bench:redis

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createTintype } from '@tintype/core';
import { redis } from '@tintype/redis';
import { startServer } from './redis/server.js';

const rounds = Number(process.env.ROUNDS ?? 12);
const sizes = [30_000, 150_000, 1_000_000];
const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
const percentile = (values, share) => [...values].sort((one, other) => one - other)[Math.floor(values.length * share)];
const server = await startServer();

/** Processes of each way: how one's memory happens to lie makes a read of 1 MB up to half dearer than another's. */
const processes = 4;

/** Each way in processes of its own: one leaves no garbage to another. */
async function openWays() {
  const file = join(import.meta.dirname, 'redis/reader.js');
  const ways = Array.from({ length: processes }, () => ['raw', 'tintype', 'keyv']).flat();
  const readers = ways.map((way) => [way, fork(file, [server.url, way])]);
  await Promise.all(readers.map(([, reader]) => once(reader, 'message')));
  return readers;
}

async function ask(reader, task) {
  reader.send(task);
  const [cost] = await once(reader, 'message');
  return cost;
}

/** The readers, another one first in each round: who comes after whom matters too. */
function inTurn(readers, round) {
  const first = (round + readers.length) % readers.length;
  return [...readers.slice(first), ...readers.slice(0, first)];
}

async function compare(operation, size, atOnce, readers) {
  const times = Math.ceil((20_000_000 / size + 20) / atOnce) * atOnce;
  const seen = new Map(readers.map(([way]) => [way, []]));
  for (let round = -2; round < rounds; round++) {
    for (const [way, reader] of inTurn(readers, round)) {
      const cost = await ask(reader, { operation, size, times, atOnce });
      if (round >= 0) seen.get(way).push(cost);
    }
  }
  const share = (part, name, field) =>
    percentile(
      seen.get(name).map((cost) => cost[field]),
      part,
    );
  // A quarter of the rounds was disturbed less than this one: what the machine does besides only ever adds.
  const ratio = (one, other, field) => share(0.25, one, field) / share(0.25, other, field);
  const of = (name, field) => share(0.5, name, field);
  return {
    operation,
    bytes: size,
    atOnce,
    us: { raw: of('raw', 'us'), tintype: of('tintype', 'us'), keyv: of('keyv', 'us') },
    cpu: { raw: of('raw', 'cpu'), tintype: of('tintype', 'cpu'), keyv: of('keyv', 'cpu') },
    toRaw: ratio('tintype', 'raw', 'us'),
    cpuToRaw: ratio('tintype', 'raw', 'cpu'),
    keyvCpuToOurs: ratio('keyv', 'tintype', 'cpu'),
  };
}

async function compareAll() {
  const readers = await openWays();
  // So many reads make a server's code as fast as it gets.
  const warmUp = { operation: 'get', size: 30_000, times: 24_000, atOnce: 16 };
  for (const [, reader] of readers) await ask(reader, warmUp);
  const results = [];
  for (const size of sizes) {
    results.push(await compare('get', size, 1, readers));
    results.push(await compare('get', size, 16, readers));
    results.push(await compare('set', size, 1, readers));
  }
  for (const [, reader] of readers) reader.send('end');
  return results;
}

async function startMembers(count) {
  const file = join(import.meta.dirname, 'redis/member.js');
  const members = Array.from({ length: count }, () => fork(file, [server.url]));
  await Promise.all(members.map((member) => once(member, 'message')));
  return members;
}

async function cpuOf(member) {
  member.send('cpu');
  const [{ user, system }] = await once(member, 'message');
  return user + system;
}

async function measureFleet() {
  const members = await startMembers(3);
  const images = createTintype({ origin: { name: 'bench', read: () => undefined }, store: redis(server.url) });
  const kinds = {
    exact: (index) => `/a/${index}.jpg`,
    prefix: (index) => `/a/${index}/*`,
    tag: (index) => ({ tag: `t${index}` }),
  };
  // The journal is young: until it has seen everybody a purge waits for the whole lease.
  await delay(3500);
  const took = { exact: [], prefix: [], tag: [] };
  // The first ones warm up the code of all processes.
  for (let index = -500; index < 500; index++) {
    for (const [kind, target] of Object.entries(kinds)) {
      const started = performance.now();
      await images.purge(target(Math.abs(index)));
      if (index >= 0) took[kind].push(performance.now() - started);
    }
  }
  const purges = Object.fromEntries(
    Object.entries(took).map(([kind, times]) => [kind, { p50: percentile(times, 0.5), p99: percentile(times, 0.99) }]),
  );
  const seconds = 10;
  const before = await Promise.all(members.map(cpuOf));
  await delay(seconds * 1000);
  const after = await Promise.all(members.map(cpuOf));
  const idle = median(after.map((cpu, index) => (cpu - before[index]) / 1000 / seconds));
  for (const member of members) member.send('end');
  await Promise.all(members.map((member) => once(member, 'exit')));
  await images.close();
  return { purges, idleCpuMsPerSecond: idle };
}

const reads = await compareAll();
const fleet = await measureFleet();
await server.stop();

const column = (value, digits = 0) => value.toFixed(digits).padStart(9);
console.log(
  `${processes} processes for each, one call after the other or 16 at once; µs, and µs of CPU (medians); ratios of the lower quartiles`,
);
console.log(
  '                   raw   tintype  @keyv/redis | CPU raw   tintype  @keyv/redis | to raw  CPU to raw  less CPU than @keyv/redis',
);
for (const { operation, bytes, atOnce, us, cpu, toRaw, cpuToRaw, keyvCpuToOurs } of reads) {
  const name = `${operation} ${bytes / 1000} KB${atOnce > 1 ? ` × ${atOnce}` : ''}`.padEnd(16);
  const absolute = [us, cpu].map(({ raw, tintype, keyv }) =>
    [raw, tintype, keyv].map((value) => column(value)).join(''),
  );
  console.log(
    `${name}${absolute.join(' |')} | ${toRaw.toFixed(2)} ×  ${cpuToRaw.toFixed(2)} ×  ${keyvCpuToOurs.toFixed(1)} ×`,
  );
}
for (const [kind, { p50, p99 }] of Object.entries(fleet.purges)) {
  console.log(`purge by ${kind}, three idle processes: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
}
console.log(`an idle process: ${fleet.idleCpuMsPerSecond.toFixed(2)} ms of CPU a second`);
if (process.env.JSON_FILE) {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(process.env.JSON_FILE, JSON.stringify({ node: process.version, reads, fleet }, undefined, 2));
}
