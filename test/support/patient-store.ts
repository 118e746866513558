import type { Store } from '@tintype/core';

/**
 * The same store with much time for everything: a busy machine must not have it given up, or a test of a store would be
 * one without.
 */
export function patient(store: Store): Store {
  return {
    kind: store.kind,
    deadline: 20_000,
    get: (key) => store.get(key),
    set: (key, bytes) => store.set(key, bytes),
    delete: (key) => store.delete(key),
    link: (input, key) => store.link?.(input, key),
    linked: (input) => store.linked?.(input) ?? [],
    keys: () => store.keys?.() ?? [],
    close: () => store.close?.() ?? Promise.resolve(),
  };
}
