import type { Validators } from './conditional.ts';
import { parseHttpDate } from './date.ts';
import { type HttpHeaders, header } from './message.ts';

/** Which bytes of a representation a GET is to be answered with: 200, 206 or 416. */
export type RangeSelection =
  | { readonly kind: 'whole' }
  | {
      readonly kind: 'part';
      /** First byte, from 0. */
      readonly start: number;
      /** Last byte, inclusive. */
      readonly end: number;
    }
  | { readonly kind: 'unsatisfiable' };

const whole: RangeSelection = { kind: 'whole' };
const unsatisfiable: RangeSelection = { kind: 'unsatisfiable' };

/**
 * Selects the bytes that Range and If-Range ask for (RFC 9110 §14.2, §13.1.5). What is not one valid range of bytes
 * leaves the whole: a server may ignore Range, and several ranges would let a short request ask for the same bytes many
 * times over (§17.15), whether or not any of them can be satisfied.
 *
 * @param length bytes of the representation.
 * @param now milliseconds since the epoch.
 */
export function selectRange(headers: HttpHeaders, length: number, validators: Validators, now: number): RangeSelection {
  const range = header(headers, 'range');
  if (range === undefined || !holdsIfRange(header(headers, 'if-range'), validators, now)) return whole;
  // RFC 9110 §14.1: range units in any case.
  const set = /^bytes=(.*)$/i.exec(range.trim())?.[1];
  if (set === undefined) return whole;
  // RFC 9110 §5.6.1.2: empty members of a list do not count.
  const [only, ...others] = set.split(',').filter((member) => member.trim() !== '');
  return only === undefined || others.length > 0 ? whole : select(only.trim(), length);
}

/** Writes the Content-Range of a 206 or 416 answer (RFC 9110 §14.4). */
export function contentRange(selection: Exclude<RangeSelection, { kind: 'whole' }>, length: number): string {
  const range = selection.kind === 'part' ? `${selection.start}-${selection.end}` : '*';
  return `bytes ${range}/${length}`;
}

/** RFC 9110 §14.1.2. Numbers of any length: too large a one is beyond every end, also where it is rounded or infinite. */
function select(spec: string, length: number): RangeSelection {
  const [, first, last] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
  if (first === undefined || last === undefined || first + last === '') return whole;
  if (first === '') return selectSuffix(Number(last), length);
  const start = Number(first);
  if (last !== '' && Number(last) < start) return whole;
  if (start >= length) return unsatisfiable;
  return { kind: 'part', start, end: last === '' ? length - 1 : Math.min(Number(last), length - 1) };
}

function selectSuffix(suffix: number, length: number): RangeSelection {
  if (suffix === 0) return unsatisfiable;
  // The last bytes of nothing are satisfiable (RFC 9110 §14.1.2), but no Content-Range can say them.
  return length === 0 ? whole : { kind: 'part', start: Math.max(0, length - suffix), end: length - 1 };
}

/** RFC 9110 §13.1.5: a tag by strong comparison, or exactly the Last-Modified field. What is neither does not hold. */
function holdsIfRange(field: string | undefined, validators: Validators, now: number): boolean {
  if (field === undefined) return true;
  const text = field.trim();
  // A weak tag never holds: it is neither a strong one nor a date.
  if (/^"[^"]*"$/.test(text)) return text === validators.etag;
  return text === validators.lastModified && isStrongDate(text, validators.date, now);
}

/** RFC 9110 §8.8.2.2: nothing else can have been sent under this date once the second it names is over. */
function isStrongDate(lastModified: string, date: string | undefined, now: number): boolean {
  const modified = parseHttpDate(lastModified, now);
  const sent = date === undefined ? undefined : parseHttpDate(date, now);
  return modified !== undefined && sent !== undefined && sent - modified >= 1000;
}
