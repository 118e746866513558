import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { TintypeError } from '../errors.ts';
import { checkOptions, type Expectation, expectations } from '../options.ts';

/** How URLs are signed. */
export interface SigningOptions {
  /**
   * Secrets of at least 16 bytes of UTF-8 each; 32 random ones are good. The first signs, all verify, so that one can
   * replace another.
   */
  readonly keys: string | readonly string[];
  /**
   * Whether URLs without a signature are refused. `false` is for the time in which an application begins to sign: a
   * signature that is there is verified, but whoever leaves it out is served.
   * @default true
   */
  readonly required?: boolean;
}

/** Signs messages and verifies signatures. */
export interface Signer {
  /** Gives the HMAC-SHA256 of a message in base64url (RFC 4648 §5) without padding: 43 characters. */
  sign(message: string): string;
  /** Whether it is the one signature of the message by any of the keys. Takes as long whichever key it is, or none. */
  verify(message: string, signature: string): boolean;
  /** @throws TintypeError `SIGNATURE_INVALID` where a message is not signed as the options want it. */
  check(message: string, signature: string | undefined): void;
}

const leastKeyBytes = 16;

// Whoever checks the keys says nothing of what they are: the text of an error ends in logs.
const anything: Expectation = ['anything', () => true];

/** What each of the options accepts, the keys aside. */
const signingExpectations: Readonly<Record<keyof SigningOptions, Expectation>> = {
  keys: anything,
  required: expectations.boolean,
};

/**
 * Creates what signs and verifies.
 *
 * @throws TypeError naming the option and what was expected, but never a key.
 */
export function createSigner(options: SigningOptions): Signer {
  const { secrets, required } = signingSecrets(options, leastKeyBytes);
  const [first, ...others] = secrets.map((secret) => createSecretKey(secret, 'utf8')) as [KeyObject, ...KeyObject[]];

  const verify = (message: string, signature: string): boolean => {
    const digest = decodeSignature(signature);
    if (digest === undefined) return false;
    let isValid = false;
    for (const key of [first, ...others]) isValid = timingSafeEqual(digestOf(key, message), digest) || isValid;
    return isValid;
  };

  return {
    sign: (message) => digestOf(first, message).toString('base64url'),
    verify,
    check(message, signature) {
      if (signature === undefined && !required) return;
      if (signature === undefined || !verify(message, signature)) throw new TintypeError('SIGNATURE_INVALID');
    },
  };
}

/**
 * The checked options of signatures.
 *
 * @param leastBytes of a key, in UTF-8.
 * @returns at least one secret.
 * @throws TypeError naming the option and what was expected, but never a key.
 */
export function signingSecrets(
  options: SigningOptions,
  leastBytes: number,
): { readonly secrets: readonly string[]; readonly required: boolean } {
  checkSecretly(options);
  return { secrets: secretsOf(options.keys, leastBytes), required: options.required ?? true };
}

function digestOf(key: KeyObject, message: string): Buffer {
  return createHmac('sha256', key).update(message, 'utf8').digest();
}

/** The 32 bytes that a signature spells; undefined for every spelling but the one that we write (RFC 4648 §3.5). */
function decodeSignature(signature: string): Buffer | undefined {
  if (!/^[\w-]{43}$/.test(signature)) return undefined;
  const digest = Buffer.from(signature, 'base64url');
  return digest.toString('base64url') === signature ? digest : undefined;
}

function checkSecretly(options: unknown): asserts options is SigningOptions {
  // What stands in the place of an object is most likely a key.
  if (!expectations.object[1](options))
    throw new TypeError(`Expected an object for signing but received ${kindOf(options)}`);
  checkOptions('signing', options, signingExpectations);
}

function secretsOf(keys: unknown, leastBytes: number): readonly string[] {
  const secrets: readonly unknown[] = Array.isArray(keys) ? keys : [keys];
  const wrong = secrets.findIndex((secret) => typeof secret !== 'string' || Buffer.byteLength(secret) < leastBytes);
  if (wrong === -1 && secrets.length > 0) return secrets as readonly string[];
  const received = secrets.length === 0 ? 'an empty list' : kindOf(secrets[wrong]);
  const expected = `a string of at least ${leastBytes} bytes, or a list of them,`;
  throw new TypeError(`Expected ${expected} for signing.keys but received ${received}`);
}

/** What a value is, without what it says. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') return `a string of ${Buffer.byteLength(value)} bytes`;
  if (Array.isArray(value)) return 'a list';
  return value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;
}
