import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The Redis of REDIS_URL, or one of our own where redis-server is installed; undefined where there is neither. */
export async function findRedis() {
  const { REDIS_URL: url } = process.env;
  if (url) return { url, what: 'your Redis', stop: async () => undefined };
  if (spawnSync('redis-server', ['--version']).status !== 0) return undefined;
  return startRedis();
}

/** Starts a redis-server on a free port of this machine that keeps nothing on disk. */
async function startRedis() {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'tintype-fleet-'));
  const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: directory };
  // Not of our process group: Ctrl-C is for us, and Redis goes last.
  const child = spawn(
    'redis-server',
    Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]),
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    },
  );
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const gone = once(child, 'exit').finally(() => rm(directory, { recursive: true, force: true }));
  await Promise.race([ready(child), gone.then(() => Promise.reject(new Error('redis-server did not start')))]);
  return {
    url: `redis://127.0.0.1:${port}`,
    what: `a redis-server on port ${port}`,
    stop: async () => {
      kill();
      await gone;
    },
  };
}

function ready(child) {
  return new Promise((resolve) => {
    let log = '';
    child.stdout.on('data', (chunk) => {
      if (log.length < 10_000) log += chunk;
      if (log.includes('Ready to accept connections')) resolve();
    });
  });
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
