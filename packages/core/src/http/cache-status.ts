import { parseList } from 'structured-headers';

/** How an answer came about, in the words of RFC 9211. */
export interface CacheStatus {
  /** A stored answer served without asking the origin. */
  readonly hit: boolean;
  /** Why the cache went further: nothing stored, or not for such a request, or it had to be asked about. */
  readonly forward?: 'uri-miss' | 'vary-miss' | 'stale' | undefined;
  /** The origin's status where it was asked. */
  readonly forwardStatus?: number | undefined;
  /** Whether the answer is now stored. */
  readonly stored?: boolean | undefined;
  /** Whether it waited for another request's work. */
  readonly collapsed?: boolean | undefined;
  /** Remaining freshness in seconds, negative where stale. */
  readonly ttl?: number | undefined;
  /** The layer that had the bytes, or `render`. */
  readonly detail?: string | undefined;
}

/** Writes our member of a Cache-Status field (RFC 9211 §2). */
export function formatCacheStatus(status: CacheStatus): string {
  const parts: (string | undefined)[] = [
    'tintype',
    status.hit ? 'hit' : undefined,
    status.hit || status.forward === undefined ? undefined : `fwd=${status.forward}`,
    status.forwardStatus === undefined ? undefined : `fwd-status=${status.forwardStatus}`,
    status.ttl === undefined ? undefined : `ttl=${Math.floor(status.ttl)}`,
    status.stored ? 'stored' : undefined,
    status.collapsed ? 'collapsed' : undefined,
    status.detail === undefined ? undefined : `detail=${tokenOrString(status.detail)}`,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}

/** Whether a field is a list of RFC 9651 with something in it, so that a member may be added. */
export function isStructuredList(field: string): boolean {
  try {
    return parseList(field).length > 0;
  } catch {
    return false;
  }
}

/** RFC 9651 §3.3.3 and §3.3.4. A store names its own layer. */
function tokenOrString(text: string): string {
  if (/^[a-z*][\w!#$%&'*+.^`|~:/-]*$/i.test(text)) return text;
  return `"${text.replace(/[^ -~]/g, '?').replace(/["\\]/g, '\\$&')}"`;
}
