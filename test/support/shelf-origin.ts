import type { HttpHeaders, Origin, OriginRequest, OriginResponse } from '@tintype/core';
import { pictureOf } from './versioned-picture.ts';

/** An origin with several originals, whose versions a test sets. */
export interface ShelfOrigin extends Origin {
  /** Every question so far. */
  readonly asked: readonly (OriginRequest & { readonly path: string })[];
  /** Puts a version at a path, or takes away what is there. */
  put(path: string, version: number | undefined, headers?: HttpHeaders): void;
  /** Makes all reads fail, until called with undefined. */
  failWith(error: Error | undefined): void;
}

/** Creates an origin that holds nothing. To a conditional question with its own strong tag it says 304. */
export function shelfOrigin(name = 'shelf'): ShelfOrigin {
  const asked: (OriginRequest & { readonly path: string })[] = [];
  const held = new Map<string, { readonly version: number; readonly headers: HttpHeaders }>();
  let failure: Error | undefined;
  return {
    name,
    asked,
    put(path, version, headers = {}) {
      if (version === undefined) held.delete(path);
      else held.set(path, { version, headers });
    },
    failWith(error) {
      failure = error;
    },
    async read(path, request): Promise<OriginResponse> {
      asked.push({ path, ...request });
      if (failure !== undefined) throw failure;
      const here = held.get(path);
      if (here === undefined) return { status: 404, headers: {} };
      const { version, headers } = here;
      if (headers.etag !== undefined && request.ifNoneMatch === headers.etag) return { status: 304, headers };
      return { status: 200, headers, body: await pictureOf(version) };
    },
  };
}
