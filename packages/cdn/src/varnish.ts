import { createEdge, type Edge, type EdgeOptions, type EdgeTask, inBatches } from './edge.ts';
import { type ListedUrls, listedExpectations, listedOf } from './listed-urls.ts';
import { checkEdgeOptions, common, matching, oneOf, toBases } from './options.ts';
import { type EdgeRequest, send } from './send.ts';

/** Options of {@link varnish}. */
export interface VarnishOptions extends EdgeOptions {
  /** Where they listen, such as `http://10.0.0.7:6081`: each is purged. */
  readonly servers: string | URL | readonly (string | URL)[];
  /**
   * `xkey`: by the module xkey of varnish-modules, softly too. `ban`: by a ban of the same keys, which needs no module.
   * @default 'xkey'
   */
  readonly by?: 'xkey' | 'ban' | undefined;
  /** Purges exactly these URLs (`PURGE`), which needs no field on answers, in place of keys. @default keys */
  readonly byUrl?: VarnishByUrl | undefined;
}

/** How Varnish is purged by URL. */
export interface VarnishByUrl extends ListedUrls {
  /** The host that clients ask for, such as `www.example.com`: it is part of what Varnish keys by. */
  readonly host: string;
}

/** Varnish takes fields of 8 KB as it comes (http_req_hdr_len). */
const batchSize = 300;

/**
 * Varnish, with the VCL of docs/cdn.md.
 *
 * @throws TypeError where an option is wrong.
 */
export function varnish(options: VarnishOptions): Edge {
  const expected = { servers: common.looked, by: oneOf('xkey', 'ban'), byUrl: common.looked };
  checkEdgeOptions('varnish', options, expected, ['servers']);
  const servers = toBases('varnish.servers', options.servers);
  const { by = 'xkey', byUrl } = options;
  if (byUrl !== undefined) {
    const host = matching('a host', /^[\w.-]+(?::\d+)?$/);
    checkEdgeOptions('varnish.byUrl', byUrl, { host, ...listedExpectations }, ['host', 'queries', 'overlays']);
  }

  const onEach = (requestsOf: (server: string) => readonly EdgeRequest[]): readonly EdgeTask[] =>
    servers.flatMap((server) => requestsOf(server).map((request) => toTask(server, request)));
  const keyFields = byUrl === undefined ? [{ header: 'xkey', maxBytes: 4000 }] : [];
  return createEdge('varnish', keyFields, options, (purged) => {
    if (byUrl === undefined) {
      const batches = inBatches(purged.keys, batchSize);
      const write = by === 'ban' ? banOf : purgeOf(purged.mode === 'soft' ? 'xkey-softpurge' : 'xkey-purge');
      return onEach((server) => batches.map((keys) => write(server, keys)));
    }
    const targets = listedOf(purged, byUrl);
    return onEach((server) =>
      targets.map((target) => ({ method: 'PURGE', url: server + target, headers: { host: byUrl.host } })),
    );
  });
}

/** Keys are letters and digits, so that nothing else can come into the expression. */
function banOf(server: string, keys: readonly string[]): EdgeRequest {
  return { method: 'BAN', url: `${server}/`, headers: { 'xkey-ban': keys.join('|') } };
}

const purgeOf =
  (field: string) =>
  (server: string, keys: readonly string[]): EdgeRequest => ({
    method: 'PURGE',
    url: `${server}/`,
    headers: { [field]: keys.join(' ') },
  });

function toTask(server: string, request: EdgeRequest): EdgeTask {
  return { name: new URL(server).host, run: (time) => send({ prepare: () => request, time }) };
}
