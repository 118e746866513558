import type { Connect, Connection } from '../../packages/redis/src/connection.ts';

/** Connections of one process, as if the process could be stopped. */
export interface HeldConnection {
  readonly connect: Connect;
  /** From now on nothing is sent and nothing is heard. */
  hold(): void;
  /** What was to be sent meanwhile is sent. */
  release(): void;
}

/** Creates connections that can be held. */
export function heldConnection(connect: Connect): HeldConnection {
  let gate: { readonly opened: Promise<void>; readonly open: () => void } | undefined;
  return {
    connect: () => hold(connect(), () => gate?.opened),
    hold() {
      let open = (): void => undefined;
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      gate = { opened, open };
    },
    release() {
      gate?.open();
      gate = undefined;
    },
  };
}

/** A connection that waits for a gate, while there is one. */
export function hold(connection: Connection, gate: () => Promise<void> | undefined): Connection {
  return {
    run: async (command) => {
      await gate();
      return connection.run(command);
    },
    script: async (...call) => {
      await gate();
      return connection.script(...call);
    },
    nodes: () => connection.nodes(),
    subscribe: ({ listener, ...subscription }) => {
      const heard: typeof listener = (...message) => {
        if (gate() === undefined) listener(...message);
      };
      connection.subscribe({ ...subscription, listener: heard });
    },
    onConnect: (listener) => connection.onConnect(listener),
    close: () => connection.close(),
  };
}
