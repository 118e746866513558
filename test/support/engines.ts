import { createTintype, folder, type HttpResponse, type Origin, type Tintype, type TintypeOptions } from '@tintype/core';
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
  const asked = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  let reads = 0;
  return {
    name: 'gated',
    reads: () => reads,
    asked: asked.promise,
    open: opened.resolve,
    async read() {
      reads++;
      asked.resolve();
      await opened.promise;
      return body;
    },
  };
}

/** An endpoint whose `handle` does what it likes: what an adapter must be ready for. */
export function faultyEngine(handle: () => HttpResponse | Promise<HttpResponse | undefined> | undefined): Tintype {
  const unused = (): never => {
    throw new Error('not expected here');
  };
  return { handle, purge: unused, url: unused, stats: unused, close: async () => undefined };
}
