import { inspect } from 'node:util';

/** What a check accepts, by its words in the message. */
export type Expectation = readonly [described: string, accepts: (value: unknown) => boolean];

type ExpectationName =
  | 'bytes'
  | 'count'
  | 'wholeNumber'
  | 'seconds'
  | 'milliseconds'
  | 'boolean'
  | 'text'
  | 'function'
  | 'clock'
  | 'object';

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const isClock = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { now?: unknown }).now === 'function';

/** The kinds of value an option may have. */
export const expectations: Readonly<Record<ExpectationName, Expectation>> = {
  bytes: ['a byte size', (value) => isNumber(value) && value >= 0],
  count: ['a positive whole number', (value) => Number.isSafeInteger(value) && (value as number) > 0],
  wholeNumber: ['a whole number', (value) => Number.isSafeInteger(value) && (value as number) >= 0],
  seconds: ['a number of seconds', (value) => isNumber(value) && value >= 0],
  milliseconds: ['a number of milliseconds above zero', (value) => isNumber(value) && value > 0],
  boolean: ['a boolean', (value) => typeof value === 'boolean'],
  text: ['a non-empty string', (value) => typeof value === 'string' && value !== ''],
  function: ['a function', (value) => typeof value === 'function'],
  clock: ['a clock: an object with a now method', isClock],
  object: ['an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value)],
};

/** An expectation of one of several literal values. */
export function oneOf(...values: readonly unknown[]): Expectation {
  return [`one of ${values.map((value) => inspect(value)).join(', ')}`, (value) => values.includes(value)];
}

/** An expectation that either of two holds. */
export function either(first: Expectation, second: Expectation): Expectation {
  return [`${first[0]} or ${second[0]}`, (value) => first[1](value) || second[1](value)];
}

/**
 * Checks an options object once, at construction: every given option by its expectation, and no option that nobody
 * knows, because a misspelt limit is a limit that is off.
 *
 * @throws TypeError naming the option, what was expected and what came.
 */
export function checkOptions(where: string, options: unknown, expected: Readonly<Record<string, Expectation>>): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`Expected an options object for ${where} but received ${inspect(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const expectation = Object.hasOwn(expected, name) ? expected[name] : undefined;
    if (expectation === undefined) {
      const known = Object.keys(expected).join(', ') || 'none';
      throw new TypeError(`Unknown option ${where}.${name}. Known options: ${known}`);
    }
    if (value !== undefined && !expectation[1](value)) {
      const received = inspect(value, { depth: 0, maxStringLength: 80 });
      throw new TypeError(`Expected ${expectation[0]} for ${where}.${name} but received ${received}`);
    }
  }
}
