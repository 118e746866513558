import { largestDelta } from './cache-control.ts';
import { dateIn } from './date.ts';
import { type HttpHeaders, header } from './message.ts';

/** When a question to an origin was asked and answered, in milliseconds since the epoch. */
export interface Exchange {
  readonly requestTime: number;
  readonly responseTime: number;
}

/** Age of an answer in seconds when it reached us (RFC 9111 §4.2.3, the conservative maximum). */
export function initialAge(headers: HttpHeaders, { requestTime, responseTime }: Exchange): number {
  const date = dateIn(headers, 'date', responseTime);
  const apparentAge = date === undefined ? 0 : Math.max(0, Math.floor((responseTime - date) / 1000));
  // RFC 9111 §5.1: of a list the first member; what is not a non-negative integer is ignored.
  const field = (header(headers, 'age') ?? '').split(',', 1)[0]?.trim() ?? '';
  const age = /^\d+$/.test(field) ? Math.min(Number(field), largestDelta) : 0;
  const delay = Math.max(0, responseTime - requestTime) / 1000;
  return Math.max(apparentAge, age + delay);
}
