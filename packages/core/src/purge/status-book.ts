import type { Clock } from '../clock.ts';
import { warnOnce } from '../events.ts';
import type { Journal } from '../journal/journal.ts';
import { abandoned, isStatus, type PurgeStatus } from './status.ts';

/** What went wrong. */
export interface Failure {
  readonly error: unknown;
}

/** The statuses of purges, kept by the journal where every process can read them. */
export interface StatusBook {
  /** Writes a status down in place of the one before; gives the error where it could not be kept. Never rejects. */
  note(status: PurgeStatus): Promise<Failure | undefined>;
  /** Resolves when the newest status of a purge is kept, or could not be, or a second has passed. */
  settled(id: string): Promise<void>;
  /**
   * The status of a purge of the last 24 hours, whichever process runs it.
   *
   * @throws where the journal cannot tell.
   */
  find(id: string): Promise<PurgeStatus | undefined>;
  /** Stops what runs beside, and waits a second for what is being written. */
  close(): Promise<void>;
}

interface Entry {
  status: PurgeStatus;
  writing: Promise<Failure | undefined> | undefined;
}

/** Milliseconds between two signs of life. */
const heartbeat = 15_000;
/** Milliseconds after which a process that gave no sign is taken for dead. */
const patience = 60_000;
const maxUnkept = 1000;

/** Creates the book of one endpoint. */
export function createStatusBook(journal: Journal, clock: Clock): StatusBook {
  const running = new Map<string, Entry>();
  /** Those that are over but could not be kept: told by this process alone. */
  const unkept = new Map<string, PurgeStatus>();
  let timer: NodeJS.Timeout | undefined;

  const finish = ({ status }: Entry, isKept: boolean): void => {
    if (status.state === 'pending') return;
    running.delete(status.id);
    if (!isKept) unkept.set(status.id, status);
    const [oldest] = unkept.keys();
    if (unkept.size > maxUnkept && oldest !== undefined) unkept.delete(oldest);
    if (running.size === 0) stop();
  };

  /** Writes until the newest is written, one at a time, so that an older one never overtakes it. */
  const write = async (entry: Entry): Promise<Failure | undefined> => {
    for (;;) {
      const { status } = entry;
      const failure = await keep(journal, { ...status, updateTime: clock.now() });
      if (entry.status !== status) continue;
      entry.writing = undefined;
      finish(entry, failure === undefined);
      return failure;
    }
  };

  const start = (entry: Entry): Promise<Failure | undefined> => {
    entry.writing ??= write(entry);
    return entry.writing;
  };

  const beat = (): void => {
    for (const entry of running.values()) void start(entry);
  };

  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    note(status) {
      const entry = running.get(status.id) ?? { status, writing: undefined };
      entry.status = status;
      running.set(status.id, entry);
      unkept.delete(status.id);
      // A process does not live on for this.
      timer ??= setInterval(beat, heartbeat).unref();
      return start(entry);
    },
    settled: (id) => withinASecond(running.get(id)?.writing),
    async find(id) {
      if (!/^[0-9a-f]{24}$/.test(id)) return undefined;
      const own = running.get(id)?.status ?? unkept.get(id);
      if (own !== undefined) return own;
      const found = await journal.noted(id);
      if (!isStatus(found, id)) return undefined;
      return found.state === 'pending' && clock.now() - found.updateTime > patience ? abandoned(found) : found;
    },
    async close() {
      stop();
      await withinASecond(Promise.all([...running.values()].map(({ writing }) => writing)));
    },
  };
}

/** A note that fails never fails a purge that holds. */
async function keep(journal: Journal, status: PurgeStatus): Promise<Failure | undefined> {
  try {
    await journal.note(status.id, status);
    return undefined;
  } catch (error) {
    warnOnce('TINTYPE_PURGE_NOTES', 'The journal cannot keep the status of purges.', String(error));
    return { error };
  }
}

async function withinASecond(writing: Promise<unknown> | undefined): Promise<void> {
  if (writing === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const second = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 1000);
  });
  await Promise.race([writing, second]);
  clearTimeout(timer);
}
