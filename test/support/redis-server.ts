import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** A redis-server of one test, on a free port of the loopback address, that keeps nothing on disk. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** Sends a signal, such as `SIGSTOP`; resolves at once. */
  signal(signal: NodeJS.Signals): void;
  /** Ends the server; resolves once it is gone. */
  stop(): Promise<void>;
}

/** How to start a redis-server. */
export interface RedisServerOptions {
  /** Where one was before. */
  readonly port?: number;
  /** More arguments, such as `--maxmemory 10mb`. */
  readonly args?: readonly string[];
  /** A directory with `ca.crt`, `redis.crt` and `redis.key`: then only TLS is spoken. */
  readonly tls?: string;
}

/**
 * Whether this machine has a redis-server. Tests that need one are skipped without it; in CI its absence is an error,
 * so that nothing is skipped there unseen.
 */
export const hasRedisServer: boolean = findRedisServer();

function findRedisServer(): boolean {
  if (spawnSync('redis-server', ['--version']).status === 0) return true;
  const message =
    'redis-server is missing, so tests with a real Redis cannot run. Get it by: apt-get install redis-server';
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`${message}\n`);
  return false;
}

/** Starts a redis-server. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(options.port ?? (await freePort()), options);
    } catch (error) {
      // Another process may have taken the port between the look and the start.
      if (attempt === 5 || options.port !== undefined) throw error;
    }
  }
}

async function start(port: number, { args = [], tls }: RedisServerOptions): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-redis-'));
  const common = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
  const options = [...(tls === undefined ? ['--port', String(port)] : tlsOptions(port, tls)), ...common, ...args];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const gone = once(child, 'exit').finally(async () => {
    process.off('exit', kill);
    await rm(directory, { recursive: true, force: true });
  });
  await ready(child, gone);
  return {
    port,
    url: `${tls === undefined ? 'redis' : 'rediss'}://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    signal: (signal) => {
      child.kill(signal);
    },
    stop: async () => {
      kill();
      await gone;
    },
  };
}

function tlsOptions(port: number, directory: string): readonly string[] {
  return [
    ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
    ...['--tls-cert-file', join(directory, 'redis.crt'), '--tls-key-file', join(directory, 'redis.key')],
    ...['--tls-ca-cert-file', join(directory, 'ca.crt')],
  ];
}

async function ready(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  let log = '';
  const isReady = new Promise<void>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      if (log.length < 10_000) log += chunk.toString();
      if (log.includes('Ready to accept connections')) resolve();
    });
  });
  await Promise.race([
    isReady,
    gone.then(() => {
      throw new Error(`redis-server ended before it was ready:\n${log}`);
    }),
  ]);
}
