import type { TagRule } from '../cache/tags.ts';
import type { Clock } from '../clock.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { NativeOptions } from '../dialect/native-options.ts';
import type { ClientHint } from '../http/client-hints.ts';
import type { MountOptions } from '../http/mount.ts';
import type { TtlOptions } from '../http/ttl.ts';
import type { Journal } from '../journal/journal.ts';
import type { Origin } from '../origin/origin.ts';
import type { PurgedHook } from '../purge/hooks.ts';
import type { Store } from '../store/store.ts';
import type { EncoderOptions } from '../transform/encoding.ts';
import type { Limits } from '../transform/limits.ts';
import type { Watermark } from '../transform/watermark.ts';

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
   * Originals of this endpoint that are read from their origin at once; more wait as renders do.
   * @default 64
   */
  readonly reads?: number;
  /**
   * Bytes that may be in flight in the process, of all endpoints together, when a read or a render of this one begins:
   * originals, which may be half of them, and what the renders under way are thought to take. One that is larger by itself
   * begins when it is alone.
   * @default 1073741824 (1 GiB)
   */
  readonly inFlight?: number;
  /**
   * Whether sharp's process-wide settings are ours (`concurrency(1)`, no cache) or left as the host application has
   * them.
   * @default 'own'
   */
  readonly settings?: 'own' | 'host';
  /**
   * Whether large or dear originals are made smaller once, and small derivatives from that: a multiple less CPU each. A
   * number is the pixels of its longer side, 512 to 8192; `true` is 2048.
   * @default false
   */
  readonly mezzanine?: boolean | number;
  /**
   * Where pictures are made. `process`: in processes of their own, one for each place of the render queue, which are ended
   * when a render takes too long or too much memory. `none`: in this process, where nothing can interrupt a decoder.
   * @default 'none'
   */
  readonly isolation?: 'process' | 'none';
  /**
   * Seconds a render may take, then 504. Without isolation a decoder that takes longer is waited for all the same.
   * @default 30
   */
  readonly timeout?: number;
  /**
   * Bytes of memory that a render process may hold; one that holds more is ended, and the answer is 413. Without isolation
   * nobody measures it.
   * @default 1073741824 (1 GiB)
   */
  readonly memory?: number;
}

/** Options of `createTintype`. */
export interface TintypeOptions extends MountOptions, NativeOptions {
  /** Where the originals live: `folder()`, `web()`, `s3()`, `webProxy()`, `firstOf()`, or any object with a `read` method. */
  readonly origin: Origin;
  /**
   * Where derivatives are kept below memory: `files()`, `redis()` of `@tintype/redis`, `keyv()`, any Store; or `memory()`
   * for memory alone.
   */
  readonly store?: Store;
  /**
   * Bytes of memory for derivatives, in front of the store.
   * @default 268435456 (256 MiB)
   */
  readonly memory?: number;
  /**
   * The URL grammar. `defaults`, `presets`, `onlyPresets`, `widths`, `qualities` and `signing` are those of the native
   * one: another has its own.
   * @default native()
   */
  readonly dialect?: Dialect;
  /** How long answers may be used. */
  readonly ttl?: TtlOptions;
  /**
   * Whether what is no image is passed on as it is: everything, with whatever status the origin answers, or found
   * originals of certain media types, such as `['text/css', 'font/*']`. Else it is answered 415.
   * @default false
   */
  readonly passthrough?: boolean | readonly string[];
  /**
   * Whether an original that its origin wants left as it is (`Cache-Control: no-transform`) is served untouched, or
   * transformed all the same. Under a watermark it always is.
   * @default 'respect'
   */
  readonly noTransform?: 'respect' | 'ignore';
  /**
   * Fields of the origin's answer that derivatives repeat: names, or beginnings with a `*`, such as
   * `['cache-tag', 'x-copyright-*']`. Never those that say something of the bytes or of how long they live.
   * @default []
   */
  readonly repeatFields?: readonly string[];
  /**
   * The client hints that fill in what a URL leaves open, and that clients are asked for: `width` (Sec-CH-Width), `dpr`
   * (Sec-CH-DPR), `save-data`; `true` for all.
   * @default false
   */
  readonly clientHints?: boolean | readonly ClientHint[];
  /** What originals and derivatives may measure. */
  readonly limits?: Partial<Limits>;
  /** How derivatives are made. */
  readonly render?: RenderOptions;
  /**
   * Whether SVGs are drawn, as PNG where no type is asked for; else they are no images (415). Only for those of people
   * whom you trust: the renderer cannot be interrupted.
   * @default 'refuse'
   */
  readonly svg?: 'refuse' | 'rasterize';
  /**
   * Whether TIFFs are decoded, as JPEG where no type is asked for, or as PNG where they may be transparent; else they are
   * no images (415).
   * @default 'refuse'
   */
  readonly tiff?: 'refuse' | 'decode';
  /** How each type is encoded: docs/formats.md. */
  readonly encoders?: EncoderOptions;
  /** Names the origin in keys. @default the origin's own name */
  readonly name?: string;
  /**
   * Whether copies of the originals are kept in the store.
   * @default what the origin advises: no for `folder()`, yes for those across a network
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
   * The list of purges: `fileJournal(directory)`, `memoryJournal()`, `redis({ url }).journal`. Endpoints that share one
   * share their purges.
   * @default that of the store, where it brings one, as `redis()` does; beside `files()` a file journal in their
   * directory, so that all processes on them share it; else one in memory, shared by all endpoints on the same store
   * object
   */
  readonly journal?: Journal;
}
