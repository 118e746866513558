import { setTimeout as pause } from 'node:timers/promises';
import type { StagedParameters } from '../dialect/dialect.ts';
import { TintypeError, toTintypeError } from '../errors.ts';
import { publish } from '../events.ts';
import { createHand, type Reads } from '../load/hand.ts';
import type { OutputFormat } from '../transform/transformation.ts';
import type { Answers, Provisions } from './answer.ts';
import type { Question } from './question.ts';

/** Options of `warm`. */
export interface WarmOptions {
  /**
   * Accept fields of the clients that what has `format=auto` is made for.
   * @default ['image/avif,image/webp', 'image/webp', '*' + '/*']: browsers of today, those before, and everything else
   */
  readonly accept?: readonly string[];
  /** Called after each derivative. What it throws is lost. */
  readonly onProgress?: (progress: WarmProgress) => void;
  /** Ends it after the derivative that is being made: it rejects with the reason. */
  readonly signal?: AbortSignal;
}

/** What has become of one derivative. */
export interface WarmProgress {
  /**
   * How many are through, this one included, of how many. What turns out to be the same for several kinds of clients is told
   * for each, and counts once in the result.
   */
  readonly done: number;
  readonly total: number;
  /** Relative to the mount, as `url` writes it. */
  readonly url: string;
  /** The type it has; undefined where it failed, or is no picture. */
  readonly format: OutputFormat | undefined;
  readonly state: 'made' | 'found' | 'failed';
  /** Bytes of the derivative. */
  readonly bytes: number;
  readonly ms: number;
  /** Why it failed: what a client would have been answered. */
  readonly error: TintypeError | undefined;
}

/** What `warm` did. */
export interface WarmResult {
  /** Derivatives that were made. */
  readonly made: number;
  /** Derivatives that were there. */
  readonly found: number;
  readonly failed: readonly WarmProgress[];
  readonly ms: number;
}

/** Makes derivatives of one original before anybody asks for them. */
export type Warm = (
  path: string,
  parameters: readonly StagedParameters[],
  options?: WarmOptions,
) => Promise<WarmResult>;

/** What warming works with. */
export interface WarmParts {
  readonly reads: Reads;
  readonly answers: Answers;
  readonly url: (path: string, parameters: StagedParameters) => string;
  /** Understands a URL as a client with an Accept field would ask for it. */
  readonly ask: (url: string, accept: string) => Question;
  /** @throws TintypeError `CLOSED`. */
  readonly checkOpen: () => void;
}

const everybody = ['image/avif,image/webp', 'image/webp', '*/*'];

/** How often it waits for a render queue that is full, and how long at most, in milliseconds. */
const patience = 60;
const longestPause = 5000;

/** Creates `warm`: one derivative after the other, so that requests that come meanwhile find places. */
export function createWarm({ reads, answers, url: write, ask, checkOpen }: WarmParts): Warm {
  return async (path, parameters, { accept = everybody, onProgress, signal } = {}) => {
    const started = performance.now();
    // All of them first: one mistake, and nothing is done.
    const urls = [...new Set(parameters.map((each) => write(path, each)))];
    const orders = urls.flatMap((url) => fieldsFor(url, accept, ask).map((field) => ({ url, field })));
    const known = new Set<string | undefined>();
    const all: WarmProgress[] = [];
    const leaving = leavingWith(signal);
    const hand = createHand(reads, leaving.signal);
    const shared = new Map<string, Uint8Array>();
    const provisions: Provisions = { hand, shared };
    const check = (): void => {
      signal?.throwIfAborted();
      checkOpen();
    };
    const rest = async (milliseconds: number): Promise<void> => {
      // Others need what it holds meanwhile.
      hand.leave();
      shared.clear();
      await pause(milliseconds, undefined, { signal }).catch(() => undefined);
    };
    try {
      for (const [index, { url, field }] of orders.entries()) {
        const began = performance.now();
        const make = () => answers.prepare(ask(url, field), provisions);
        const { key, ...outcome } = await prepare({ make, check, rest });
        const progress = { done: index + 1, total: orders.length, url, ...outcome, ms: performance.now() - began };
        if (key === undefined || !known.has(key)) all.push(progress);
        known.add(key);
        tell(path, progress, onProgress);
      }
    } finally {
      leaving.stop();
      hand.leave();
    }
    return { ...countOf(all), ms: performance.now() - started };
  };
}

/** The clients that a URL is asked for: one stands for all where nothing is theirs to choose. */
function fieldsFor(url: string, accept: readonly string[], ask: WarmParts['ask']): readonly string[] {
  const [first] = accept;
  if (first === undefined) return [];
  return ask(url, first).plan.transformation.output.format === 'auto' ? accept : [first];
}

function tell(path: string, progress: WarmProgress, onProgress: WarmOptions['onProgress']): void {
  publish('tintype:warm', { path, ...progress });
  try {
    onProgress?.(progress);
  } catch {
    // Nobody here can do anything about it.
  }
}

function countOf(all: readonly WarmProgress[]): Omit<WarmResult, 'ms'> {
  const of = (wanted: WarmProgress['state']) => all.filter(({ state }) => state === wanted);
  return { made: of('made').length, found: of('found').length, failed: of('failed') };
}

type Outcome = Pick<WarmProgress, 'state' | 'format' | 'bytes' | 'error'> & { readonly key: string | undefined };

/** How one is prepared. */
interface Preparing {
  make(): ReturnType<Answers['prepare']>;
  /** Throws where it is to end. */
  check(): void;
  /** Waits for a place, with nothing in hand. */
  rest(milliseconds: number): Promise<void>;
}

/** Prepares one, and waits where there is no place for it yet. */
async function prepare({ make, check, rest }: Preparing): Promise<Outcome> {
  for (let left = patience; ; left--) {
    check();
    try {
      return outcomeOf(await make());
    } catch (cause) {
      const error = toTintypeError(cause, 'RENDER_FAILED');
      if (error.code === 'CLIENT_GONE') check();
      if (error.code !== 'OVERLOADED' || left === 0) {
        return { key: undefined, state: 'failed', format: undefined, bytes: 0, error };
      }
      await rest(pauseAfter(error));
    }
  }
}

function outcomeOf({ key, layer, collapsed, derivative }: Awaited<ReturnType<Answers['prepare']>>): Outcome {
  const state = layer === 'render' && !collapsed ? 'made' : 'found';
  return { key, state, format: derivative.picture?.format, bytes: derivative.body.length, error: undefined };
}

/** Milliseconds. */
function pauseAfter({ headers }: TintypeError): number {
  return Math.min(longestPause, Number(headers['retry-after'] ?? 1) * 1000);
}

/** The signal of a client that goes when the caller's is aborted: requests that share its work know that reason, and no other. */
function leavingWith(signal: AbortSignal | undefined): { readonly signal: AbortSignal; stop(): void } {
  const gone = new AbortController();
  const leave = (): void => gone.abort(new TintypeError('CLIENT_GONE'));
  signal?.addEventListener('abort', leave, { once: true });
  return { signal: gone.signal, stop: () => signal?.removeEventListener('abort', leave) };
}
