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
  next: '16.4.6',
  react: '19.2.0',
  'react-dom': '19.2.0',
  sharp: '0.35.5',
};

/** All widths that Next is let make, 25 at most. */
const nextWidths = Array.from({ length: 25 }, (_, index) => 160 + 80 * index);
const nearest = (width) =>
  nextWidths.reduce((best, each) => (Math.abs(each - width) < Math.abs(best - width) ? each : best));

/** Installs them, all on the sharp that we are on. */
export async function installPeers() {
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, dependencies, overrides: { sharp: '$sharp' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-workspaces'], { cwd: folder });
  await buildNextApp();
}

/** Next serves nothing without an application: one with an empty page. */
async function buildNextApp() {
  mkdirSync(join(folder, 'pages'), { recursive: true });
  writeFileSync(join(folder, 'pages/index.js'), 'export default function Page() {}\n');
  const images = { deviceSizes: nextWidths, imageSizes: [], qualities: [80], formats: ['image/webp'] };
  writeFileSync(join(folder, 'next.config.js'), `module.exports = ${JSON.stringify({ images })};\n`);
  await run('npx', ['next', 'build'], { cwd: folder, env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' } });
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
  // It has a list of widths, and takes the type from the Accept field alone.
  ['next', 'Next', 64, (path, width) => `/_next/image?url=${encodeURIComponent(path)}&w=${nearest(width)}&q=80`],
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
