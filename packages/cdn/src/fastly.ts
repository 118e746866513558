import { createEdge, type Edge, type EdgeOptions, inBatches } from './edge.ts';
import { checkEdgeOptions, checkSecret, common, matching, toBase } from './options.ts';
import { send } from './send.ts';

/** Options of {@link fastly}. */
export interface FastlyOptions extends EdgeOptions {
  /** Id of the service. */
  readonly service: string;
  /** An API token that may purge: scope `purge_select`. */
  readonly token: string;
  /** Another server that speaks Fastly's API. @default https://api.fastly.com */
  readonly api?: string | URL | undefined;
}

/** Keys that a batch may have (fastly.com, API reference, Purging). */
const batchSize = 256;

/**
 * Fastly, purged by surrogate keys, and softly by soft purges.
 *
 * @throws TypeError where an option is wrong.
 */
export function fastly(options: FastlyOptions): Edge {
  const expected = {
    service: matching('the id of a service', /^[\dA-Za-z]+$/),
    token: common.looked,
    api: common.looked,
  };
  checkEdgeOptions('fastly', options, expected, ['service']);
  checkSecret('fastly.token', options.token);
  const { service, token } = options;
  const url = `${toBase('fastly.api', options.api ?? 'https://api.fastly.com')}/service/${service}/purge`;

  return createEdge('fastly', [{ header: 'Surrogate-Key', maxBytes: 8000 }], options, ({ keys, mode }) =>
    inBatches(keys, batchSize).map((batch) => ({
      name: `${batch.length} keys`,
      run: (time) => {
        const headers = {
          'fastly-key': token,
          accept: 'application/json',
          'content-type': 'application/json',
          ...(mode === 'soft' ? { 'fastly-soft-purge': '1' } : {}),
        };
        const body = JSON.stringify({ surrogate_keys: batch });
        return send({ prepare: () => ({ method: 'POST', url, headers, body }), time });
      },
    })),
  );
}
