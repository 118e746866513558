import { type Dictionary, parseDictionary, Token } from 'structured-headers';
import { type CacheControl, largestDelta, toCacheControl } from './cache-control.ts';
import { type HttpHeaders, header } from './message.ts';

/** What a targeted field says, in place of Cache-Control and Expires. */
export interface TargetedControl {
  /** Its name in lower case. */
  readonly field: string;
  readonly control: CacheControl;
}

/**
 * Finds the targeted Cache-Control field that decides (RFC 9213 §2.2): the first of `targets`, names in any case, that is
 * there, valid and not empty. Cache-Control and Expires are then not to be read; undefined leaves the decision to them.
 */
export function targetedControl(headers: HttpHeaders, targets: readonly string[]): TargetedControl | undefined {
  for (const target of targets) {
    const field = target.toLowerCase();
    const value = header(headers, field);
    const control = value === undefined ? undefined : parseTargeted(value);
    if (control !== undefined) return { field, control };
  }
  return undefined;
}

/**
 * RFC 9213 §2.1: an empty field, and one that cannot be parsed, is as good as absent. So is one with a directive whose
 * value is of another type than the directive's own, as RFC 9651 §2 wants violated constraints to end.
 */
function parseTargeted(value: string): CacheControl | undefined {
  const directives = dictionary(value);
  if (directives.size === 0) return undefined;
  for (const [name, [said]] of directives) if (types.get(name)?.(said) === false) return undefined;
  return toCacheControl(
    (name) => directives.has(name),
    (name) => {
      const said = directives.get(name)?.[0];
      return typeof said === 'number' ? Math.min(said, largestDelta) : undefined;
    },
  );
}

/** RFC 9651 §4.2.2: keys in lower case only, integers of at most 15 digits, of duplicates the last. */
function dictionary(value: string): Dictionary {
  try {
    // RFC 9213 §2.1 wants `60.0` told from `60`, which the parser reads as the same number; `60.1` it tells.
    return parseDictionary(value.replaceAll('.0', '.1'));
  } catch {
    return new Map();
  }
}

const isDelta = (said: unknown): boolean => Number.isInteger(said) && (said as number) >= 0;
const isTrue = (said: unknown): boolean => said === true;
const isTrueOrNames = (said: unknown): boolean => said === true || typeof said === 'string' || said instanceof Token;

/** The types of RFC 9213 §2.1. Unknown directives may have any. */
const types: ReadonlyMap<string, (said: unknown) => boolean> = new Map([
  ['max-age', isDelta],
  ['s-maxage', isDelta],
  ['stale-while-revalidate', isDelta],
  ['stale-if-error', isDelta],
  ['no-cache', isTrueOrNames],
  ['private', isTrueOrNames],
  ['no-store', isTrue],
  ['public', isTrue],
  ['must-revalidate', isTrue],
  ['proxy-revalidate', isTrue],
  ['must-understand', isTrue],
  ['immutable', isTrue],
  ['no-transform', isTrue],
]);
