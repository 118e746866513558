import type { Purged } from '@tintype/core';
import { createEdge, type Edge, type EdgeOptions, inBatches } from './edge.ts';
import { checkEdgeOptions, checkSecret, common, listMatching, matching, toBase } from './options.ts';
import { type ByUrlOptions, overlaysExpectation, placesOf } from './places.ts';
import { send, type Verdict, verdictOf } from './send.ts';

/** Options of {@link cloudflare}. */
export interface CloudflareOptions extends EdgeOptions {
  /** Id of the zone. */
  readonly zone: string;
  /** An API token that may purge the cache of the zone. */
  readonly token: string;
  /** Purges by prefixes of URLs, which need no field on answers, in place of tags. @default tags */
  readonly byUrl?: CloudflareByUrl | undefined;
  /** Another server that speaks Cloudflare's API. @default https://api.cloudflare.com/client/v4 */
  readonly api?: string | URL | undefined;
}

/** How Cloudflare is purged by prefixes of URLs. */
export interface CloudflareByUrl extends ByUrlOptions {
  /** Hosts under which the pictures are found, such as `['www.example.com']`. */
  readonly hosts: readonly string[];
}

/** Operations that a request may have, and separators a prefix (developers.cloudflare.com, Purge cache). */
const batchSize = 100;
const mostSeparators = 31;

/**
 * Cloudflare, purged by cache tags, or by prefixes of URLs, which remove all queries below them. A soft purge is a whole
 * one: it knows no other.
 *
 * @throws TypeError where an option is wrong.
 */
export function cloudflare(options: CloudflareOptions): Edge {
  const zone = matching('the id of a zone: 32 hexadecimal digits', /^[\da-f]{32}$/i);
  const expected = { zone, token: common.looked, byUrl: common.looked, api: common.looked };
  checkEdgeOptions('cloudflare', options, expected, ['zone']);
  checkSecret('cloudflare.token', options.token);
  const { byUrl, token } = options;
  if (byUrl !== undefined) checkByUrl(byUrl);
  const api = toBase('cloudflare.api', options.api ?? 'https://api.cloudflare.com/client/v4');
  const url = `${api}/zones/${options.zone}/purge_cache`;
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' };

  const keyFields = byUrl === undefined ? [{ header: 'Cache-Tag', separator: ',', maxBytes: 8000 } as const] : [];
  return createEdge('cloudflare', keyFields, options, (purged) => {
    const [kind, items] = byUrl === undefined ? ['tags', purged.keys] : ['prefixes', prefixesOf(purged, byUrl)];
    return inBatches(items, batchSize).map((batch) => ({
      name: `${batch.length} ${kind}`,
      run: (time) => {
        const body = JSON.stringify({ [kind]: batch });
        return send({ prepare: () => ({ method: 'POST', url, headers, body }), judge: judgeAnswer, time });
      },
    }));
  });
}

function checkByUrl(byUrl: CloudflareByUrl): void {
  const hosts = listMatching('a list of hosts such as "www.example.com"', /^[\w.-]+(?::\d+)?$/);
  checkEdgeOptions('cloudflare.byUrl', byUrl, { hosts, overlays: overlaysExpectation }, ['hosts', 'overlays']);
  if (byUrl.hosts.length === 0) throw new TypeError('Expected a host, or several, for cloudflare.byUrl.hosts');
}

function prefixesOf(purged: Purged, { hosts, overlays }: CloudflareByUrl): readonly string[] {
  const { paths, beginnings } = placesOf(purged, overlays);
  // A prefix has no query, and takes all queries of what it names.
  const prefixes = hosts.flatMap((host) => [...paths, ...beginnings].map((path) => host + path));
  const deep = prefixes.find((prefix) => prefix.split('/').length > mostSeparators + 1);
  if (deep !== undefined) throw new Error(`cannot purge a prefix with more than ${mostSeparators} separators`);
  return prefixes;
}

/** Its word counts, whatever the status. */
function judgeAnswer(status: number, body: string): Verdict {
  const verdict = verdictOf(status);
  if (verdict === 'again') return 'again';
  const { success, errors } = readAnswer(body);
  if (verdict === 'done' && success === true) return 'done';
  const codes = Array.isArray(errors) ? errors.map((error) => Number(error?.code)).filter(Number.isInteger) : [];
  const said = codes.length === 0 ? '' : ` with code ${codes.join(', ')}`;
  return { refused: verdict === 'done' ? `answered ${status} without success${said}` : `${verdict.refused}${said}` };
}

function readAnswer(body: string): { readonly success?: unknown; readonly errors?: unknown } {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}
