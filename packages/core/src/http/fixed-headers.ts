import { type HttpHeaders, header } from './message.ts';
import type { MountOptions } from './mount.ts';

/** What the fields depend on that every answer of ours carries. */
export interface FixedContext {
  readonly headers: HttpHeaders;
  readonly mount: MountOptions;
  readonly acceptCh?: string | undefined;
}

/** Fields that every answer of ours carries, errors and 304s too: some middleware above us would set others. */
export function fixedHeaders({ headers, mount, acceptCh }: FixedContext): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    // Pictures behind a login are for pages of the same site.
    'cross-origin-resource-policy': mount.visibility === 'private' ? 'same-site' : 'cross-origin',
    ...(acceptCh === undefined ? {} : { 'accept-ch': acceptCh }),
    ...corsHeaders(mount.cors ?? false, header(headers, 'origin')),
  };
}

function corsHeaders(cors: NonNullable<MountOptions['cors']>, origin: string | undefined): Record<string, string> {
  if (cors === false) return {};
  if (cors === true) return { 'access-control-allow-origin': '*', 'access-control-expose-headers': exposed };
  const allowed = typeof cors === 'string' ? [cors] : cors;
  if (origin === undefined || !allowed.includes(origin)) return { vary: 'Origin' };
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed, vary: 'Origin' };
}

const exposed = 'Accept-Ranges, Age, Cache-Status, Content-Length, Content-Range, ETag';
