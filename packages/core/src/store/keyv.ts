import { isUint8Array } from 'node:util/types';
import { publish, warnOnce } from '../events.ts';
import type { Store } from './store.ts';

/** The part of a Keyv 5 instance that is used here; the package itself is the application's. */
export interface KeyvLike {
  readonly serialize?: unknown;
  readonly deserialize?: unknown;
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<unknown>;
  delete(key: string): Promise<unknown>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  off(event: 'error', listener: (error: unknown) => void): unknown;
}

/**
 * Keeps bytes in any Keyv 5 instance, which stays the caller's: `close()` does not disconnect it.
 *
 * A Keyv that serializes gets the bytes as base64 text, because JSON holds no bytes; one without a serializer
 * (`serialize` and `deserialize` undefined) gets them as they are.
 *
 * @throws TypeError where the instance is not a Keyv.
 */
export function keyv(instance: KeyvLike): Store {
  if (!isKeyv(instance)) throw new TypeError('Expected a Keyv instance for keyv(instance)');
  const isRaw = 'serialize' in instance && instance.serialize === undefined && instance.deserialize === undefined;
  if (!isRaw) {
    warnOnce(
      'TINTYPE_KEYV_SERIALIZER',
      'This Keyv serializes its values, so image bytes are stored as base64 text: a third more space, and several ' +
        'times the CPU per read and write. Where the Keyv store takes objects (a Map does), create it with ' +
        '{ serialize: undefined, deserialize: undefined }.',
    );
  }
  const failures = watchErrors(instance);
  return {
    kind: 'keyv',
    deadline: 250,
    get: (key) => failures.during(() => read(instance, toKeyvKey(key)), isPresent),
    async set(key, bytes) {
      const value = isRaw ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
      // Adapters report a failed write as an event and Keyv then resolves true, so true alone proves nothing.
      const result = await failures.during(() => instance.set(toKeyvKey(key), value), isNever);
      if (result === false) throw new Error('Keyv did not store the value');
    },
    async delete(key) {
      // False is also the answer for a key that was never there.
      await failures.during(() => instance.delete(toKeyvKey(key)), isTrue);
    },
    close: async () => failures.close(),
  };
}

/**
 * A key that Keyv prefixes with its namespace whatever that is. Keyv takes `ns:x` for a key that has its prefix already,
 * so that `ns:x` and `x` are one entry: without a colon no key can look like that.
 */
function toKeyvKey(key: string): string {
  return `tintype/${key.replace(/[~/:]/g, (character) => spellings[character] ?? character)}`;
}

const spellings: Readonly<Record<string, string>> = { ':': '/', '/': '~1', '~': '~0' };

async function read(instance: KeyvLike, key: string): Promise<Uint8Array | undefined> {
  try {
    const value = await instance.get(key);
    if (typeof value === 'string') return Buffer.from(value, 'base64');
    return isUint8Array(value) ? value : undefined;
  } catch (error) {
    // The text under this key is not Keyv's JSON: something else wrote it. A miss, and no fault of the store.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface ErrorWatch {
  /** Runs one call; rejects where an error event came meanwhile and the result does not prove that all went well. */
  during<T>(call: () => Promise<T>, proves: (result: T) => boolean): Promise<T>;
  close(): void;
}

/**
 * Keyv swallows what its adapter throws (`get` says undefined, `set` says true) and emits it instead. An event that came
 * during a call is that call's failure unless the result proves otherwise; one that nobody can own is published.
 */
function watchErrors(instance: KeyvLike): ErrorWatch {
  let count = 0;
  let pending = 0;
  let last: unknown;
  let isUnowned = false;
  const report = (): void => {
    isUnowned = false;
    publish('tintype:store', { store: 'keyv', operation: 'other', error: last });
  };
  const onError = (error: unknown): void => {
    count++;
    last = error;
    isUnowned = true;
    if (pending === 0) report();
  };
  instance.on('error', onError);
  return {
    async during(call, proves) {
      const before = count;
      pending++;
      try {
        const result = await call();
        if (count === before || proves(result)) return result;
        throw last instanceof Error ? last : new Error('Keyv reported an error', { cause: last });
      } catch (error) {
        isUnowned = false;
        throw error;
      } finally {
        pending--;
        if (pending === 0 && isUnowned) report();
      }
    },
    close: () => instance.off('error', onError),
  };
}

const isPresent = (value: unknown): boolean => value !== undefined;
const isTrue = (value: unknown): boolean => value === true;
const isNever = (): boolean => false;

function isKeyv(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const methods = ['get', 'set', 'delete', 'on', 'off'] as const;
  return methods.every((name) => typeof (value as Partial<KeyvLike>)[name] === 'function');
}
