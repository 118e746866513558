import { createHash } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const root = resolve(import.meta.dirname, '../..');
const bundles = new Map<string, Promise<string>>();

/**
 * Compiles a TypeScript file with all of our sources that it imports into one JavaScript module, for tests that need
 * processes of their own: Node 20 runs no TypeScript. Packages are left to be imported as ever.
 *
 * @returns the path of the module.
 */
export function bundle(entryPath: string): Promise<string> {
  const known = bundles.get(entryPath) ?? compile(resolve(entryPath));
  bundles.set(entryPath, known);
  return known;
}

async function compile(entryPath: string): Promise<string> {
  // Below node_modules, so that what it imports is found from there.
  const folder = join(root, 'node_modules/.cache/tintype-bundles');
  const name = createHash('sha256').update(entryPath).digest('hex').slice(0, 16);
  const file = join(folder, `${name}.mjs`);
  const written = join(folder, `${name}-${process.pid}.mjs`);
  await mkdir(folder, { recursive: true });
  const build = await rolldown({
    input: entryPath,
    platform: 'node',
    logLevel: 'silent',
    external: (id) => /^[a-z@]/i.test(id) && !id.startsWith('@tintype/'),
    resolve: {
      alias: Object.fromEntries(
        ['core', 'express', 'koa'].map((name) => [`@tintype/${name}`, join(root, `packages/${name}/src/index.ts`)]),
      ),
    },
  });
  await build.write({ file: written, format: 'esm', codeSplitting: false });
  await build.close();
  // Other test files may be at the same: each sees a whole module.
  await rename(written, file);
  return file;
}
