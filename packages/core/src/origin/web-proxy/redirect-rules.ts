import type { Allows } from './allow.ts';
import { forbidden } from './forbidden.ts';

/**
 * Lets a redirect be followed to what could have been asked for at once, and not from https to http.
 *
 * @param from scheme, host and port of what redirects.
 * @throws TintypeError `FORBIDDEN`.
 */
export function checkRedirect(to: URL, from: string, allows: Allows): void {
  if (to.protocol !== 'https:' && to.protocol !== 'http:') throw forbidden(`a redirect leads to ${to.protocol}`);
  if (to.protocol === 'http:' && from.startsWith('https:')) throw forbidden('a redirect leads from https to http');
  if (to.username !== '' || to.password !== '') throw forbidden('a redirect leads to a URL with credentials');
  if (!allows(to)) throw forbidden(`a redirect leads to ${to.origin}, which is not allowed`);
}
