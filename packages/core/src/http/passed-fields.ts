import { digests, ofTheAnswer, ofTheMount, settingCookies } from './field-kinds.ts';
import type { HttpHeaders } from './message.ts';
import { fieldsWhere, isLifetimeField } from './repeated-fields.ts';

const stated = new Set([...ofTheAnswer, ...ofTheMount, ...settingCookies]);
const ofUncodedBytes = new Set(digests);

/** All that goes out of what an origin says that clients have named: nothing that would speak for our host. */
const ofStrangers = new Set(['content-disposition', 'content-encoding', 'content-language', 'expires']);

/** The fields of an origin's answer that is passed on as it is (RFC 9110 §7.6.1). */
export interface PassedFields {
  /** Whether the operator chose the origin. */
  readonly isTrusted: boolean;
  /** Whether the bytes have been coded on the way. */
  readonly isCoded: boolean;
  /** Whether what it says of lifetimes goes out too. */
  readonly isRepeated: boolean;
  /** Whether the mount says itself who may read it with scripts. */
  readonly hasCors: boolean;
}

/** Gives them. */
export function passedFields(
  headers: HttpHeaders,
  { isTrusted, isCoded, isRepeated, hasCors }: PassedFields,
): Record<string, string> {
  // An empty policy would stand in the place of ours.
  const isVoid = (name: string): boolean => name === 'content-security-policy' && headers[name] === '';
  const isKept = (name: string): boolean => (isTrusted ? !stated.has(name) : ofStrangers.has(name));
  return fieldsWhere(headers, (name) => {
    if (!isKept(name) || isVoid(name)) return false;
    if (isCoded && ofUncodedBytes.has(name)) return false;
    if (hasCors && name.startsWith('access-control-')) return false;
    return isRepeated || !isLifetimeField(name);
  });
}
