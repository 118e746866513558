import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { type Fleet, freezeFor, type Member } from './fleet.ts';
import type { Random } from './random.ts';

/** What may happen to a fleet. */
export type Fault = 'freeze' | 'kill' | 'torn line' | 'journal removed' | 'journal truncated' | 'files removed';

type Strike = (fleet: Fleet, directory: string, random: Random) => void | Promise<void>;

const strikes: Readonly<Record<Fault, Strike>> = {
  freeze: (fleet, _directory, random) => {
    const member = idle(fleet, random);
    return member === undefined ? undefined : freezeFor(member, 100 + random.below(900));
  },
  kill: (fleet, _directory, random) => random.pick(fleet.members).restart(),
  'torn line': (_fleet, directory, random) => {
    const torn = random.pick(['0badc0de {"mode":"rev', '\n00000000 {}\n', '\n\n', 'x\n', '\u0000\u0000\u0000\n']);
    for (const file of journalFiles(directory).slice(-1)) appendFileSync(file, torn);
  },
  'journal removed': (_fleet, directory, random) => {
    if (random.chance(0.5)) rmSync(join(directory, 'journal'), { recursive: true, force: true });
    else for (const file of journalFiles(directory)) rmSync(file, { force: true });
  },
  'journal truncated': (_fleet, directory, random) => {
    for (const file of journalFiles(directory).slice(-1)) truncateSync(file, random.below(statSync(file).size));
  },
  'files removed': (_fleet, directory, random) => {
    // Only what has been written: without the files it is writing a store fails, and is soon left alone.
    for (const file of filesBelow(join(directory, 'objects'))) {
      if (random.chance(0.5)) rmSync(file, { force: true });
    }
  },
};

/** Has a fault happen. What is gone by then is no error: others remove files too. */
export async function strike(fault: Fault, fleet: Fleet, directory: string, random: Random): Promise<void> {
  try {
    await strikes[fault](fleet, directory, random);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** A process that may be frozen; undefined where one alone is awake. */
export function idle({ members }: Fleet, random: Random): Member | undefined {
  const awake = members.filter((member) => !member.isFrozen());
  // One stays awake, or nothing would be seen for a while.
  return awake.length < 2 ? undefined : random.pick(awake as [Member, ...Member[]]);
}

/** The files of a journal, the current one last. */
export function journalFiles(directory: string): readonly string[] {
  const folder = join(directory, 'journal');
  const numberOf = (name: string): number => Number(name.split('.')[1]);
  const names = readdirSync(folder).filter((name) => /^journal\.\d+$/.test(name));
  return names.sort((one, other) => numberOf(one) - numberOf(other)).map((name) => join(folder, name));
}

/** All files below a directory, as far as they are still there. */
function filesBelow(directory: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** Files that name one of these originals anywhere, but for the journal, which must. */
export function filesWith(directory: string, hashes: readonly string[]): readonly string[] {
  const journal = join(directory, 'journal');
  return filesBelow(directory).filter((file) => !file.startsWith(journal) && names(file, hashes));
}

function names(file: string, hashes: readonly string[]): boolean {
  try {
    const bytes = readFileSync(file);
    return hashes.some((hash) => bytes.includes(hash));
  } catch {
    return false;
  }
}
