import { type HttpHeaders, header } from '../../http/message.ts';
import type { OriginRequest } from '../origin.ts';
import { OriginStatusError } from '../status-error.ts';
import { readBody } from '../upstream/body.ts';
import type { UpstreamResponse } from '../upstream/upstream.ts';

/** Bytes of an error's page that are read. */
const maxPage = 65_536;

const elsewhere = 'the bucket is in another region, or at another endpoint';

/** What an operator should know beside S3's own word. */
const remedies: Readonly<Record<string, string>> = {
  AccessDenied:
    'the credentials may not read the object, or it is not there: S3 says so only to who may list the bucket ' +
    '(s3:ListBucket); forbiddenIsMissing takes it for missing',
  AuthorizationHeaderMalformed: elsewhere,
  IllegalLocationConstraintException: elsewhere,
  InvalidObjectState: 'the object is archived and must be restored',
  NoSuchBucket: 'there is no such bucket at this endpoint',
  PermanentRedirect: elsewhere,
  RequestTimeTooSkewed: "this machine's clock is more than 15 minutes off",
  SignatureDoesNotMatch: 'secretAccessKey is wrong, or something between changes the request',
  TemporaryRedirect: elsewhere,
};

/** An answer of S3 without the object. */
export interface S3Failure {
  readonly status: number;
  /** S3's word for it, such as `NoSuchKey`; undefined where the answer has none. */
  readonly code: string | undefined;
  readonly headers: HttpHeaders;
}

/** Reads what S3 says of an answer that has no object. */
export async function readFailure(response: UpstreamResponse): Promise<S3Failure> {
  const { statusCode: status, headers } = response;
  const page = await readPage(response);
  return { status, code: /<Code>(\w{1,64})<\/Code>/.exec(page)?.[1], headers };
}

/** The failure as a cause. Of its page only the code is repeated, since the rest may hold what was sent. */
export function toS3Error({ status, code, headers }: S3Failure): OriginStatusError {
  const region = /^[a-z\d-]{1,32}$/.exec(header(headers, 'x-amz-bucket-region') ?? '')?.[0];
  const isElsewhere = status === 301 || status === 307;
  const remedy = remedies[code ?? ''] ?? (isElsewhere ? elsewhere : undefined);
  const told = [
    `S3 answered ${status}${code === undefined ? '' : ` ${code}`}`,
    ...(remedy === undefined ? [] : [remedy]),
    ...(remedy === elsewhere && region !== undefined ? [`its region is ${region}`] : []),
  ];
  return new OriginStatusError(status, told.join(': '));
}

async function readPage(response: UpstreamResponse): Promise<string> {
  const request: Pick<OriginRequest, 'maxBytes' | 'passthrough'> = { maxBytes: maxPage, passthrough: true };
  try {
    return Buffer.from(await readBody(response, request)).toString();
  } catch {
    // The status is known, and says more than what became of its page.
    return '';
  }
}
