import { join } from 'node:path';
import {
  createTintype,
  fileJournal,
  files,
  type JournaledStore,
  type PurgeOptions,
  type PurgeRequest,
  web,
} from '@tintype/core';
import { type RedisOptions, redis } from '@tintype/redis';
import { LRUCache } from 'lru-cache';
import { patient } from './patient-store.ts';

/**
 * A process of a fleet: an engine on a directory or a Redis that others share, told by messages what to do. It ends when its parent
 * goes away.
 */

/** How a process of a fleet is set up; the same for all. */
export interface FleetSettings {
  readonly url: string;
  readonly directory: string;
  /** Bytes of the journal over which it is rotated. */
  readonly rotateBytes: number;
  /** Purges that the journal remembers. */
  readonly maxRecords: number;
  /** Bytes of memory. */
  readonly memory: number;
  /** Where the clocks of all begin, in milliseconds since the epoch, and how much faster than ours they run. */
  readonly started: number;
  readonly speed: number;
  /** In place of the directory. */
  readonly redis?: RedisSettings;
}

/** Where the Redis of a fleet is, as one of its processes sees it. */
export interface RedisSettings extends Omit<RedisOptions, 'clock'> {
  readonly url: string;
  /** The way to the same Redis that its journal takes. */
  readonly journalUrl: string;
}

/** What a process can be told to do. */
export type FleetTask =
  | { readonly kind: 'ask'; readonly target: string; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'purge'; readonly request: PurgeRequest; readonly options: PurgeOptions }
  /** To give the epoch of the journal. */
  | { readonly kind: 'epoch' }
  /** To give the keys of all that is in memory and made from one of these originals, absences left out. */
  | { readonly kind: 'remembered'; readonly hashes: readonly string[] }
  | { readonly kind: 'stats' }
  | { readonly kind: 'close' };

/** A task and the number under which it is answered. */
export type FleetMessage = FleetTask & { readonly id: number };

/** All caches of this process: nothing of the engine need be opened to look into its memory. */
const caches = new Set<LRUCache<string, object>>();
const { set } = LRUCache.prototype;
LRUCache.prototype.set = function (this: LRUCache<string, object>, ...given: Parameters<typeof set>) {
  caches.add(this);
  return set.apply(this, given);
} as typeof set;

const settings = JSON.parse(process.argv[2] ?? '{}') as FleetSettings;
const { started, speed } = settings;

function openFiles({ directory, rotateBytes, maxRecords }: FleetSettings): JournaledStore {
  const journal = fileJournal(join(directory, 'journal'), { rotateBytes, maxRecords });
  return { ...patient(files(directory, { maxBytes: 64 * 1024 * 1024 })), journal };
}

function openRedis({ url, journalUrl, ...options }: RedisSettings): JournaledStore {
  return { ...redis({ url, ...options }), journal: redis({ url: journalUrl, ...options }).journal };
}

const store = settings.redis === undefined ? openFiles(settings) : openRedis(settings.redis);
const { journal } = store;
const images = createTintype({
  origin: web(settings.url, { connections: 128 }),
  store,
  memory: settings.memory,
  clock: { now: () => started + (Date.now() - started) * speed },
  render: { queue: 2000, wait: 10 },
});

async function work(task: FleetTask): Promise<unknown> {
  if (task.kind === 'purge') return images.purge(task.request, task.options);
  if (task.kind === 'epoch') return (await journal.view()).epoch;
  if (task.kind === 'remembered') return rememberedOf(task.hashes);
  if (task.kind === 'stats') return images.stats();
  if (task.kind === 'close') return images.close();
  const answer = await images.handle({ method: 'GET', target: task.target, mount: '', headers: task.headers });
  return answer && { status: answer.status, headers: answer.headers, body: answer.body };
}

function rememberedOf(hashes: readonly string[]): readonly string[] {
  const entries = [...caches].flatMap((cache) => [...cache.entries()]);
  return entries.flatMap(([key, value]) => {
    const isAbsence = 'status' in value && value.status !== 200;
    return !isAbsence && hashes.some((hash) => key.includes(hash)) ? [key] : [];
  });
}

process.on('message', (message) => {
  const { id, ...task } = message as FleetMessage;
  work(task as FleetTask).then(
    (result) => process.send?.({ id, result }),
    (error: { readonly code?: string; readonly message: string }) =>
      process.send?.({ id, error: { code: error.code, message: error.message } }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ id: 0 });
