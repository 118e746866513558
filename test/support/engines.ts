import {
  createTintype,
  folder,
  type HttpResponse,
  type Origin,
  type Tintype,
  type TintypeOptions,
} from '@tintype/core';
import { onTestFinished } from 'vitest';

/** Creates an endpoint that is closed when the test ends. */
export function openEngine(options: TintypeOptions): Tintype {
  const images = createTintype(options);
  onTestFinished(() => images.close());
  return images;
}

/** Creates an endpoint on a folder that is closed when the test ends. */
export function engineOn(root: string, options: Partial<TintypeOptions> = {}): Tintype {
  return openEngine({ origin: folder(root), ...options });
}

/** An origin that answers every path with these bytes, once it is let. */
export interface GatedOrigin extends Origin {
  /** How often it was asked. */
  readonly reads: () => number;
  /** Resolves when it is first asked. */
  readonly asked: Promise<void>;
  readonly open: () => void;
}

export function gatedOrigin(body: Uint8Array): GatedOrigin {
  const asked = signal();
  const opened = signal();
  let reads = 0;
  return {
    name: 'gated',
    reads: () => reads,
    asked: asked.given,
    open: opened.give,
    async read() {
      reads++;
      asked.give();
      await opened.given;
      return body;
    },
  };
}

/** Something to wait for, given once. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

/** An endpoint whose `handle` does what it likes: what an adapter must be ready for. */
export function faultyEngine(handle: () => HttpResponse | Promise<HttpResponse | undefined> | undefined): Tintype {
  const unused = (): never => {
    throw new Error('not expected here');
  };
  return {
    handle,
    hit: () => undefined,
    purge: unused,
    purgeStatus: unused,
    url: unused,
    warm: unused,
    stats: unused,
    close: async () => undefined,
  };
}
