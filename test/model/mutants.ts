import { resolve } from 'node:path';
import type * as core from '@tintype/core';
import { bundle, type Edit } from '../support/bundle.ts';

/** What a scenario needs of the package: the real one's or a mutant's. */
export type Core = Pick<typeof core, 'createTintype' | 'fileJournal'>;

/** One mistake, made in a copy of the sources. */
export interface Mutant extends Edit {
  readonly name: string;
}

const index = resolve(import.meta.dirname, '../../packages/core/src/index.ts');

/** Loads the package with the mistake made. Throws where the snippet is not what it was. */
export async function loadMutant({ file, snippet, replacement }: Mutant): Promise<Core> {
  return (await import(/* @vite-ignore */ await bundle(index, { file, snippet, replacement }))) as Core;
}
