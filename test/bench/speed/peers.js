import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Outside of the workspaces: nobody who installs them needs these. */
const folder = join(import.meta.dirname, '../../../node_modules/.cache/bench-peers');

const dependencies = {
  express: '4.22.0',
  'express-sharp': '4.2.41',
  ipx: '3.1.1',
  keyv: '4.5.4',
  sharp: '0.35.5',
};

/** Installs them, all on the sharp that we are on. */
export async function installPeers() {
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, dependencies, overrides: { sharp: '$sharp' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-workspaces'], { cwd: folder });
}

const isInstalled = (name) => {
  try {
    return createRequire(`${folder}/package.json`).resolve(name) !== '';
  } catch {
    return false;
  }
};

const known = [
  // It keeps nothing, so that each answer is a render: two at once are all that the machine can do.
  ['ipx', 'IPX', 2, (path, width, format = 'webp') => `/w_${width},f_${format},q_80${path}`],
  ['express-sharp', 'express-sharp', 64, (path, width, format = 'webp') => `${path}?w=${width}&f=${format}&q=80`],
];

/** Those that are installed, and the names of those that are not. */
export function findPeers() {
  const all = known.map(([module, name, connections, urlOf]) => ({
    module: 'peers',
    package: module,
    name,
    connections,
    urlOf,
    launch: { cwd: folder },
  }));
  return {
    installed: all.filter((peer) => isInstalled(peer.package)),
    missing: all.filter((peer) => !isInstalled(peer.package)).map(({ name }) => name),
  };
}
