/** Whose requests they are. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** Credentials, or a function that gives them anew for each request: the provider of an AWS SDK is one. */
export type S3CredentialSource = S3Credentials | (() => Promise<S3Credentials> | S3Credentials);

/** RFC 9110 §5.5: they travel in header fields. */
const visible = /^[\x21-\x7e]+$/;

/**
 * Whether a value is a pair of keys, perhaps with a token. Keys that are empty or not visible ASCII are refused, as what a
 * forgotten variable of the environment leaves.
 */
export function isCredentials(value: unknown): value is S3Credentials {
  if (typeof value !== 'object' || value === null) return false;
  const { accessKeyId, secretAccessKey, sessionToken } = value as Record<string, unknown>;
  return isKey(accessKeyId) && isKey(secretAccessKey) && (sessionToken === undefined || isKey(sessionToken));
}

/**
 * The credentials for one request.
 *
 * @param option the name of the option that holds the function.
 * @throws Error where the function gives none; what it throws itself. No message holds a key.
 */
export async function readCredentials(source: S3CredentialSource, option = 's3.credentials'): Promise<S3Credentials> {
  const given: unknown = typeof source === 'function' ? await source() : source;
  if (!isCredentials(given)) throw new Error(`the function ${option} gave no accessKeyId and secretAccessKey`);
  return given;
}

function isKey(value: unknown): value is string {
  return typeof value === 'string' && visible.test(value);
}
