import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpHeaders, PurgeOptions, PurgeRequest, PurgeResult, TintypeStats } from '@tintype/core';
import { bundle, type Edit } from '../support/bundle.ts';
import type { FleetSettings, FleetTask } from '../support/fleet-child.ts';
import type { Answer } from './judge.ts';

/** One process of a fleet. */
export interface Member {
  /** Undefined where the process died over it. */
  ask(target: string, headers?: HttpHeaders): Promise<Answer | undefined>;
  /** Rejects where the process died over it, too. */
  purge(request: PurgeRequest, options?: PurgeOptions): Promise<PurgeResult>;
  /** Undefined where the journal cannot be read at the moment. */
  epoch(): Promise<string | undefined>;
  /** The keys of all that it has in memory of these originals, absences left out. */
  remembered(hashes: readonly string[]): Promise<readonly string[]>;
  stats(): Promise<TintypeStats>;
  /** Closes its engine; the process stays. */
  close(): Promise<void>;
  freeze(): void;
  thaw(): void;
  isFrozen(): boolean;
  /** Kills it with -9 and starts another in its place. Whoever asks meanwhile waits for that. */
  restart(): Promise<void>;
}

/** Some real processes on one directory, or one Redis. */
export interface Fleet extends AsyncDisposable {
  readonly members: readonly [Member, ...Member[]];
}

const entry = resolve(import.meta.dirname, '../support/fleet-child.ts');

/** Starts the processes of a fleet. */
export async function startFleet(settingsOf: (index: number) => FleetSettings, size = 3, edit?: Edit): Promise<Fleet> {
  const file = await bundle(entry, edit);
  const processes = Array.from({ length: size }, (_, index) => createProcess(file, JSON.stringify(settingsOf(index))));
  await Promise.all(processes.map(({ restart }) => restart()));
  return {
    members: processes as [Process, ...Process[]],
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map(({ end }) => end()));
    },
  };
}

interface Process extends Member {
  end(): Promise<void>;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code?: string; readonly message: string };
}

const gone = new Error('the process is gone');

function createProcess(file: string, settings: string): Process {
  let child: ChildProcess | undefined;
  let starting = Promise.resolve();
  let isFrozen = false;
  let last = 0;
  const waiting = new Map<number, Waiting>();

  const hear = ({ id, result, error }: Reply): void => {
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error === undefined) resolve?.(result);
    else reject?.(Object.assign(new Error(error.message), error));
  };

  const tell = async (task: FleetTask): Promise<unknown> => {
    await starting;
    const id = ++last;
    const told = new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    });
    // Written behind what a frozen process has not read: nobody waits here.
    child?.send({ id, ...task }, (error) => {
      if (error !== null) hear({ id, error: gone });
    });
    return told;
  };

  const kill = async (): Promise<void> => {
    const dying = child;
    if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return;
    const exited = once(dying, 'exit');
    dying.kill('SIGKILL');
    await exited;
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };

  const start = async (): Promise<void> => {
    await kill();
    isFrozen = false;
    const born = fork(file, [settings], { serialization: 'advanced', execArgv: [] });
    child = born;
    await once(born, 'message');
    born.on('message', (message) => hear(message as Reply));
  };

  return {
    ask: (target, headers = {}) =>
      tell({ kind: 'ask', target, headers: headers as Record<string, string> }).catch((error: unknown) => {
        if (error !== gone) throw error;
      }) as Promise<Answer | undefined>,
    purge: (request, options = {}) => tell({ kind: 'purge', request, options }) as Promise<PurgeResult>,
    epoch: () => tell({ kind: 'epoch' }).catch(() => undefined) as Promise<string | undefined>,
    remembered: (hashes) => tell({ kind: 'remembered', hashes }) as Promise<readonly string[]>,
    stats: () => tell({ kind: 'stats' }) as Promise<TintypeStats>,
    close: async () => void (await tell({ kind: 'close' })),
    freeze() {
      isFrozen = child?.kill('SIGSTOP') ?? false;
    },
    thaw() {
      child?.kill('SIGCONT');
      isFrozen = false;
    },
    isFrozen: () => isFrozen,
    restart() {
      starting = starting.then(start);
      return starting;
    },
    end: async () => {
      await starting;
      await kill();
    },
  };
}

/** Stops a member for a while. */
export async function freezeFor(member: Member, ms: number): Promise<void> {
  member.freeze();
  await delay(ms);
  member.thaw();
}
