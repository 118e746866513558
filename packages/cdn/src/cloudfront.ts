import type { Purged, S3CredentialSource } from '@tintype/core';
import { isCredentials, readCredentials } from '@tintype/core/internal';
import aws4 from 'aws4';
import { createEdge, type Edge, type EdgeOptions, inBatches } from './edge.ts';
import { checkEdgeOptions, common, matching, toBase } from './options.ts';
import { type ByUrlOptions, overlaysExpectation, placesOf } from './places.ts';
import { type EdgeRequest, send, type Verdict, verdictOf } from './send.ts';

/** Options of {@link cloudfront}. */
export interface CloudfrontOptions extends EdgeOptions {
  /** Id of the distribution. */
  readonly distribution: string;
  /**
   * Keys that may `cloudfront:CreateInvalidation`, or a function that gives them anew for each request: the provider of an
   * AWS SDK is one.
   */
  readonly credentials: S3CredentialSource;
  /** The field named in the distribution's `CacheTagConfig`. @default 'Cache-Tag' */
  readonly header?: string | undefined;
  /** Invalidates paths with a `*`, which needs no `CacheTagConfig`, in place of tags. @default tags */
  readonly byUrl?: ByUrlOptions | undefined;
  /** Another server that speaks CloudFront's API. @default https://cloudfront.amazonaws.com */
  readonly api?: string | URL | undefined;
}

/** What may be in progress at once (AWS, CloudFront Developer Guide, quotas on invalidations). */
const mostTags = 3000;
const mostWildcards = 15;

/**
 * CloudFront, invalidated by cache tags, or by paths with a wildcard. It is told, and not waited for: an invalidation takes
 * seconds to reach all places. A soft purge is a whole one: it knows no other.
 *
 * @throws TypeError where an option is wrong.
 */
export function cloudfront(options: CloudfrontOptions): Edge {
  checkOptions(options);
  const { distribution, credentials, header = 'Cache-Tag', byUrl } = options;
  const api = toBase('cloudfront.api', options.api ?? 'https://cloudfront.amazonaws.com');
  const url = `${api}/2020-05-31/distribution/${distribution}/invalidation`;

  const keyFields = byUrl === undefined ? [{ header, separator: ',', maxKeys: 50, maxBytes: 8000 } as const] : [];
  return createEdge('cloudfront', keyFields, options, (purged) => {
    const items = byUrl === undefined ? purged.keys.map((key) => `#${key}`) : wildcardsOf(purged, byUrl);
    return inBatches(items, byUrl === undefined ? mostTags : mostWildcards).map((batch, index) => {
      // The same each time: repeated, it is one invalidation.
      const body = invalidationOf(`tintype-${purged.id}-${index}`, batch);
      return {
        name: `${batch.length} ${byUrl === undefined ? 'tags' : 'paths'}`,
        run: (time) => send({ prepare: () => signed(url, body, credentials), judge: judgeAnswer, time }),
      };
    });
  });
}

function checkOptions(options: CloudfrontOptions): void {
  const distribution = matching('the id of a distribution', /^[\dA-Z]+$/);
  const { looked: credentials, header } = common;
  const expected = { distribution, credentials, header, byUrl: common.looked, api: common.looked };
  checkEdgeOptions('cloudfront', options, expected, ['distribution']);
  const { byUrl } = options;
  if (byUrl !== undefined) {
    checkEdgeOptions('cloudfront.byUrl', byUrl, { overlays: overlaysExpectation }, ['overlays']);
  }
  if (typeof options.credentials === 'function' || isCredentials(options.credentials)) return;
  throw new TypeError('Expected accessKeyId and secretAccessKey, or a function, for cloudfront.credentials');
}

function wildcardsOf(purged: Purged, { overlays }: ByUrlOptions): readonly string[] {
  const { paths, beginnings } = placesOf(purged, overlays);
  return [...paths, ...beginnings].map((path) => `${path}*`);
}

/** The body of CreateInvalidation, API version 2020-05-31. */
function invalidationOf(reference: string, items: readonly string[]): string {
  const paths = items.map((item) => `<Path>${escapeText(item)}</Path>`).join('');
  return (
    '<?xml version="1.0" encoding="UTF-8"?>' +
    '<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">' +
    `<CallerReference>${reference}</CallerReference>` +
    `<Paths><Items>${paths}</Items><Quantity>${items.length}</Quantity></Paths></InvalidationBatch>`
  );
}

/** Paths come percent-encoded, but for sub-delims. */
function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Signature Version 4, of whatever region the distribution serves: the API has one. */
async function signed(url: string, body: string, source: S3CredentialSource): Promise<EdgeRequest> {
  const { sessionToken, ...keys } = await readCredentials(source, 'cloudfront.credentials');
  const { host, pathname: path } = new URL(url);
  const { headers = {} } = aws4.sign(
    {
      service: 'cloudfront',
      region: 'us-east-1',
      method: 'POST',
      host,
      path,
      body,
      headers: { 'content-type': 'text/xml' },
    },
    sessionToken === undefined ? keys : { ...keys, sessionToken },
  );
  const fields = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const sent = fields.filter(([name]) => name !== 'host' && name !== 'content-length');
  return { method: 'POST', url, headers: Object.fromEntries(sent), body };
}

/** Too many at once is a 400, and passes; so does what AWS calls throttling. */
function judgeAnswer(status: number, body: string): Verdict {
  const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1];
  if (code === 'TooManyInvalidationsInProgress' || code === 'Throttling') return 'again';
  const verdict = verdictOf(status);
  return typeof verdict === 'string' || code === undefined ? verdict : { refused: `${verdict.refused} ${code}` };
}
