import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

/** A change that a bundle is to have against the sources. */
export interface Edit {
  /** Below `packages/core/src`, or from the top: `packages/redis/src/…`. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly snippet: string;
  readonly replacement: string;
}

const root = resolve(import.meta.dirname, '../..');
const bundles = new Map<string, Promise<string>>();

/**
 * Compiles a TypeScript file with all of our sources that it imports into one JavaScript module, for tests that need
 * processes of their own: Node 20 runs no TypeScript. Packages are left to be imported as ever.
 *
 * @param edit made in the module, not in the sources.
 * @returns the path of the module.
 * @throws where the snippet of the edit is not what it was.
 */
export function bundle(entryPath: string, edit?: Edit): Promise<string> {
  const key = JSON.stringify([entryPath, edit]);
  const known = bundles.get(key) ?? compile(resolve(entryPath), key, edit);
  bundles.set(key, known);
  return known;
}

async function compile(entryPath: string, key: string, edit: Edit | undefined): Promise<string> {
  // Below node_modules, so that what it imports is found from there.
  const folder = join(root, 'node_modules/.cache/tintype-bundles');
  const name = createHash('sha256').update(key).digest('hex').slice(0, 16);
  const file = join(folder, `${name}.mjs`);
  const written = join(folder, `${name}-${process.pid}.mjs`);
  await mkdir(folder, { recursive: true });
  const build = await rolldown({
    input: entryPath,
    platform: 'node',
    logLevel: 'silent',
    external: (id) => /^[a-z@]/i.test(id) && !id.startsWith('@tintype/'),
    plugins: edit === undefined ? [] : [editor(edit)],
    resolve: {
      alias: {
        '@tintype/core/internal': join(root, 'packages/core/src/internal.ts'),
        ...Object.fromEntries(
          ['core', 'express', 'koa', 'redis'].map((name) => [
            `@tintype/${name}`,
            join(root, `packages/${name}/src/index.ts`),
          ]),
        ),
      },
    },
  });
  await build.write({ file: written, format: 'esm', codeSplitting: false });
  await build.close();
  // Other test files may be at the same: each sees a whole module.
  await rename(written, file);
  return file;
}

function editor({ file, snippet, replacement }: Edit): Plugin {
  const edited = file.startsWith('packages/') ? join(root, file) : join(root, 'packages/core/src', file);
  return {
    name: 'edit',
    async load(id) {
      if (id !== edited) return undefined;
      const source = await readFile(id, 'utf8');
      const count = source.split(snippet).length - 1;
      if (count === 1) return { code: source.replace(snippet, () => replacement), moduleType: 'ts' };
      throw new Error(`What is to be replaced stands ${count} times in ${file}, not once: ${snippet}`);
    },
  };
}
