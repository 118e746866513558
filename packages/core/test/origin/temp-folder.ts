import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Clock } from '../../src/clock.ts';
import { TintypeError } from '../../src/errors.ts';
import type { OriginRequest } from '../../src/origin/origin.ts';

/** A folder that is gone with the test. */
export interface TempFolder extends AsyncDisposable {
  /** Absolute and real: `photos` below a directory of the test's own. */
  readonly root: string;
  /** The absolute path of a name relative to the root. */
  at(name: string): string;
  /** Writes a file, its folders included. */
  put(name: string, content: string | Uint8Array): Promise<void>;
}

export async function tempFolder(): Promise<TempFolder> {
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'tintype-origin-')));
  const root = join(parent, 'photos');
  await mkdir(root);
  const at = (name: string): string => join(root, name);
  return {
    root,
    at,
    async put(name, content) {
      await mkdir(dirname(at(name)), { recursive: true });
      await writeFile(at(name), content);
    },
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }),
  };
}

/** A plain question, or one with some fields changed. */
export const ask = (fields: Partial<OriginRequest> = {}): OriginRequest => ({
  noCache: false,
  maxBytes: 1_000_000,
  ...fields,
});

/** A clock that runs as much ahead of the machine's as a file must age to be trusted. */
export const later: Clock = { now: () => Date.now() + 10_000 };

/** The code of the TintypeError a promise rejects with. */
export async function codeOf(outcome: Promise<unknown>): Promise<string> {
  return (await errorOf(outcome)).code;
}

/** The TintypeError a promise rejects with. */
export async function errorOf(outcome: Promise<unknown>): Promise<TintypeError> {
  const error = await outcome.then(
    (value) => new Error(`Expected a rejection but got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof TintypeError) return error;
  throw error;
}
