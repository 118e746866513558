import type { Exemption } from './applicability.ts';
import type { Layout, Result } from './suite.ts';

/**
 * Required tests of release 0.4.5 whose demand RFC 9111 turned around or dropped, and the suite after it. How each must
 * fail is told so closely that it says we do what is asked today.
 */
export interface Overtaken extends Exemption {
  /** Of RFC 9111. */
  readonly section: string;
  /** What the suite says. */
  readonly result: Result;
  /** The last answer: its status, and which of the questions that reached the origin it answers, if one did. */
  readonly isStatus: (status: number) => boolean;
  readonly number: string | null;
}

const isFound = (status: number): boolean => status === 200;
const isGatewayError = (status: number): boolean => status === 502 || status === 504;

const fromCache: Result = ['Assertion', 'Response 2 comes from cache'];

const overtaken: readonly Overtaken[] = [
  {
    ids: /age-parse-(nonnumeric|negative|float|prefix-twoline|dup-0|dup-0-twoline|dup-old)/,
    section: '5.1',
    reason:
      'An invalid Age is ignored and of several the first counts. The suite now demands that the answer is fresh.',
    result: fromCache,
    isStatus: isFound,
    number: '1',
  },
  {
    ids: /age-parse-(numeric-)?parameter/,
    section: '5.1',
    reason: 'An Age with a parameter is invalid, so ignored. The suite now only looks what is done.',
    result: fromCache,
    isStatus: isFound,
    number: '1',
  },
  {
    ids: /stale-close-(must-revalidate|proxy-revalidate|no-cache|s-maxage=2)/,
    section: '4.2.4',
    reason:
      'It wants the answer of an origin that closed the connection; what is no such answer it takes for a stored one. ' +
      'The suite now demands an error that has nothing of the stored answer.',
    result: fromCache,
    isStatus: isGatewayError,
    number: null,
  },
  {
    ids: /304-etag-update-response-ETag/,
    section: '4.3.4',
    reason:
      'A 304 with a strong tag that is not the stored one updates nothing: the origin is asked again, without a ' +
      'condition, which the suite calls a retry and answers with 999. It now only looks what is done.',
    result: ['Setup', 'retry'],
    isStatus: (status) => status === 999,
    number: '3',
  },
];

/** The tests of a copy of the suite that were overtaken: those of the old one. */
export function overtakenIn(layout: Layout): readonly Overtaken[] {
  return layout === 'client' ? overtaken : [];
}
