import { silence } from './heartbeat.ts';

/** Milliseconds for the way to a server, unless the source says otherwise. */
const connectTimeout = 2000;
/** Commands under way at once; what comes beyond them is refused. */
const maxCommands = 10_000;

/** How our duplicates differ from the client they are made from. */
export function clientSettings(
  socket: object | undefined,
  signal: AbortSignal,
  reconnectStrategy: () => number | false,
): object {
  return {
    // One protocol, whatever the source speaks: its replies look the same everywhere.
    RESP: 2,
    maintNotifications: 'disabled',
    clientSideCache: undefined,
    emitInvalidate: undefined,
    commandOptions: {},
    disableOfflineQueue: true,
    commandsQueueMaxLength: maxCommands,
    pingInterval: undefined,
    // The signal ends sockets in every state; destroying a client that is just connecting does not.
    socket: { connectTimeout, ...socket, socketTimeout: silence, reconnectStrategy, signal },
  };
}
