import { setImmediate } from 'node:timers/promises';
import type { HttpHeaders, Origin, OriginRequest, OriginResponse } from '@tintype/core';
import { pictureOf } from './versioned-picture.ts';

/** What the origin holds, and how it answers for it. */
export interface Held {
  /** Undefined: there is nothing. */
  readonly version: number | undefined;
  readonly headers: HttpHeaders;
  /**
   * How it answers conditional questions. `never`: with the whole picture. `honest`: 304 where the tag is its own.
   * `lying`: 304 to everyone, unless told `no-cache`.
   */
  readonly conditional: 'never' | 'honest' | 'lying';
}

/** One question as it came. */
type Asked = OriginRequest & { readonly path: string };

/** An origin in the hands of a test: it reads first and answers when it is let. */
export interface LateOrigin extends Origin {
  /** Every question so far. */
  readonly asked: readonly Asked[];
  /** Changes what it holds, under one path or all. What was read before stays as it was read. */
  hold(change: Partial<Held>, path?: string): void;
  /** Makes the next read wait; the read takes what is held when it begins. */
  delayNext(): DelayedRead;
  /** Makes the next reads fail, until called with undefined. */
  failWith(error: Error | undefined): void;
}

/** A read that waits. */
interface DelayedRead {
  /** Resolves when it has begun. */
  readonly begun: Promise<void>;
  /** Lets it answer. */
  answer(): void;
}

interface Delay extends DelayedRead {
  begin(): void;
  readonly over: Promise<void>;
}

/** Creates an origin that holds version 1 of a picture under every path. */
export function lateOrigin(held: Partial<Held> = {}, name = 'late'): LateOrigin {
  const asked: Asked[] = [];
  const delays: Delay[] = [];
  let now: Held = { version: 1, headers: {}, conditional: 'never', ...held };
  const own = new Map<string, Held>();
  let failure: Error | undefined;
  return {
    name,
    asked,
    hold(change, path) {
      if (path === undefined) now = { ...now, ...change };
      else own.set(path, { ...(own.get(path) ?? now), ...change });
    },
    delayNext() {
      const delay = createDelay();
      delays.push(delay);
      return delay;
    },
    failWith(error) {
      failure = error;
    },
    async read(path, request) {
      asked.push({ path, ...request });
      const [read, failed] = [own.get(path) ?? now, failure];
      const delay = delays.shift();
      delay?.begin();
      await delay?.over;
      if (failed !== undefined) throw failed;
      return answerOf(read, request);
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

function createDelay(): Delay {
  let begin = (): void => undefined;
  let answer = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const over = new Promise<void>((resolve) => {
    answer = resolve;
  });
  return { begun, over, begin: () => begin(), answer: () => answer() };
}

async function answerOf({ version, headers, conditional }: Held, request: OriginRequest): Promise<OriginResponse> {
  if (version === undefined) return { status: 404, headers };
  const isConditional = request.ifNoneMatch !== undefined || request.ifModifiedSince !== undefined;
  const isOwnTag = request.ifNoneMatch !== undefined && request.ifNoneMatch === headers.etag;
  if (conditional === 'honest' && isOwnTag) return { status: 304, headers };
  if (conditional === 'lying' && isConditional && !request.noCache) return { status: 304, headers };
  return { status: 200, headers, body: await pictureOf(version) };
}
