// Three processes, one Redis, and a page that shows a purge reach all of them: npm run start:fleet
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import express from 'express';
import { createOriginals } from './originals.js';
import { panel } from './panel.js';
import { findRedis } from './redis-server.js';

const size = 3;
const { PORT = '3000' } = process.env;
const token = randomUUID();
const children = [];
let isEnding = false;
let redis;
let server;

function fail(message) {
  console.error(message);
  return stop(1);
}

/** Starts a process of the fleet on a free port; resolves once it answers. */
async function startProcess(environment) {
  const child = spawn(process.execPath, [`${import.meta.dirname}/server.js`], {
    env: { ...process.env, ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  children.push(child);
  child.once('exit', (code) => {
    if (!isEnding) void fail(`A process of the fleet ended with ${code}`);
  });
  return { base: await baseOf(child), pid: child.pid };
}

/** The URL that a process prints once it answers. */
function baseOf(child) {
  return new Promise((resolve) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const [base] = /http:\/\/[\w.]+:\d+/.exec(said) ?? [];
      if (base !== undefined) resolve(base);
    });
  });
}

/** Ends every process that was started here, the Redis last. */
async function stop(code = 0) {
  if (isEnding) return;
  isEnding = true;
  server?.close();
  server?.closeAllConnections();
  const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  const gone = running.map((child) => once(child, 'exit'));
  for (const child of running) child.kill('SIGTERM');
  // Whoever does not end in time is ended.
  const late = setTimeout(() => {
    for (const child of running) child.kill('SIGKILL');
  }, 5000);
  await Promise.all(gone);
  clearTimeout(late);
  await redis?.stop();
  process.exit(code);
}

// From the beginning: pictures take their time to draw, and the Redis must not outlive us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());

redis = await findRedis();
if (redis === undefined) {
  console.error(
    'A fleet needs a Redis: apt-get install redis-server (or brew install redis), or REDIS_URL=redis://… npm run start:fleet',
  );
  process.exit(1);
}
const originals = await createOriginals();
const processes = [];

const app = express();
app.use('/originals', originals.routes);
app.use(panel({ originals, processes, token }));
server = app.listen(Number(PORT), '127.0.0.1');

try {
  await once(server, 'listening');
  const { port } = server.address();
  const environment = { REDIS_URL: redis.url, ORIGIN: `http://127.0.0.1:${port}/originals`, PURGE_TOKEN: token };
  processes.push(...(await Promise.all(Array.from({ length: size }, () => startProcess(environment)))));
  console.log(`${size} processes share ${redis.what}: http://127.0.0.1:${port}/`);
} catch (error) {
  const isTaken = error.code === 'EADDRINUSE';
  await fail(isTaken ? `Port ${PORT} is in use: try PORT=${Number(PORT) + 10} npm run start:fleet` : error.message);
}
