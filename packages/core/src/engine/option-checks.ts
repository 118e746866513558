import type { Dialect } from '../dialect/dialect.ts';
import { fieldName } from '../http/field-syntax.ts';
import type { Expectation } from '../options.ts';
import type { Origin } from '../origin/origin.ts';

export const isMount = (value: unknown): boolean => typeof value === 'string' && /^(?:\/.*[^/])?$/.test(value);

export const hasMethod =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');

export const isListOf =
  (accepts: (text: string) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every((each) => typeof each === 'string' && accepts(each));

/** A misspelt member of an origin of one's own would be a limit that is off. */
export function isOrigin(value: unknown): boolean {
  if (!hasMethod('read')(value)) return false;
  const { forwards = [], takesQuery = false, paths = 'plain' } = value as Origin;
  const isLower = (name: string): boolean => fieldName.test(name) && name === name.toLowerCase();
  return isListOf(isLower)(forwards) && typeof takesQuery === 'boolean' && ['plain', 'url'].includes(paths);
}

/** A `verify` that is none would let every URL pass, or none. */
export function isDialect(value: unknown): boolean {
  return hasMethod('parse', 'format')(value) && ((value as Dialect).verify === undefined || hasMethod('verify')(value));
}

/** A number of seconds that something may take. */
export const aboveZeroSeconds: Expectation = [
  'a number of seconds above zero',
  (value) => typeof value === 'number' && value > 0 && value < 2e6,
];

/** Cache-Control itself is what is meant for all. */
export const isTargetable = (name: string): boolean => fieldName.test(name) && name.toLowerCase() !== 'cache-control';
