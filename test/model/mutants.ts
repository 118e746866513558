import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CreateTintype } from './model.ts';

/** One mistake, made in a copy of the sources. */
export interface Mutant {
  readonly name: string;
  /** Below `packages/core/src`. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly snippet: string;
  readonly replacement: string;
}

const core = resolve(import.meta.dirname, '../../packages/core');
/** Inside the repository, so that packages are found, and unknown to git. */
const copies = resolve(import.meta.dirname, '../.mutants');

/** Copies the sources, makes the mistake, and loads the engine of the copy. Throws where the snippet is not what it was. */
export async function loadMutant({ name, file, snippet, replacement }: Mutant): Promise<CreateTintype> {
  const copy = join(copies, name);
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  await cp(join(core, 'src'), join(copy, 'src'), { recursive: true });
  await cp(join(core, 'package.json'), join(copy, 'package.json'));
  const source = await readFile(join(copy, 'src', file), 'utf8');
  const count = source.split(snippet).length - 1;
  if (count !== 1) {
    throw new Error(`The mutant "${name}" replaces what stands ${count} times in ${file}, not once: ${snippet}`);
  }
  await writeFile(
    join(copy, 'src', file),
    source.replace(snippet, () => replacement),
  );
  const engine = (await import(/* @vite-ignore */ join(copy, 'src/index.ts'))) as { createTintype: CreateTintype };
  return engine.createTintype;
}

/** Removes all copies. */
export function removeMutants(): Promise<void> {
  return rm(copies, { recursive: true, force: true });
}
