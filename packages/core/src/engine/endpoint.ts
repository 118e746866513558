import type { TagRule } from '../cache/tags.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { native } from '../dialect/native.ts';
import type { TtlOptions } from '../http/freshness.ts';
import { type MountOptions, mountExpectations } from '../http/mount.ts';
import type { Journal } from '../journal/journal.ts';
import { checkOptions, type Expectation, either, expectations, oneOf } from '../options.ts';
import type { Origin } from '../origin/origin.ts';
import type { PurgedHook } from '../purge/hooks.ts';
import { isMemoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import { defaultLimits, type Limits, limitExpectations } from '../transform/limits.ts';
import type { Overlay } from '../transform/overlay.ts';
import type { QueueBounds } from '../transform/queue.ts';
import { toOverlay, type Watermark, watermarkExpectations } from '../transform/watermark.ts';

/** How derivatives are made. */
export interface RenderOptions {
  /**
   * Renders of this endpoint that may wait for a place; more are answered 503.
   * @default 100
   */
  readonly queue?: number;
  /**
   * Seconds a render may wait for a place, then 503.
   * @default 5
   */
  readonly wait?: number;
  /**
   * Whether sharp's process-wide settings are ours (`concurrency(1)`, no cache) or left as the host application has
   * them.
   * @default 'own'
   */
  readonly settings?: 'own' | 'host';
}

/** Options of `createTintype`. */
export interface TintypeOptions extends MountOptions {
  /** Where the originals live: `folder()`, `web()`, `firstOf()`, or any object with a `read` method. */
  readonly origin: Origin;
  /** Where derivatives are kept below memory: `files()`, `keyv()`, any Store; or `memory()` for memory alone. */
  readonly store?: Store;
  /**
   * Bytes of memory for derivatives, in front of the store.
   * @default 268435456 (256 MiB)
   */
  readonly memory?: number;
  /**
   * The URL grammar.
   * @default native()
   */
  readonly dialect?: Dialect;
  /** How long answers may be used. */
  readonly ttl?: TtlOptions;
  /** What originals and derivatives may measure. */
  readonly limits?: Partial<Limits>;
  /** How derivatives are made. */
  readonly render?: RenderOptions;
  /** Names the origin in keys. @default the origin's own name */
  readonly name?: string;
  /**
   * Whether copies of the originals are kept in the store.
   * @default what the origin advises: yes for `web()`, no for `folder()`
   */
  readonly originals?: boolean;
  /**
   * Seconds for one answer of the origin, whatever its own patience.
   * @default 30
   */
  readonly originTimeout?: number;
  /**
   * A picture of the same origin that is laid over every derivative. Where it is missing nothing is served.
   * @default none
   */
  readonly watermark?: Watermark;
  /**
   * Gives the tags of an original, by which it can be purged; beside those that a web origin sends in `Cache-Tag` and
   * `Surrogate-Key`. Endpoints that share a journal and an origin should share this rule.
   * @default none
   */
  readonly tags?: TagRule;
  /**
   * Called after each purge, in this order, once no cache of ours holds anything old: this is where CDNs are purged.
   * @default none
   */
  readonly onPurged?: PurgedHook | readonly PurgedHook[];
  /**
   * Paths that the endpoint is mounted at, such as `/images`: purges by URL are stripped of them. Those by which requests
   * have come are known without; a process that serves nothing knows none.
   * @default []
   */
  readonly mounts?: string | readonly string[];
  /** The time. @default the machine's clock */
  readonly clock?: Clock;
  /**
   * The list of purges: `fileJournal(directory)`, `memoryJournal()`. Endpoints that share one share their purges.
   * @default beside `files()` a file journal in their directory, so that all processes on them share it; else one in
   * memory, shared by all endpoints on the same store object
   */
  readonly journal?: Journal;
}

/** Options of one endpoint, complete. */
export interface Endpoint {
  readonly options: TintypeOptions;
  readonly dialect: Dialect;
  readonly limits: Limits;
  readonly ttl: TtlOptions;
  readonly queueBounds: QueueBounds;
  readonly clock: Clock;
  readonly watermark: Overlay | undefined;
}

/** Seconds that an origin has for one answer. */
export const defaultOriginTimeout = 30;

const isMount = (value: unknown): boolean => typeof value === 'string' && /^(?:\/.*[^/])?$/.test(value);

const hasMethod =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');

type Table<T> = Readonly<Record<keyof T, Expectation>>;

interface OptionTables {
  readonly createTintype: Table<TintypeOptions>;
  readonly ttl: Table<TtlOptions>;
  readonly limits: Table<Limits>;
  readonly render: Table<RenderOptions>;
  readonly watermark: Table<Watermark>;
}

/** What each option accepts. */
export const optionTables: OptionTables = {
  createTintype: {
    ...mountExpectations,
    origin: ['an origin: an object with a read method', hasMethod('read')],
    store: ['a store: an object with get, set and delete', hasMethod('get', 'set', 'delete')],
    memory: expectations.bytes,
    dialect: ['a dialect: an object with parse and format', hasMethod('parse', 'format')],
    ttl: expectations.object,
    limits: expectations.object,
    render: expectations.object,
    name: expectations.text,
    originals: expectations.boolean,
    originTimeout: ['a number of seconds above zero', (value) => typeof value === 'number' && value > 0 && value < 2e6],
    watermark: expectations.object,
    tags: expectations.function,
    onPurged: either(expectations.function, [
      'a list of functions',
      (value) => Array.isArray(value) && value.every((each) => typeof each === 'function'),
    ]),
    mounts: [
      'a path such as "/images" or a list of them',
      (value) => isMount(value) || (Array.isArray(value) && value.every(isMount)),
    ],
    clock: ['a clock: an object with a now method', hasMethod('now')],
    journal: [
      'a journal: an object with view, append, note, noted and close',
      hasMethod('view', 'append', 'note', 'noted', 'close'),
    ],
  },
  ttl: {
    policy: oneOf('respect', 'override', 'atLeast', 'atMost'),
    lifetime: either(expectations.seconds, expectations.function),
    browser: expectations.seconds,
    negative: expectations.seconds,
  },
  limits: limitExpectations,
  render: {
    queue: expectations.wholeNumber,
    wait: ['a number of seconds', (value) => typeof value === 'number' && value >= 0 && value < 2e6],
    settings: oneOf('own', 'host'),
  },
  watermark: watermarkExpectations,
};

/**
 * Checks the options of an endpoint once and fills in what was left out.
 *
 * @throws TypeError naming the option, what was expected and what came.
 */
export function toEndpoint(options: TintypeOptions): Endpoint {
  checkOptions('createTintype', options, optionTables.createTintype);
  if (options.origin === undefined)
    throw new TypeError('Expected an origin for createTintype.origin but received none');
  if (options.memory !== undefined && options.store !== undefined && isMemoryStore(options.store)) {
    throw new TypeError('Expected no createTintype.memory beside a store that is memory(): give memory() its maxBytes');
  }
  const { ttl = {}, limits = {}, render = {} } = options;
  checkOptions('ttl', ttl, optionTables.ttl);
  checkOptions('limits', limits, optionTables.limits);
  checkOptions('render', render, optionTables.render);
  return {
    options,
    dialect: options.dialect ?? native(),
    limits: { ...defaultLimits, ...given(limits) },
    ttl,
    queueBounds: { queue: render.queue ?? 100, wait: render.wait ?? 5 },
    clock: options.clock ?? systemClock,
    watermark: options.watermark === undefined ? undefined : toOverlay(options.watermark),
  };
}

/** Without what is undefined: a limit that is not given must not switch the default off. */
function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
