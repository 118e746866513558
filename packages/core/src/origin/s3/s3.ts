import { type Clock, systemClock } from '../../clock.ts';
import { checkOptions, type Expectation, expectations } from '../../options.ts';
import type { Origin, OriginRequest, OriginResponse } from '../origin.ts';
import { isCanonicalPath } from '../path.ts';
import { toAnswer } from '../upstream/answer.ts';
import { discard } from '../upstream/body.ts';
import { checkHeaders, conditions } from '../upstream/fields.ts';
import { createUpstream, type Exchange, type Fields, upstreamExpectations } from '../upstream/upstream.ts';
import { isCredentials, readCredentials, type S3CredentialSource } from './credentials.ts';
import { readFailure, toS3Error } from './failure.ts';
import { locate } from './place.ts';
import { encodeKey, signatureFields } from './sign.ts';

/** Options of {@link s3}. */
export interface S3Options {
  /** The bucket whose objects are the originals. */
  readonly bucket: string;
  /**
   * The region of the bucket; some other services than AWS want `auto`.
   *
   * @default `us-east-1`
   */
  readonly region?: string | undefined;
  /**
   * Another server that speaks S3, such as `http://127.0.0.1:9000`: MinIO, R2, B2 and many more.
   *
   * @default AWS in the region
   */
  readonly endpoint?: string | URL | undefined;
  /**
   * Keys that sign the requests, or a function that gives them anew for each.
   *
   * @default none: requests are not signed, and the objects must be public
   */
  readonly credentials?: S3CredentialSource | undefined;
  /**
   * The folder of the bucket in which the originals are, such as `photos/2024`.
   *
   * @default the whole bucket
   */
  readonly prefix?: string | undefined;
  /**
   * Whether the bucket stands in the path of the URLs, not in the host.
   *
   * @default true with an `endpoint`, or where the bucket has a dot in its name
   */
  readonly pathStyle?: boolean | undefined;
  /**
   * Whether a 403 AccessDenied means that there is no such object: what S3 answers for a missing one to who may not list
   * the bucket. With it an access that was lost looks like an empty bucket.
   *
   * @default false with credentials, true without
   */
  readonly forbiddenIsMissing?: boolean | undefined;
  /**
   * Names the origin in keys.
   *
   * @default `s3:`, endpoint, bucket and prefix
   */
  readonly name?: string | undefined;
  /**
   * Seconds in which an original must have arrived whole, connecting and credentials included.
   *
   * @default 10
   */
  readonly timeout?: number | undefined;
  /**
   * How many sockets are open at once; further requests wait for one.
   *
   * @default 32
   */
  readonly connections?: number | undefined;
  /**
   * Tells the time that is signed.
   *
   * @default the machine's clock
   */
  readonly clock?: Clock | undefined;
}

const missing: OriginResponse = { status: 404, headers: {} };

const expected: Readonly<Record<string, Expectation>> = {
  ...upstreamExpectations,
  bucket: expectations.text,
  region: ['the name of a region', (value) => typeof value === 'string' && /^[a-z\d-]+$/.test(value)],
  endpoint: ['an http or https URL', (value) => typeof value === 'string' || value instanceof URL],
  // Looked at by hand: a message would show them.
  credentials: ['anything', () => true],
  prefix: expectations.text,
  pathStyle: expectations.boolean,
  forbiddenIsMissing: expectations.boolean,
  clock: expectations.clock,
};

/**
 * An origin whose originals are the objects of a bucket of Amazon S3, or of whatever else speaks S3. The key is the path
 * without its leading slash, below the prefix.
 *
 * @throws TypeError where an option is wrong.
 */
export function s3(options: S3Options): Origin {
  checkOptions('s3', options, expected);
  const { credentials, region = 'us-east-1', clock = systemClock } = options;
  checkCredentials(credentials);
  const prefix = (options.prefix ?? '').replace(/^\/+|\/+$/g, '');
  const place = locate({ ...options, region });
  const { name = ['s3:', place.endpoint, '/', options.bucket, prefix === '' ? '' : `/${prefix}`].join('') } = options;
  const { timeout = 10, connections = 32, forbiddenIsMissing = credentials === undefined } = options;
  const upstream = createUpstream({ timeout, connections });
  const fixed = checkHeaders('s3', {});

  const sign = async (path: string): Promise<Fields> => {
    if (credentials === undefined) return {};
    const keys = await readCredentials(credentials);
    return signatureFields({ host: place.host, path, region, now: clock.now() }, keys);
  };
  const readKey = async (key: string, request: OriginRequest, exchange: Exchange): Promise<OriginResponse> => {
    const path = `${place.base}/${encodeKey(key)}`;
    const fields = { ...fixed, ...conditions(request), ...(await sign(path)) };
    const response = await exchange.get({ origin: place.origin, path, fields });
    if (response.statusCode === 200 || response.statusCode === 304) return toAnswer(response, request, exchange.signal);
    const failure = await readFailure(response);
    discard(response.body, exchange.signal);
    const isMissing = failure.status === 403 ? forbiddenIsMissing && isDenial(failure.code) : isAbsence(failure);
    if (isMissing) return missing;
    throw toS3Error(failure);
  };
  return {
    name,
    keepOriginals: true,
    read: (path, request) =>
      upstream.exchange(request.signal, async (exchange) => {
        if (!isCanonicalPath(path)) return missing;
        return readKey(prefix === '' ? path.slice(1) : prefix + path, request, exchange);
      }),
    close: () => upstream.close(),
  };
}

/** A page without a code is taken at its status. */
function isDenial(code: string | undefined): boolean {
  return code === undefined || code === 'AccessDenied';
}

/** A bucket that is not there must not look like an empty one. */
function isAbsence({ status, code }: { readonly status: number; readonly code: string | undefined }): boolean {
  return status === 404 && code !== 'NoSuchBucket';
}

function checkCredentials(credentials: unknown): void {
  if (credentials === undefined || typeof credentials === 'function' || isCredentials(credentials)) return;
  throw new TypeError('Expected accessKeyId and secretAccessKey, or a function, for s3.credentials');
}
