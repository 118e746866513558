/** A request target inside its mount: still percent-encoded. */
export interface Target {
  /** With a leading slash. */
  readonly path: string;
  /** Without the question mark; empty where there is none. */
  readonly query: string;
}

const absoluteForm = /^https?:\/\/[^/?#]*/i;

/**
 * Takes the mount off a raw request target (RFC 9112 §3.2). Text all the way: parsing it as a URL would take
 * `//evil.example/x` for a host and remove dot segments before anybody could refuse them.
 *
 * @returns undefined where the target is not below the mount.
 */
export function splitTarget(rawTarget: string, mount: string): Target | undefined {
  const target = rawTarget.replace(absoluteForm, '');
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  if (!path.startsWith(mount)) return undefined;
  const inner = path.slice(mount.length);
  if (inner !== '' && !inner.startsWith('/')) return undefined;
  return { path: inner === '' ? '/' : inner, query };
}

/**
 * The mount of a request, where a framework keeps the whole target and the rest of its path apart: what the rest leaves.
 * A mount itself (`/images`) is left with the rest `/`.
 */
export function mountOf(rawTarget: string, rest: string): string {
  const path = (rawTarget.replace(absoluteForm, '').split('?', 1)[0] ?? '').replace(/\/$/, '');
  const tail = rest.replace(/\/$/, '');
  return path.endsWith(tail) ? path.slice(0, path.length - tail.length) : path;
}
