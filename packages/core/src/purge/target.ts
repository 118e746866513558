import { TintypeError, toTintypeError } from '../errors.ts';
import type { PurgeTarget } from '../journal/journal.ts';
import { originalId } from '../origin/identity.ts';
import { canonicalPath, encodePath } from '../origin/path.ts';

/** What to purge: an origin path (`/cats/1.jpg`), the same as an object, or everything of this origin. */
export type PurgeRequest = string | { readonly path: string } | { readonly all: true };

/** A purge request understood. */
export interface UnderstoodPurge {
  readonly targets: readonly PurgeTarget[];
  /** The targets as they can be given again: percent-encoded paths, `*` for all. */
  readonly names: readonly string[];
}

/**
 * Understands a purge request. A path is taken as a request's would be: percent-encoded or not, with a query or without,
 * so that it names the same original.
 *
 * @throws TintypeError `INVALID_PURGE`.
 */
export function understandPurge(request: unknown, origin: string): UnderstoodPurge {
  if (isAll(request)) return { targets: [{ kind: 'all', origin }], names: ['*'] };
  const path = pathOf(request);
  if (path === undefined) throw invalid('expected a path, { path } or { all: true }');
  if (!path.startsWith('/')) throw invalid('a path begins with "/"');
  if (path.includes('*')) throw invalid('wildcards are not supported; name one path, or { all: true }');
  const id = originalId(origin, canonical(path.split('?', 1)[0] ?? ''));
  return { targets: [{ kind: 'exact', id }], names: [encodePath(id.path)] };
}

function canonical(path: string): string {
  try {
    return canonicalPath(path);
  } catch (error) {
    // A path that no request can have was never cached; saying so beats a purge of nothing.
    throw invalid(`no request can have this path (${toTintypeError(error, 'MALFORMED_REQUEST').message})`);
  }
}

function isAll(request: unknown): boolean {
  return isObject(request) && Object.keys(request).length === 1 && request.all === true;
}

function pathOf(request: unknown): string | undefined {
  if (typeof request === 'string') return request;
  if (!isObject(request) || Object.keys(request).length !== 1) return undefined;
  return typeof request.path === 'string' ? request.path : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(reason: string): TintypeError {
  return new TintypeError('INVALID_PURGE', { message: `The purge target is not valid: ${reason}.` });
}
