import { type Channel, channel } from 'node:diagnostics_channel';

/** One answered request. `target` and `error` are for operators: they may hold what a client sent. */
export interface RequestEvent {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  /** The Cache-Status member of the answer (RFC 9211), or undefined for an error. */
  readonly cacheStatus: string | undefined;
  /** Milliseconds from request to answer. */
  readonly ms: number;
  readonly error?: unknown;
}

/** One question to an origin. */
export interface OriginEvent {
  readonly origin: string;
  readonly path: string;
  /** HTTP status of the origin's answer; undefined where none came. */
  readonly status: number | undefined;
  readonly bytes: number;
  readonly ms: number;
  readonly error?: unknown;
}

/** One derivative made, or one mezzanine. */
export interface RenderEvent {
  readonly path: string;
  /** The canonical transformation; of a mezzanine the stages by which it is made. */
  readonly transformation: unknown;
  readonly bytes: number;
  /** Milliseconds of the render itself. */
  readonly ms: number;
  /** Milliseconds spent waiting in the render queue. */
  readonly waited: number;
  readonly error?: unknown;
}

/** A store, or the journal, that failed and was survived. */
export interface StoreEvent {
  /** The kind of store, or `journal`. */
  readonly store: string;
  readonly operation: 'get' | 'set' | 'delete' | 'other';
  readonly error: unknown;
}

/** One purge, once it is in the journal; and then each of its steps that fails. */
export interface PurgeEvent {
  readonly id: string;
  /** Name of the origin. */
  readonly origin: string;
  readonly mode: 'revalidate' | 'soft' | 'force' | 'takedown';
  readonly targets: readonly string[];
  /** Milliseconds from the call until then. */
  readonly ms: number;
  /** The step that has failed; undefined for the purge itself. */
  readonly step: 'deletion' | 'verification' | 'hook' | 'second deletion' | undefined;
  readonly error?: unknown;
}

/** One derivative that `warm` has made, or found, or could not make. */
export interface WarmEvent {
  readonly path: string;
  readonly url: string;
  readonly state: 'made' | 'found' | 'failed';
  /** How many are through, and of how many at most. */
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
  readonly ms: number;
  readonly error?: unknown;
}

/** What each diagnostics channel carries. */
export interface TintypeEvents {
  readonly 'tintype:request': RequestEvent;
  readonly 'tintype:origin': OriginEvent;
  readonly 'tintype:render': RenderEvent;
  readonly 'tintype:store': StoreEvent;
  readonly 'tintype:purge': PurgeEvent;
  readonly 'tintype:warm': WarmEvent;
}

const channels: { readonly [Name in keyof TintypeEvents]: Channel } = {
  'tintype:request': channel('tintype:request'),
  'tintype:origin': channel('tintype:origin'),
  'tintype:render': channel('tintype:render'),
  'tintype:store': channel('tintype:store'),
  'tintype:purge': channel('tintype:purge'),
  'tintype:warm': channel('tintype:warm'),
};

/** Whether anybody listens: lets a hot path skip building an event. */
export function isObserved(name: keyof TintypeEvents): boolean {
  return channels[name].hasSubscribers;
}

/** Publishes an event on `node:diagnostics_channel`. */
export function publish<Name extends keyof TintypeEvents>(name: Name, event: TintypeEvents[Name]): void {
  channels[name].publish(event);
}

const warned = new Set<string>();

/** Warns the operator once per process and message, through `process.emitWarning`. What varies goes into `detail`. */
export function warnOnce(code: string, message: string, detail = ''): void {
  const key = `${code} ${message}`;
  if (warned.has(key)) return;
  warned.add(key);
  process.emitWarning(message, { type: 'TintypeWarning', code, detail });
}
