import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const page = readFileSync(`${import.meta.dirname}/../../docs/cdn.md`, 'utf8');
const purgeModule = '/usr/lib/nginx/modules/ngx_http_cache_purge_module.so';
const keyModule = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/varnish/vmods/libvmod_xkey.so`;

/** Whether this machine has Varnish with its modules; in CI its absence is an error. */
export const hasVarnish: boolean = isThere('Varnish', ['varnishd', keyModule], 'varnish varnish-modules');

/** Whether this machine has nginx with the module that purges; in CI its absence is an error. */
export const hasNginx: boolean = isThere('nginx', ['nginx', purgeModule], 'nginx libnginx-mod-http-cache-purge');

function isThere(name: string, [program, module]: readonly [string, string], packages: string): boolean {
  if (spawnSync(program, ['-V']).status === 0 && existsSync(module)) return true;
  const message = `${program} or its module is missing, so tests with a real ${name} cannot run. Get it by: apt-get install ${packages}`;
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`${message}\n`);
  return false;
}

/** The code of a language in docs/cdn.md. */
function documented(language: string): string {
  const code = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)?.[1];
  if (code === undefined) throw new Error(`docs/cdn.md shows no ${language}`);
  return code;
}

/** Puts something else in place of what must be there. */
function replace(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`docs/cdn.md says nothing of ${from}`);
  return text.replaceAll(from, to);
}

/** A cache in front of a server. */
export interface EdgeServer {
  readonly url: string;
  /** Where it keeps what it caches, if in files. */
  readonly directory: string;
  stop(): Promise<void>;
}

/** Starts Varnish with the VCL of docs/cdn.md in front of a port of this machine. */
export async function startVarnish(origin: number, change = (vcl: string): string => vcl): Promise<EdgeServer> {
  const directory = await newFolder();
  const file = join(directory, 'tintype.vcl');
  await writeFile(file, change(replace(documented('vcl'), '"3000"', `"${origin}"`)));
  const start = (port: number): ChildProcess =>
    spawn(
      'varnishd',
      ['-F', '-j', 'none', '-a', `127.0.0.1:${port}`, '-f', file, '-n', directory, '-s', 'default,32m', '-T', 'none'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
  return { ...(await startOnFreePort(start, directory)), directory };
}

/** Starts nginx with the configuration of docs/cdn.md in front of a port of this machine. */
export async function startNginx(origin: number): Promise<EdgeServer> {
  const folder = await newFolder();
  const directory = join(folder, 'pictures');
  const file = join(folder, 'nginx.conf');
  const site = replace(
    replace(documented('nginx'), '127.0.0.1:3000', `127.0.0.1:${origin}`),
    '/var/cache/nginx/pictures',
    directory,
  );
  const start = async (port: number): Promise<ChildProcess> => {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${join(folder, name)};`,
    );
    const head = `daemon off; ${process.getuid?.() === 0 ? 'user root; ' : ''}worker_processes 1; pid ${folder}/pid; error_log stderr;`;
    const body = replace(site, 'listen 80;', `listen 127.0.0.1:${port};`);
    await writeFile(
      file,
      `load_module ${purgeModule};\n${head}\nevents {}\nhttp {\naccess_log off;\n${temporary.join('\n')}\n${body}}\n`,
    );
    return spawn('nginx', ['-p', folder, '-e', 'stderr', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  };
  return { ...(await startOnFreePort(start, folder)), directory };
}

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'tintype-edge-'));

async function startOnFreePort(
  start: (port: number) => ChildProcess | Promise<ChildProcess>,
  folder: string,
): Promise<Pick<EdgeServer, 'url' | 'stop'>> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = await start(port);
    let log = '';
    const keep = (chunk: Buffer): void => {
      log = `${log}${chunk}`.slice(-5000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    // The parent ends its own children.
    const end = (): void => void child.kill('SIGTERM');
    process.once('exit', end);
    const gone = once(child, 'exit').finally(() => process.off('exit', end));
    const stop = async (): Promise<void> => {
      end();
      await gone;
      await rm(folder, { recursive: true, force: true });
    };
    const url = `http://127.0.0.1:${port}`;
    if (await answers(`${url}/`, gone)) return { url, stop };
    // Another process may have taken the port between the look and the start.
    if (attempt === 5) throw new Error(`It ended before it answered:\n${log}`);
  }
}

/** Whether it answers; false once it is gone. */
async function answers(url: string, gone: Promise<unknown>): Promise<boolean> {
  const isGone = gone.then(() => true);
  for (;;) {
    const answered = await fetch(url).then(
      async (response) => {
        await response.arrayBuffer();
        return true;
      },
      () => false,
    );
    if (answered) return true;
    if (await Promise.race([isGone, new Promise<false>((resolve) => setTimeout(resolve, 25, false))])) return false;
  }
}
