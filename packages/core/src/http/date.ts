import { type HttpHeaders, header } from './message.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// RFC 9110 §5.6.7: IMF-fixdate, RFC 850 and asctime forms; names in any case, the zone GMT only. A weekday must be one, but
// whether it is that of the date is not asked: recipients are to be robust.
const imfFixdate = /^(?:mon|tue|wed|thu|fri|sat|sun), (\d{2}) ([a-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) gmt$/;
const rfc850 = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day, (\d{2})-([a-z]{3})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) gmt$/;
const asctime = /^(?:mon|tue|wed|thu|fri|sat|sun) ([a-z]{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/;

/** Parses an HTTP-date (RFC 9110 §5.6.7) to milliseconds since the Unix epoch; undefined for anything else. */
export function parseHttpDate(text: string, now: number): number | undefined {
  const lower = text.toLowerCase();
  const imf = imfFixdate.exec(lower);
  if (imf) return toTime(imf[3], imf[2], imf[1], imf.slice(4));
  const ansi = asctime.exec(lower);
  if (ansi) return toTime(ansi[6], ansi[1], ansi[2]?.trim(), ansi.slice(3, 6));
  const old = rfc850.exec(lower);
  if (old) return toTimeOfShortYear(old, now);
  return undefined;
}

/** The date that a field says, as {@link parseHttpDate} gives it; undefined too where the field is absent. */
export function dateIn(headers: HttpHeaders, name: string, now: number): number | undefined {
  return parseHttpDate(header(headers, name) ?? '', now);
}

/** Writes an HTTP-date in its preferred form, rounded down to the second. */
export function formatHttpDate(time: number): string {
  return new Date(Math.floor(time / 1000) * 1000).toUTCString();
}

function toTime(
  year: string | number | undefined,
  month: string | undefined,
  day: string | undefined,
  clock: readonly (string | undefined)[],
): number | undefined {
  const [hour = -1, minute = -1, second = -1] = clock.map(Number);
  const monthIndex = months.indexOf(month ?? '');
  if (monthIndex === -1 || hour > 23 || minute > 59 || second > 60) return undefined;
  // Not Date.UTC, which takes the year 94 for 1994.
  const midnight = new Date(0).setUTCFullYear(Number(year), monthIndex, Number(day));
  // 31 February is carried into March; a day that does not come back is none.
  if (new Date(midnight).getUTCDate() !== Number(day)) return undefined;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** A two-digit year whose date is more than 50 years ahead is the most recent one in the past with the same digits. */
function toTimeOfShortYear([, day, month, digits, ...clock]: RegExpExecArray, now: number): number | undefined {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(digits);
  const time = toTime(year, month, day, clock);
  const latest = new Date(now).setUTCFullYear(thisYear + 50);
  return time !== undefined && time > latest ? toTime(year - 100, month, day, clock) : time;
}
