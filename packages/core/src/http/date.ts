const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// RFC 9110 §5.6.7: IMF-fixdate, RFC 850 and asctime forms; names in any case, the zone GMT only.
const imfFixdate = /^[a-z]{3}, (\d{2}) ([a-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) gmt$/;
const rfc850 = /^[a-z]{6,9}, (\d{2})-([a-z]{3})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) gmt$/;
const asctime = /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/;

/** Parses an HTTP-date (RFC 9110 §5.6.7) to milliseconds since the Unix epoch; undefined for anything else. */
export function parseHttpDate(text: string, now: number): number | undefined {
  const lower = text.toLowerCase();
  const imf = imfFixdate.exec(lower);
  if (imf) return toTime(imf[3], imf[2], imf[1], imf.slice(4));
  const ansi = asctime.exec(lower);
  if (ansi) return toTime(ansi[6], ansi[1], ansi[2]?.trim(), ansi.slice(3, 6));
  const old = rfc850.exec(lower);
  if (old) return toTime(fullYear(Number(old[3]), now), old[2], old[1], old.slice(4));
  return undefined;
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
  const [hour, minute, second] = clock.map(Number);
  const at = [Number(year), months.indexOf(month ?? ''), Number(day), hour ?? -1, minute ?? -1, second ?? -1] as const;
  if (at[1] === -1 || at[3] > 23 || at[4] > 59 || at[5] > 60) return undefined;
  // Date.UTC carries 31 February into March; a day that does not come back is none.
  if (new Date(Date.UTC(at[0], at[1], at[2])).getUTCDate() !== at[2]) return undefined;
  return Date.UTC(...at);
}

/** A two-digit year more than 50 years ahead is the most recent year in the past with the same digits. */
function fullYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = Math.floor(thisYear / 100) * 100 + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
