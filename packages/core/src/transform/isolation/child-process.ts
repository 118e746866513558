import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './child-environment.ts';
import { createMessageReader, type Message, send } from './messages.ts';

/** How a process ended. */
export interface End {
  readonly signal: NodeJS.Signals | undefined;
  readonly code: number | undefined;
  /** Why it could not be started, or what it said that made no sense. */
  readonly error?: unknown;
}

/** A process with a pipe to it. */
export interface PipedProcess {
  readonly pid: number | undefined;
  /** Whether it is gone, or soon will be. */
  readonly hasEnded: boolean;
  /** Resolves when it is gone. */
  readonly ended: Promise<End>;
  send(kind: number, payload: Uint8Array): void;
  /** Whether this process must wait for it. It need not at first. */
  hold(isBusy: boolean): void;
  /** Ends it at once, whatever it does. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** More than any encoder makes of what the limits allow. */
const longestPayload = 1024 ** 3;

/** Starts a process that is spoken to through its file descriptor 3. */
export function startProcess(entry: URL, hear: (message: Message) => void): PipedProcess {
  // biome-ignore lint/style/noProcessEnv: a child gets a part of it.
  const env = childEnvironment(process.env);
  const child = spawn(process.execPath, [fileURLToPath(entry)], {
    // A pipe of its own carries 25 MB for a tenth of the CPU of Node's IPC: docs/decisions/render-isolation.md.
    stdio: ['ignore', 'ignore', 'ignore', 'overlapped'],
    env,
    windowsHide: true,
  });
  // At once: it tells on the next tick that it could not be started, and has no pipes then if files are short.
  const gone = endOf(child);
  const socket = (child.stdio as readonly unknown[] | undefined)?.[3] as Socket | undefined;
  const hold = (isBusy: boolean): void => {
    const change = isBusy ? 'ref' : 'unref';
    child[change]();
    socket?.[change]();
  };
  let nonsense: unknown;
  const ended = gone.then((end) => (nonsense === undefined ? end : { ...end, error: nonsense }));
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  const kill = async (): Promise<void> => {
    hasEnded = true;
    // Whoever waits for its end must live to see it.
    hold(true);
    // Without a number it was never started, and a signal would go to our own group.
    if (child.pid !== undefined) child.kill('SIGKILL');
    await ended;
  };
  const end = (error?: unknown): void => {
    nonsense ??= error;
    void kill();
  };
  if (socket !== undefined) listen(socket, hear, end);
  hold(false);
  return {
    pid: child.pid,
    get hasEnded() {
      return hasEnded;
    },
    ended,
    send: (kind, payload) => {
      if (socket !== undefined) send(socket, kind, payload);
    },
    hold,
    kill,
  };
}

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ signal: signal ?? undefined, code: code ?? undefined }));
    child.on('error', (error) => {
      // One that was never started does not exit.
      if (child.pid === undefined) resolve({ signal: undefined, code: undefined, error });
    });
  });
}

/** Whoever speaks nonsense, or not at all any more, is of no use. */
function listen(socket: Socket, hear: (message: Message) => void, end: (error?: unknown) => void): void {
  const read = createMessageReader(longestPayload);
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const message of read(chunk)) hear(message);
    } catch (error) {
      end(error);
    }
  });
  socket.on('error', () => end()).on('close', () => end());
}
