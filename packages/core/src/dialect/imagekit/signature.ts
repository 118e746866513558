import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { TintypeError } from '../../errors.ts';
import type { Target } from '../../http/target.ts';
import { type SigningOptions, signingSecrets } from '../signature.ts';
import { type Pair, pairsOf } from './target.ts';

/** Signs URLs and verifies them, as the vendor's clients do (imagekit.io/docs, Signed URLs). */
export interface ImagekitSigner {
  /** The pairs that a URL ends in: when it expires, where it does, and its signature. */
  sign(target: Target, expires: number | undefined): readonly string[];
  /** @throws TintypeError `SIGNATURE_INVALID` where a target is not signed as the options want it. */
  check(target: Target): void;
}

/** Stands in the signed text of a URL that never expires. */
const never = '9999999999';

/**
 * Creates what signs and verifies.
 *
 * @throws TypeError naming the option and what was expected, but never a key.
 */
export function createImagekitSigner(options: SigningOptions): ImagekitSigner {
  const { secrets, required } = signingSecrets(options, 1);
  const [first, ...others] = secrets.map((secret) => createSecretKey(secret, 'utf8')) as [KeyObject, ...KeyObject[]];

  const isSigned = (message: string, signature: string): boolean => {
    if (!/^[\da-f]{40}$/.test(signature)) return false;
    const given = Buffer.from(signature, 'hex');
    let isValid = false;
    for (const key of [first, ...others]) isValid = timingSafeEqual(digestOf(key, message), given) || isValid;
    return isValid;
  };

  return {
    sign(target, expires) {
      const time = expires === undefined ? [] : [`ik-t=${expires}`];
      const message = signedText(target) + (expires ?? never);
      return [...time, `ik-s=${digestOf(first, message).toString('hex')}`];
    },
    check(target) {
      const pairs = pairsOf(target.query);
      const signature = onlyOne(pairs, 'ik-s');
      const expires = onlyOne(pairs, 'ik-t');
      if (signature === undefined && !required) return;
      if (signature === undefined || !isSigned(signedText(target) + (expires ?? never), signature)) throw unsigned();
    },
  };
}

/**
 * The text that a signature stands under: what comes after the endpoint and its slash, as it is sent, without the
 * signature and the time.
 */
function signedText({ path, query }: Target): string {
  const own = query.split('&').filter((pair) => !isMade(pair));
  const rest = own.join('&');
  return path.slice(1) + (rest === '' ? '' : `?${rest}`);
}

function isMade(pair: string): boolean {
  return /^ik-[st]=/.test(pair);
}

function digestOf(key: KeyObject, message: string): Buffer {
  return createHmac('sha1', key).update(message, 'utf8').digest();
}

/** Readers disagree on which of several counts. */
function onlyOne(pairs: readonly Pair[], name: string): string | undefined {
  const [pair, ...others] = pairs.filter((each) => each.name === name);
  if (others.length > 0) throw unsigned();
  return pair?.value;
}

/**
 * When a URL expires, in whole seconds since the epoch.
 *
 * @throws TintypeError `SIGNATURE_INVALID` for what is no time: nobody signs that.
 */
export function expiryOf(pairs: readonly Pair[]): number | undefined {
  const text = onlyOne(pairs, 'ik-t');
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw unsigned();
  return Number(text);
}

function unsigned(): TintypeError {
  return new TintypeError('SIGNATURE_INVALID');
}
