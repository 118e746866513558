import type { Store } from '@tintype/core';

/** Work that waits until a test lets it go on. */
interface HeldWork {
  /** Resolves when the work has begun to wait. */
  readonly begun: Promise<void>;
  release(): void;
}

/** A store like any other, with an index, in which a test can make single operations wait. */
export interface HeldStore extends Store {
  /**
   * Makes the next operation on a key with this beginning wait before it is carried out; `answer`: a `get` that has been
   * carried out, before it answers.
   */
  holdNext(operation: Operation, keyStart: string): HeldWork;
  keys(): readonly string[];
}

type Operation = 'get' | 'answer' | 'set';

interface Hold extends HeldWork {
  readonly operation: Operation;
  readonly keyStart: string;
  readonly begin: () => void;
  readonly released: Promise<void>;
}

/** Creates an empty store that is no memory to the engine: it lies behind memory, as files do. */
export function heldStore(): HeldStore {
  const entries = new Map<string, Uint8Array>();
  const links = new Map<string, Set<string>>();
  const holds: Hold[] = [];
  const pass = async (operation: Operation, key: string): Promise<void> => {
    const at = holds.findIndex((hold) => hold.operation === operation && key.startsWith(hold.keyStart));
    const [hold] = at === -1 ? [] : holds.splice(at, 1);
    hold?.begin();
    await hold?.released;
  };
  return {
    kind: 'held',
    deadline: 20_000,
    async get(key) {
      await pass('get', key);
      const bytes = entries.get(key);
      await pass('answer', key);
      return bytes;
    },
    async set(key, bytes) {
      await pass('set', key);
      entries.set(key, bytes);
    },
    delete(key) {
      entries.delete(key);
    },
    link(input, key) {
      links.set(input, (links.get(input) ?? new Set()).add(key));
    },
    linked(input) {
      const own = [...entries.keys()].filter((key) => key.split(':')[1] === input);
      const linked = [...(links.get(input) ?? [])].filter((key) => entries.has(key));
      return [...new Set([...own, ...linked])];
    },
    holdNext(operation, keyStart) {
      const hold = createHold(operation, keyStart);
      holds.push(hold);
      return hold;
    },
    keys: () => [...entries.keys()],
  };
}

function createHold(operation: Operation, keyStart: string): Hold {
  let begin = (): void => undefined;
  let release = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { operation, keyStart, begun, released, begin: () => begin(), release: () => release() };
}
