import { betweenNeighbours } from './field-kinds.ts';
import { type HttpHeaders, header } from './message.ts';

const notEndToEnd = new Set(betweenNeighbours);

/** What decides who may keep an answer and for whom, and what its bytes are. */
function isForAll(name: string): boolean {
  return deciding.has(name) || name.endsWith('cache-control');
}

const deciding = new Set([
  ...['age', 'content-encoding', 'content-type', 'date', 'etag', 'expires', 'last-modified', 'set-cookie'],
  ...['surrogate-control', 'vary'],
]);

/**
 * The end-to-end fields of a response: without those between neighbours and whatever Connection names (RFC 9110 §7.6.1).
 * Each is one line, several joined with commas; Set-Cookie stays as it came, because its lines cannot be joined.
 *
 * @param headers lower-case names.
 */
export function endToEnd(headers: HttpHeaders): HttpHeaders {
  const named = new Set(
    header(headers, 'connection')
      ?.split(',')
      .map((option) => option.trim().toLowerCase()),
  );
  // RFC 9110 §7.6.1: never appropriate there. Dropped, they would make public what is private.
  for (const name of named) if (isForAll(name)) named.delete(name);
  const kept = Object.keys(headers).filter((name) => !notEndToEnd.has(name) && !named.has(name));
  return Object.fromEntries(kept.map((name) => [name, name === 'set-cookie' ? headers[name] : header(headers, name)]));
}
