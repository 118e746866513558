/** Bytes that are in memory for what is being made: originals in hand, and what renders are thought to take. */
export interface InFlight {
  readonly originals: number;
  readonly renders: number;
  add(kind: 'originals' | 'renders', bytes: number): void;
  /** Takes off what was added, and has everybody who waits look again. */
  free(kind: 'originals' | 'renders', bytes: number): void;
  onFree(listener: () => void): void;
}

/** Creates a count at zero. */
export function createInFlight(): InFlight {
  const held = { originals: 0, renders: 0 };
  const listeners: (() => void)[] = [];
  return {
    get originals() {
      return held.originals;
    },
    get renders() {
      return held.renders;
    },
    add(kind, bytes) {
      held[kind] += bytes;
    },
    free(kind, bytes) {
      held[kind] -= bytes;
      for (const listener of listeners) listener();
    },
    onFree: (listener) => void listeners.push(listener),
  };
}

/** The one count of the process. */
export const processInFlight: InFlight = createInFlight();
