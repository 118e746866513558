import type { Connection } from '../connection.ts';

/** What a process may not take for granted of Redis after its connection was lost: it may lead to another server. */
export interface Arrival {
  /** Whether the server is still to be asked which one it is. */
  readonly isDue: boolean;
  /** Whether members may be missing that the journal had lately. */
  readonly isUnsettled: boolean;
  /** Notes that it is being asked. */
  begin(): void;
  /** Notes that something has failed. */
  doubt(): void;
}

/**
 * Watches a connection.
 *
 * @param doubtTime tells for how many milliseconds members may be missing.
 * @param onReturn is called when it is there again.
 */
export function createArrival(connection: Connection, doubtTime: () => number, onReturn: () => void): Arrival {
  let isDue = true;
  let settlesAt = 0;
  let hasConnected = false;

  const doubt = (): void => {
    isDue = true;
    settlesAt = performance.now() + doubtTime();
  };

  connection.onConnect(() => {
    if (hasConnected) {
      doubt();
      onReturn();
    }
    hasConnected = true;
  });

  return {
    get isDue() {
      return isDue;
    },
    get isUnsettled() {
      return performance.now() < settlesAt;
    },
    begin() {
      isDue = false;
    },
    doubt,
  };
}
