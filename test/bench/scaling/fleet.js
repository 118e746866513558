import { createShelf } from './shelf.js';

/** Bytes of an origin record in a process's memory, and in a store. */
const rememberedRecord = 2700;
const storedRecord = 1200;
const recordMemory = 32 * 2 ** 20;
const frameHead = 400;

/** What an entry takes in each kind of store; of Redis as measured, see docs/scaling.md. */
const costs = {
  memory: (bytes) => bytes + 600,
  files: (bytes) => Math.ceil(bytes / 4096) * 4096,
  redis: (bytes) => bytes * 1.1 + 300,
};

/** A store that some processes share; undefined where they have none. */
function createStore({ store, storeBytes }) {
  if (store === 'none') return undefined;
  const shelf = createShelf(storeBytes, { cost: costs[store] });
  const counts = { reads: 0, writes: 0, bytesRead: 0, bytesWritten: 0 };
  return {
    counts,
    shelf,
    read(key, bytes) {
      const value = shelf.get(key);
      counts.reads++;
      if (value !== undefined) counts.bytesRead += bytes;
      return value;
    },
    write(key, value, bytes) {
      counts.writes++;
      counts.bytesWritten += bytes;
      shelf.set(key, value, bytes);
    },
  };
}

function createProcess(settings, store) {
  const memory = createShelf(settings.memory, { cost: costs.memory, largest: 0.05 });
  const records = createShelf(recordMemory);
  return { memory, records, store };
}

/**
 * Processes behind a balancer. A read of the origin and a render take a while: until it is over, other processes find
 * nothing, or, with the lock, wait for it; those of one process join it always.
 */
export function createFleet(settings, catalogue) {
  const { processes: size, perMachine, copies, lifetime, originTime, renderTime } = settings;
  const lock = settings.lock && settings.store === 'redis';
  const shared = settings.store === 'redis' ? size : perMachine;
  const stores = Array.from({ length: Math.ceil(size / shared) }, () => createStore(settings));
  const processes = Array.from({ length: size }, (_, index) =>
    createProcess(settings, stores[Math.floor(index / shared)]),
  );
  const counts = {
    requests: 0,
    lookups: 0,
    memoryHits: 0,
    storeHits: 0,
    renders: 0,
    full: 0,
    conditional: 0,
    locks: 0,
  };

  const choose = (original) =>
    processes[settings.balancer === 'path' ? (original * 2654435761) % size : Math.floor(catalogue.random() * size)];

  const isGood = (record, original, now) =>
    record !== undefined && record.since >= catalogue.purgedAt(original) && now < record.expiresAt;

  /** Looks into the store. What is not there yet is waited for, where there is a lock. */
  const look = (process, key, bytes, now) => {
    const value = process.store?.read(key, bytes);
    if (value === undefined || value.readyAt <= now || lock) return value;
    return undefined;
  };

  /** What another has made between the look that found nothing and the lock. */
  const takeTurn = (process, key, bytes, now) => {
    if (!lock) return undefined;
    counts.locks++;
    return look(process, key, bytes, now);
  };

  const ask = (process, original, previous, now) => {
    const content = catalogue.contentOf(original);
    const isUnchanged = previous?.content === content;
    counts[isUnchanged ? 'conditional' : 'full']++;
    const record = { content, since: now, expiresAt: now + originTime + lifetime, readyAt: now + originTime };
    process.records.set(original, record, rememberedRecord);
    process.store?.write(`p${original}`, record, storedRecord);
    if (isUnchanged) return { record, inHand: false };
    if (copies) process.store?.write(`o${content}`, record, catalogue.originalBytes[original]);
    return { record, inHand: true };
  };

  const find = (process, original, now) => {
    const remembered = process.records.get(original);
    if (isGood(remembered, original, now)) return { record: remembered, inHand: false };
    const key = `p${original}`;
    const stored = remembered === undefined ? look(process, key, storedRecord, now) : undefined;
    const usable = isGood(stored, original, now) ? stored : takeTurn(process, key, storedRecord, now);
    if (isGood(usable, original, now)) {
      process.records.set(original, usable, rememberedRecord);
      return { record: usable, inHand: false };
    }
    return ask(process, original, remembered ?? stored, now);
  };

  const readOriginal = (process, original, now) => {
    const content = catalogue.contentOf(original);
    const bytes = catalogue.originalBytes[original];
    if (copies && look(process, `o${content}`, bytes, now) !== undefined) return;
    counts.full++;
    if (copies) process.store?.write(`o${content}`, { readyAt: now + originTime }, bytes);
  };

  const derive = (process, original, derivative, { inHand }, now) => {
    counts.lookups++;
    const key = catalogue.keyOf(original, derivative);
    const bytes = catalogue.derivativeBytes[derivative] + frameHead;
    if (process.memory.get(key) !== undefined) {
      counts.memoryHits++;
      return;
    }
    process.memory.set(key, true, bytes);
    if (look(process, key, bytes, now) !== undefined) {
      counts.storeHits++;
      return;
    }
    takeTurn(process, key, bytes, now);
    counts.renders++;
    if (!inHand) readOriginal(process, original, now);
    process.store?.write(key, { readyAt: now + renderTime }, bytes);
  };

  const answer = (process, original, derivative, now, heldContent) => {
    const found = find(process, original, now);
    if (heldContent !== found.record.content) derive(process, original, derivative, found, now);
    return found.record;
  };

  return {
    counts,
    stores,
    /** Answers a request; gives until when the answer may be used. Where the asker holds it, it is not sent again. */
    handle(original, derivative, now, heldContent) {
      counts.requests++;
      return answer(choose(original), original, derivative, now, heldContent);
    },
    /** Has every process asked for everything once, the rarest first, at some time of the last lifetime. */
    fill() {
      for (const process of processes) {
        catalogue.all((original, derivative) => {
          const isTheirs = settings.balancer !== 'path' || choose(original) === process;
          if (isTheirs) answer(process, original, derivative, -catalogue.random() * lifetime);
        });
      }
    },
    /** All processes begin anew; what is stored stays. */
    restart() {
      for (const { memory, records } of processes) {
        memory.clear();
        records.clear();
      }
    },
  };
}
