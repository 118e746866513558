import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

/** An example that runs as its own process. */
export interface Example {
  /** Where it says that it answers, without a path. */
  readonly base: string;
  readonly lines: readonly string[];
  /** Ends it as a supervisor does and gives its exit code. */
  readonly stop: () => Promise<number | null>;
}

const root = resolve(import.meta.dirname, '../..');
const running = new Set<ChildProcess>();

/** Starts an example as its own process on a free port and waits until it prints its URL. */
export async function startExample(
  script: string,
  { cwd = root, env = {} }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Example> {
  const child = spawn(process.execPath, [join(root, 'examples', script)], {
    cwd,
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  running.add(child);
  child.once('exit', () => running.delete(child));
  let output = '';
  const base = await new Promise<string>((found, failed) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /http:\/\/[\w.]+:\d+/.exec(output);
      if (url !== null) found(url[0]);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => failed(new Error(`${script} ended with ${code}:\n${output}`)));
  });
  return {
    base,
    get lines() {
      return output.trim().split('\n');
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}

/** Ends the examples of tests that failed. */
export function stopExamples(): void {
  for (const child of running) child.kill();
}

/**
 * Builds the packages, which the examples import as an application would. One test file at a time: what another one's
 * compiler is writing is not whole.
 */
export async function buildPackages(): Promise<void> {
  const lock = join(root, 'node_modules/.cache/tintype-build.lock');
  await takeLock(lock);
  const tsc = join(root, 'node_modules/.bin/tsc');
  const build = promisify(execFile)(tsc, ['-b', 'packages/express', 'packages/koa', 'packages/redis'], { cwd: root });
  await build
    .catch((error) => {
      throw new Error(`The packages do not build:\n${error.stdout}`, { cause: error });
    })
    .finally(() => rm(lock, { force: true }));
}

async function takeLock(lock: string): Promise<void> {
  await mkdir(dirname(lock), { recursive: true });
  for (;;) {
    const isTaken = await writeFile(lock, String(process.pid), { flag: 'wx' }).then(
      () => false,
      () => true,
    );
    if (!isTaken) return;
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (holder !== 0 && !isAlive(holder)) await rm(lock, { force: true });
    await wait(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
