/** Where the objects of a bucket are. */
export interface Place {
  /** The service as it was named: scheme, host, port, and a path where it has one. */
  readonly endpoint: string;
  /** Scheme, host and port that are asked. */
  readonly origin: string;
  /** Host and port that are asked. */
  readonly host: string;
  /** What stands in the path before the slash and the key. */
  readonly base: string;
}

/** What says where a bucket is: options of {@link s3}. */
export interface PlaceOptions {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint?: string | URL | undefined;
  readonly pathStyle?: boolean | undefined;
}

/**
 * Finds where the objects of a bucket are.
 *
 * @throws TypeError where bucket or endpoint are none, or do not go together.
 */
export function locate({ bucket, region, endpoint, pathStyle }: PlaceOptions): Place {
  // Required, but callers of plain JavaScript forget it: undefined as text would be a name.
  if (typeof bucket !== 'string' || !/^[a-z\d][\w.-]{1,62}$/i.test(bucket)) {
    throw new TypeError(`Expected the name of a bucket for s3.bucket but received ${JSON.stringify(bucket)}`);
  }
  const url = parseEndpoint(endpoint ?? `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`);
  const path = url.pathname.replace(/\/+$/, '');
  // A certificate for *.s3.amazonaws.com holds for one label.
  const isInPath = pathStyle ?? (endpoint !== undefined || bucket.includes('.'));
  const host = isInPath ? url.host : `${bucket}.${url.host}`;
  const origin = `${url.protocol}//${host}`;
  if (!URL.canParse(origin)) throw new TypeError('Expected true for s3.pathStyle: no host can begin with the bucket');
  return { endpoint: url.origin + path, origin, host, base: isInPath ? `${path}/${bucket}` : path };
}

function parseEndpoint(endpoint: string | URL): URL {
  // The value stays out of the message: it may hold a password.
  const url = URL.canParse(String(endpoint)) ? new URL(endpoint) : undefined;
  const isPlain = url !== undefined && url.username === '' && url.password === '' && !/[?#]/.test(url.href);
  if (isPlain && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new TypeError('Expected an http or https URL without credentials, query and fragment for s3.endpoint');
}
