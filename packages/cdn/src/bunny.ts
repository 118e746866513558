import { createEdge, type Edge, type EdgeOptions } from './edge.ts';
import { checkEdgeOptions, checkSecret, common, toBase } from './options.ts';
import { send } from './send.ts';

/** Options of {@link bunny}. */
export interface BunnyOptions extends EdgeOptions {
  /** Number of the pull zone. */
  readonly pullZone: number;
  /** The API key of the account. */
  readonly accessKey: string;
  /** Another server that speaks Bunny's API. @default https://api.bunny.net */
  readonly api?: string | URL | undefined;
}

/**
 * Bunny, purged by tags: one request for each, as its API has it. A soft purge is a whole one: it knows no other.
 *
 * @throws TypeError where an option is wrong.
 */
export function bunny(options: BunnyOptions): Edge {
  const isNumber = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
  checkEdgeOptions(
    'bunny',
    options,
    { pullZone: ['the number of a pull zone', isNumber], accessKey: common.looked, api: common.looked },
    ['pullZone'],
  );
  checkSecret('bunny.accessKey', options.accessKey);
  const url = `${toBase('bunny.api', options.api ?? 'https://api.bunny.net')}/pullzone/${options.pullZone}/purgeCache`;
  const headers = { accesskey: options.accessKey, accept: 'application/json', 'content-type': 'application/json' };

  // docs.bunny.net, Purge Cache: 1024 bytes in all.
  return createEdge('bunny', [{ header: 'CDN-Tag', separator: ',', maxBytes: 1024 }], options, ({ keys }) =>
    keys.map((key) => ({
      name: `tag ${key}`,
      run: (time) => {
        const body = JSON.stringify({ CacheTag: key });
        return send({ prepare: () => ({ method: 'POST', url, headers, body }), time });
      },
    })),
  );
}
