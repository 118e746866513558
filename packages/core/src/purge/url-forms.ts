import { splitTarget, type Target } from '../http/target.ts';
import { invalid, requestable } from './path-forms.ts';

/**
 * Reads a full URL below each mount that it lies below, because it does not say by which it was asked. It stays text, as
 * a request target is: parsing it as a URL would resolve dot segments before they could be refused.
 *
 * @throws TintypeError `INVALID_PURGE` where it is no URL or lies below none of them, or whatever `read` throws of all.
 */
export function belowMounts<T>(url: string, mounts: readonly string[], read: (target: Target) => T): readonly T[] {
  if (!/^https?:\/\/[^/?#]/i.test(url)) throw invalid('a URL begins with http:// or https:// and a host');
  // RFC 3986 §3.5: a fragment never reaches a server.
  const target = url.split('#', 1)[0] ?? '';
  const found: T[] = [];
  const refused: unknown[] = [];
  for (const mount of mounts) {
    const below = splitTarget(target, mount);
    if (below === undefined) continue;
    try {
      found.push(requestable(() => read(below)));
    } catch (error) {
      refused.push(error);
    }
  }
  if (found.length > 0) return found;
  throw refused[0] ?? invalid(`the URL lies below none of the mounts that are known (${namesOf(mounts)})`);
}

function namesOf(mounts: readonly string[]): string {
  return mounts.map((mount) => mount || '/').join(', ') || 'none so far; give { path } instead';
}
