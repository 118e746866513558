import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHttpDate, parseHttpDate } from '../../src/http/date.ts';

const now = Date.UTC(2026, 5, 15);
const example = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('parseHttpDate', () => {
  it.each<readonly [string, string, number]>([
    ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT', example],
    ['the RFC 850 form', 'Sunday, 06-Nov-94 08:49:37 GMT', example],
    ['the asctime form', 'Sun Nov  6 08:49:37 1994', example],
    ['asctime with a day of two digits', 'Wed Nov 16 08:49:37 1994', Date.UTC(1994, 10, 16, 8, 49, 37)],
    ['lower case', 'sun, 06 nov 1994 08:49:37 gmt', example],
    ['upper case', 'SUNDAY, 06-NOV-94 08:49:37 GMT', example],
    ['a leap day', 'Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
    ['a leap second', 'Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
    ['the last second of a day', 'Sun, 06 Nov 1994 23:59:59 GMT', Date.UTC(1994, 10, 6, 23, 59, 59)],
    ['a date before the epoch', 'Mon, 01 Jan 1900 00:00:00 GMT', Date.UTC(1900, 0, 1)],
    ['the year 1, which is not 1901', 'Mon, 01 Jan 0001 00:00:00 GMT', Date.parse('0001-01-01T00:00:00Z')],
    ['the year 94, which is not 1994', 'Sun Nov  6 08:49:37 0094', Date.parse('0094-11-06T08:49:37Z')],
    ['the last year', 'Fri, 31 Dec 9999 23:59:59 GMT', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['a weekday that is not that of the date', 'Mon, 06 Nov 1994 08:49:37 GMT', example],
    ['such a weekday in the RFC 850 form', 'Wednesday, 06-Nov-94 08:49:37 GMT', example],
    ['such a weekday in the asctime form', 'Sat Nov  6 08:49:37 1994', example],
    ['asctime with a day of one digit and a zero', 'Sun Nov 06 08:49:37 1994', example],
  ])('reads %s (RFC 9110 §5.6.7)', (_, text, expected) => {
    expect(parseHttpDate(text, now)).toBe(expected);
  });

  it.each<readonly [string, number]>([
    ['00', 2000],
    ['26', 2026],
    ['75', 2075],
    ['76', 1976],
    ['77', 1977],
    ['99', 1999],
  ])('takes the two-digit year %s, read in 2026, for %i (RFC 9110 §5.6.7)', (digits, year) => {
    expect(parseHttpDate(`Sunday, 06-Nov-${digits} 08:49:37 GMT`, now)).toBe(Date.UTC(year, 10, 6, 8, 49, 37));
  });

  it.each<readonly [string, number]>([
    ['Monday, 15-Jun-76 00:00:00 GMT', Date.UTC(2076, 5, 15)],
    ['Tuesday, 15-Jun-76 00:00:01 GMT', Date.UTC(1976, 5, 15, 0, 0, 1)],
    ['Sunday, 29-Feb-76 00:00:00 GMT', Date.UTC(2076, 1, 29)],
  ])('takes %s, read on 15 June 2026, for the past where it is more than 50 years ahead', (text, expected) => {
    expect(parseHttpDate(text, now)).toBe(expected);
  });

  it.each(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])('knows the weekday %s', (day) => {
    expect(parseHttpDate(`${day}, 06 Nov 1994 08:49:37 GMT`, now)).toBe(example);
    expect(parseHttpDate(`${day} Nov  6 08:49:37 1994`, now)).toBe(example);
  });

  it.each(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'])(
    'knows the weekday %s',
    (day) => {
      expect(parseHttpDate(`${day}, 06-Nov-94 08:49:37 GMT`, now)).toBe(example);
    },
  );

  it.each<readonly [string, string]>([
    ['nothing', ''],
    ['a zero', '0'],
    ['minus one', '-1'],
    ['ISO 8601', '1994-11-06T08:49:37Z'],
    ['seconds since the epoch', '784111777'],
    ['the zone UTC', 'Sun, 06 Nov 1994 08:49:37 UTC'],
    ['an offset', 'Sun, 06 Nov 1994 08:49:37 +0000'],
    ['no zone', 'Sun, 06 Nov 1994 08:49:37'],
    ['a day of one digit', 'Sun, 6 Nov 1994 08:49:37 GMT'],
    ['a year of two digits in IMF-fixdate', 'Sun, 06 Nov 94 08:49:37 GMT'],
    ['a year of four digits in RFC 850', 'Sunday, 06-Nov-1994 08:49:37 GMT'],
    ['hyphens in IMF-fixdate', 'Sun, 06-Nov-1994 08:49:37 GMT'],
    ['no weekday', '06 Nov 1994 08:49:37 GMT'],
    ['an hour of one digit', 'Sun, 06 Nov 1994 8:49:37 GMT'],
    ['an hour too many', 'Sun, 06 Nov 1994 24:00:00 GMT'],
    ['a minute too many', 'Sun, 06 Nov 1994 08:60:00 GMT'],
    ['a second too many', 'Sun, 06 Nov 1994 08:49:61 GMT'],
    ['a month there is not', 'Sun, 06 Nob 1994 08:49:37 GMT'],
    ['31 February', 'Mon, 31 Feb 1994 08:49:37 GMT'],
    ['31 February with a leap second', 'Mon, 31 Feb 1994 23:59:60 GMT'],
    ['29 February of a common year', 'Wed, 29 Feb 2023 00:00:00 GMT'],
    ['day zero', 'Sun, 00 Nov 1994 08:49:37 GMT'],
    ['day 32', 'Sun, 32 Dec 1994 08:49:37 GMT'],
    ['two lines', 'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT'],
    ['text around it', ' Sun, 06 Nov 1994 08:49:37 GMT '],
    ['two blanks', 'Sun, 06 Nov 1994  08:49:37 GMT'],
    ['a weekday there is not', 'Xyz, 06 Nov 1994 08:49:37 GMT'],
    ['a weekday there is not in the RFC 850 form', 'Someday, 06-Nov-94 08:49:37 GMT'],
    ['a weekday there is not in the asctime form', 'Xyz Nov  6 08:49:37 1994'],
    ['a short weekday in the RFC 850 form', 'Sun, 06-Nov-94 08:49:37 GMT'],
    ['a long weekday in IMF-fixdate', 'Sunday, 06 Nov 1994 08:49:37 GMT'],
    ['no comma', 'Sun 06 Nov 1994 08:49:37 GMT'],
    ['a time with full stops', 'Sun, 06 Nov 1994 08.49.37 GMT'],
    ['a month by its whole name', 'Sun, 06 November 1994 08:49:37 GMT'],
    ['a year of five digits', 'Sun, 06 Nov 19940 08:49:37 GMT'],
    ['asctime with a zone', 'Sun Nov  6 08:49:37 1994 GMT'],
    ['asctime with one blank before a day of one digit', 'Sun Nov 6 08:49:37 1994'],
    ['asctime with a day of nothing', 'Sun Nov    08:49:37 1994'],
    ['29 February of 1900, which was no leap year', 'Thu, 29 Feb 1900 00:00:00 GMT'],
    ['31 April', 'Sun, 31 Apr 1994 08:49:37 GMT'],
  ])('does not read %s', (_, text) => {
    expect(parseHttpDate(text, now)).toBeUndefined();
  });

  it('reads what formatHttpDate writes, to the second', () => {
    const time = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2999, 11, 31) });
    fc.assert(
      fc.property(time, (when) => {
        expect(parseHttpDate(formatHttpDate(when), now)).toBe(Math.floor(when / 1000) * 1000);
      }),
    );
  });
});

describe('formatHttpDate', () => {
  it.each([
    [example, 'Sun, 06 Nov 1994 08:49:37 GMT'],
    [example + 999, 'Sun, 06 Nov 1994 08:49:37 GMT'],
    [-1, 'Wed, 31 Dec 1969 23:59:59 GMT'],
  ])('writes %i as %s', (time, text) => {
    expect(formatHttpDate(time)).toBe(text);
  });
});
