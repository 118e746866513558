import { Agent, buildConnector, type Dispatcher } from 'undici';
import { TintypeError } from '../../errors.ts';
import { type Expectation, expectations } from '../../options.ts';
import { beginDeadline } from './deadline.ts';
import { toUpstreamError } from './error.ts';

/** Header fields of a request: lower-case names. */
export type Fields = Readonly<Record<string, string>>;

/** One GET request. */
export interface Get {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query as they go on the wire. */
  readonly path: string;
  readonly fields: Fields;
}

/** The answer to one GET request, its body still to be read or discarded. */
export interface UpstreamResponse extends Pick<Dispatcher.ResponseData, 'statusCode' | 'headers' | 'body'> {
  /**
   * Whether a connection has failed since the request, perhaps this one. Not all resets show: one that overtakes the bytes
   * before it looks like an end to us.
   */
  wasReset(): boolean;
}

/** The requests that together read one original, within one deadline. */
export interface Exchange {
  /** Aborted at the deadline, of the exchange or of who began it. */
  readonly signal: AbortSignal;
  get(request: Get): Promise<UpstreamResponse>;
}

/** What speaks HTTP for an origin. */
export interface Upstream {
  /**
   * Runs one exchange.
   *
   * @throws TintypeError whatever goes wrong: `CLOSED`, `ORIGIN_TIMEOUT`, `ORIGIN_FAILED`, or the one that `run` throws.
   */
  exchange<T>(signal: AbortSignal | undefined, run: (exchange: Exchange) => Promise<T>): Promise<T>;
  /** Lets what is under way finish, then closes all sockets. */
  close(): Promise<void>;
}

/** Options that every origin over HTTP has. */
export interface UpstreamOptions {
  /** Seconds for one exchange. */
  readonly timeout: number;
  /** Sockets to one host. */
  readonly connections: number;
  /**
   * Opens sockets in place of undici's own connector.
   *
   * @param timeout milliseconds.
   */
  readonly connector?: (timeout: number) => buildConnector.connector;
}

/** Seconds; a Node timer counts no further. */
const maxTimeout = 2_147_483;

/** How the options of origins over HTTP are checked. */
export const upstreamExpectations: Readonly<Record<'name' | 'timeout' | 'connections', Expectation>> = {
  name: expectations.text,
  timeout: [
    `a number of seconds above zero and up to ${maxTimeout}`,
    (value) => typeof value === 'number' && value > 0 && value <= maxTimeout,
  ],
  connections: expectations.count,
};

/** Builds the HTTP client of one origin. No socket is opened before the first exchange, no proxy is ever used. */
export function createUpstream({ timeout, connections, connector = ownConnector }: UpstreamOptions): Upstream {
  const milliseconds = Math.ceil(timeout * 1000);
  let agent: Agent | undefined;
  let closing: Promise<void> | undefined;
  let resets = 0;
  let opened = 0;

  const createAgent = (): Agent => {
    const connect = connector(milliseconds);
    const watched: buildConnector.connector = (options, callback) =>
      connect(options, (...[error, socket]) => {
        if (error !== null) return callback(error, null);
        opened++;
        socket.on('error', (failure: NodeJS.ErrnoException) => {
          // Of the kernel or TLS. What we hang up on ends in errors of undici.
          if (failure.code?.startsWith('E') === true) resets++;
        });
        return callback(null, socket);
      });
    // One deadline for the whole exchange: a body that dribbles never trips an idle timer.
    return new Agent({ connections, connect: watched, headersTimeout: 0, bodyTimeout: 0 });
  };

  return {
    async exchange(waiting, run) {
      if (closing !== undefined) throw new TintypeError('CLOSED');
      agent ??= createAgent();
      const dispatcher = agent;
      const { signal, over, end } = beginDeadline(milliseconds, waiting);
      const get = async ({ origin, path, fields }: Get): Promise<UpstreamResponse> => {
        let before = resets;
        const ask = () => {
          before = resets;
          return dispatcher.request({ origin, path, method: 'GET', headers: fields, signal });
        };
        const openedBefore = opened;
        const response = await ask().catch((error: unknown) => {
          // RFC 9112 §9.3.1: the other side may close a connection just as it is used again. Once is no habit.
          if (opened === openedBefore && isHangUp(error)) return ask();
          throw error;
        });
        return { ...response, wasReset: () => resets !== before };
      };
      try {
        // Not all that an exchange waits for heeds a signal.
        return await Promise.race([run({ signal, get }), over]);
      } catch (error) {
        throw toUpstreamError(error, signal);
      } finally {
        end();
      }
    },
    close() {
      closing ??= agent?.close() ?? Promise.resolve();
      return closing;
    },
  };
}

/** Whether the other side has closed a connection without an answer. */
function isHangUp(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

function ownConnector(timeout: number): buildConnector.connector {
  return buildConnector({ timeout });
}
