import { checkOptions, type Expectation, oneOf } from '@tintype/core/internal';

/** What the options accept that several have. */
export const common: Readonly<Record<'timeout' | 'header' | 'looked', Expectation>> = {
  timeout: ['a number of seconds up to 30', (value) => typeof value === 'number' && value > 0 && value <= 30],
  header: ['the name of a field', (value) => typeof value === 'string' && /^[\w-]+$/.test(value)],
  // By hand: a message would show it.
  looked: ['anything', () => true],
};

/** Checks options, of which some must be there. @throws TypeError naming the option. */
export function checkEdgeOptions(
  where: string,
  options: object,
  expected: Readonly<Record<string, Expectation>>,
  required: readonly string[],
): void {
  checkOptions(where, options, { timeout: common.timeout, ...expected });
  for (const name of required) {
    if ((options as Record<string, unknown>)[name] !== undefined) continue;
    throw new TypeError(`Expected ${expected[name]?.[0]} for ${where}.${name} but received none`);
  }
}

/**
 * Checks a credential, of which no message may tell anything.
 *
 * @throws TypeError where it is empty or not visible ASCII, as what a forgotten variable of the environment leaves.
 */
export function checkSecret(where: string, secret: unknown): void {
  if (typeof secret === 'string' && /^[\x21-\x7e]+$/.test(secret)) return;
  throw new TypeError(`Expected a credential of visible ASCII characters for ${where}`);
}

/**
 * Reads the URL of a server, to which paths can be added.
 *
 * @returns it without a slash at its end.
 * @throws TypeError that does not show it, because it may hold a password.
 */
export function toBase(where: string, url: unknown): string {
  const base = typeof url === 'string' || url instanceof URL ? parseUrl(String(url)) : undefined;
  const isPlain = base !== undefined && base.username + base.password + base.search + base.hash === '';
  if (isPlain && /^https?:$/.test(base.protocol)) return base.href.replace(/\/+$/, '');
  throw new TypeError(`Expected an http or https URL without user, password, query and fragment for ${where}`);
}

/** Reads the URLs of servers: one or several. */
export function toBases(where: string, urls: unknown): readonly string[] {
  const bases = [urls].flat().map((url) => toBase(where, url));
  if (bases.length === 0) throw new TypeError(`Expected a URL, or several, for ${where}`);
  return bases;
}

/** An expectation that text has a certain form. */
export function matching(described: string, pattern: RegExp): Expectation {
  return [described, (value) => typeof value === 'string' && pattern.test(value)];
}

/** Expects a list of texts of a certain form. */
export function listMatching(described: string, pattern: RegExp): Expectation {
  const isMatch = (value: unknown): boolean => typeof value === 'string' && pattern.test(value);
  return [described, (value) => Array.isArray(value) && value.every(isMatch)];
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

export { type Expectation, oneOf };
