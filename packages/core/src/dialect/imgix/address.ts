import { TintypeError } from '../../errors.ts';
import type { Target } from '../../http/target.ts';
import { canonicalPath } from '../../origin/path.ts';

/** Where addresses of layers lead. */
export interface Addresses {
  /** Hosts under which the endpoint itself is seen, lower case, with a port where they have one. */
  readonly hosts: readonly string[];
  /** The path below which it is mounted there. */
  readonly mount: string;
}

/** What an address of a layer leads to: an original, and the query that is this dialect's. */
export interface Address {
  /** Canonical. */
  readonly path: string;
  readonly query: string;
}

/**
 * Reads the address of a picture that is laid on: a path of the origin, a URL of the endpoint itself, or one that the
 * origin takes as a path.
 *
 * @throws TintypeError `INVALID_PARAMETER` for the typesetting endpoint, and what {@link canonicalPath} throws.
 */
export function readAddress(parameter: string, address: string, addresses: Addresses): Address {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  if (/[\x00-\x1f\x7f]/.test(address)) {
    throw new TintypeError('MALFORMED_REQUEST', { message: `${parameter}: holds characters that are in no path.` });
  }
  const target = targetOf(address, addresses);
  if (target === undefined) return { path: canonicalPath(`/${encodeURIComponent(address)}`), query: '' };
  if (target.path.startsWith('/~text')) {
    const message = `${parameter}: the typesetting endpoint is not built; txt lays words on a picture.`;
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  return { path: canonicalPath(target.path), query: target.query };
}

/** The target below the mount; undefined for a URL of somebody else's. */
function targetOf(address: string, { hosts, mount }: Addresses): Target | undefined {
  const [, host, rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(address) ?? [];
  if (host === undefined) return split(address.startsWith('/') ? address : `/${address}`);
  if (!hosts.includes(host.toLowerCase())) return undefined;
  return split(rest.startsWith(`${mount}/`) ? rest.slice(mount.length) : rest);
}

function split(text: string): Target {
  const mark = text.indexOf('?');
  return mark === -1 ? { path: text, query: '' } : { path: text.slice(0, mark), query: text.slice(mark + 1) };
}
