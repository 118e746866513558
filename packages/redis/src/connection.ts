import { setTimeout as pause } from 'node:timers/promises';
import type { Link } from './link.ts';
import type { RedisCommands, RedisNode } from './node-redis.ts';
import type { Script } from './script.ts';

/**
 * A connection to a server, or to the nodes of a cluster, that opens at its first use and comes back by itself for ever.
 * While it is away calls reject at once: nothing is queued, and nothing is sent later. Only the first attempt to connect
 * is waited for. No call has a deadline of its own; a server that falls silent is given up after some seconds.
 */
export interface Connection {
  /** Runs commands. */
  run<T>(command: (commands: RedisCommands) => Promise<T>): Promise<T>;
  /**
   * Runs a script, which Redis gets to know where it does not.
   *
   * @param keys all in one slot.
   * @returns the reply as Redis gives it: text, numbers, null and arrays of them.
   */
  script(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  /** All nodes that take writes. */
  nodes(): Promise<readonly RedisNode[]>;
  /** Listens to channels, again after each time it was away. The listener must not throw. */
  subscribe(subscription: Subscription): void;
  /** Calls the listener each time it has connected. */
  onConnect(listener: () => void): void;
  /** Ends at once, whatever the server does. What is under way rejects. */
  close(): Promise<void>;
}

/** What to listen to. */
export interface Subscription {
  readonly channels: readonly string[];
  readonly listener: (message: string, channel: string) => void;
  /** Called when Redis has begun to send messages, and when it does not any more, or refused to. */
  readonly onChange?: ((isListening: boolean) => void) | undefined;
}

/** Gives a connection of its own. */
export type Connect = () => Connection;

/** Milliseconds between two attempts at most. */
const longestPause = 2000;
/** Milliseconds after which a link that was replaced is ended, if what it had under way has not ended. */
const grace = 5000;
/** Milliseconds between two reconnects that only a refusal of Redis caused. */
const patience = 5000;

/** Creates a connection out of links, one after the other. */
export function createConnection(createLink: () => Link): Connection {
  return new LinkedConnection(createLink);
}

class LinkedConnection implements Connection {
  readonly #createLink: () => Link;
  readonly #closing = new AbortController();
  readonly #subscriptions = new Set<Subscription>();
  readonly #listeners = new Set<() => void>();
  /** Links that are not ended yet, the one in use among them. */
  readonly #links = new Set<Link>();
  #link: Link | undefined;
  #firstAttempt: Promise<void> | undefined;
  #error: unknown;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(createLink: () => Link) {
    this.#createLink = createLink;
  }

  run<T>(command: (commands: RedisCommands) => Promise<T>): Promise<T> {
    return this.#through(({ commands }) => command(commands));
  }

  async script({ source, sha }: Script, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const options = { keys: [...keys], arguments: [...args] };
    return this.#through(async ({ commands }) => {
      try {
        return await commands.evalSha(sha, options);
      } catch (error) {
        if (!isReply(error, 'NOSCRIPT')) throw error;
        return commands.eval(source, options);
      }
    });
  }

  async nodes(): Promise<readonly RedisNode[]> {
    return this.#through((link) => link.nodes());
  }

  subscribe(subscription: Subscription): void {
    this.#subscriptions.add(subscription);
    void this.#open();
    if (this.#link?.isUsable()) void this.#listen(this.#link, subscription);
  }

  onConnect(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const link of this.#links) link.destroy();
  }

  async #through<T>(call: (link: Link) => Promise<T>): Promise<T> {
    // Every read comes by here: what is open is not waited for.
    const link = this.#ready() ?? (await this.#usable());
    try {
      return await call(link);
    } catch (error) {
      // The server that took writes has become a replica: the name may lead to another one now.
      if (isReply(error, 'READONLY')) this.#renew(link);
      if (isReply(error)) throw error;
      throw new Error('Redis did not answer', { cause: link.error ?? error });
    }
  }

  #ready(): Link | undefined {
    return this.#link?.isUsable() && !this.#closing.signal.aborted ? this.#link : undefined;
  }

  async #usable(): Promise<Link> {
    await this.#open();
    if (this.#closing.signal.aborted) throw new Error('The connection to Redis has been closed');
    const link = this.#ready();
    if (link === undefined) throw new Error('Redis is not connected', { cause: this.#error });
    return link;
  }

  #open(): Promise<void> | undefined {
    if (this.#firstAttempt !== undefined || this.#closing.signal.aborted) return this.#firstAttempt;
    this.#firstAttempt = new Promise((resolve) => {
      this.#keep(resolve).catch((error: unknown) => {
        // Closing ends it, or settings of the source that no client can be made with.
        this.#error ??= error;
        resolve();
      });
    });
    return this.#firstAttempt;
  }

  /** Connects, and replaces the link whenever it is in trouble, until the connection is closed. */
  async #keep(attempted: () => void): Promise<void> {
    for (let failures = 0; !this.#closing.signal.aborted; failures++) {
      const since = performance.now();
      const link = await this.#connect();
      attempted();
      if (link !== undefined) {
        await link.trouble;
        this.#noteTrouble(link);
      }
      // One that lasted has shown that all is well again.
      if (performance.now() - since > longestPause) failures = 0;
      await pause(pauseAfter(failures), undefined, { signal: this.#closing.signal });
    }
  }

  async #connect(): Promise<Link | undefined> {
    const link = this.#createLink();
    this.#links.add(link);
    try {
      await link.connect();
    } catch (error) {
      this.#error = link.error ?? error;
      this.#end(link);
      return undefined;
    }
    const previous = this.#link;
    this.#link = link;
    if (previous !== undefined) this.#retire(previous);
    for (const subscription of this.#subscriptions) void this.#listen(link, subscription);
    for (const listener of this.#listeners) listener();
    return link;
  }

  async #listen(link: Link, { channels, listener, onChange }: Subscription): Promise<void> {
    try {
      await link.subscribe(channels, listener);
      onChange?.(true);
    } catch {
      onChange?.(false);
    }
  }

  #noteTrouble(link: Link): void {
    this.#error = link.error;
    if (!link.isUsable()) for (const { onChange } of this.#subscriptions) onChange?.(false);
  }

  #renew(link: Link): void {
    if (performance.now() - this.#renewedAt < patience) return;
    this.#renewedAt = performance.now();
    link.giveUp();
  }

  /** Lets what is under way end, so that one node of a cluster that went away fails nothing on the others. */
  #retire(link: Link): void {
    if (link.isUsable()) setTimeout(() => this.#end(link), grace).unref();
    else this.#end(link);
  }

  #end(link: Link): void {
    link.destroy();
    this.#links.delete(link);
  }
}

/** Whether an error is a reply of Redis, which begins with a code in capitals; of the given code, where one is given. */
function isReply(error: unknown, code = ''): boolean {
  return error instanceof Error && /^[A-Z]{2,} /.test(error.message) && error.message.includes(code);
}

/** Random, so that a fleet does not come back all at once. */
function pauseAfter(failures: number): number {
  return Math.min(longestPause, 25 * 2 ** failures) * (0.5 + Math.random() / 2);
}
