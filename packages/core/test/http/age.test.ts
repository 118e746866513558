import { describe, expect, it } from 'vitest';
import { type Exchange, initialAge } from '../../src/http/age.ts';
import type { HttpHeaders } from '../../src/http/message.ts';
import { at, atOnce, now } from './samples.ts';

describe('initialAge (RFC 9111 §4.2.3)', () => {
  const slow: Exchange = { requestTime: now - 3000, responseTime: now };

  it.each<readonly [string, HttpHeaders, Exchange, number]>([
    ['is 0 where nothing tells', {}, atOnce, 0],
    ['is the response delay where the origin names no Age', {}, slow, 3],
    ['is Age', { age: '50' }, atOnce, 50],
    ['is Age and the response delay', { age: '50' }, slow, 53],
    ['keeps the part of a second that the answer took', {}, { requestTime: now - 250, responseTime: now }, 0.25],
    ['is the apparent age by Date', { date: at(-40) }, atOnce, 40],
    [
      'is the apparent age in whole seconds, as Date is',
      { date: at(0) },
      { requestTime: now + 999, responseTime: now + 999 },
      0,
    ],
    ['is the larger: Age', { date: at(-40), age: '50' }, atOnce, 50],
    ['is the larger: Date', { date: at(-60), age: '50' }, atOnce, 60],
    ['is the larger: the delay', { date: at(-2) }, slow, 3],
    ['is the larger: Age and the delay', { date: at(-52), age: '50' }, slow, 53],
    ['is 0 where Date is in the future', { date: at(40) }, atOnce, 0],
    ['is 0 where Date is invalid', { date: '2020-01-01' }, atOnce, 0],
    ['is 0 where there are two dates', { date: [at(-40), at(-40)] }, atOnce, 0],
    ['is not made younger by a clock set back', { age: '50' }, { requestTime: now + 9000, responseTime: now }, 50],
  ])('%s', (_, headers, exchange, age) => {
    expect(initialAge(headers, exchange)).toBe(age);
  });

  it.each<readonly [string, string | readonly string[], number]>([
    ['the first member of a list', '50, 70', 50],
    ['the first member, even where it is none', 'old, 70', 0],
    ['the first line', ['50', '70'], 50],
    ['leading zeros', '0050', 50],
    ['blanks around it', ' 50\t', 50],
    ['at most 2^31', '99999999999', 2 ** 31],
    ['no negative number', '-50', 0],
    ['no sign', '+50', 0],
    ['no decimals', '7200.5', 0],
    ['no exponent', '1e3', 0],
    ['no words', 'old', 0],
    ['no quoted number', '"50"', 0],
    ['no parameters', '50;a=1', 0],
    ['nothing', '', 0],
  ])('reads of Age %s (RFC 9111 §5.1)', (_, age, expected) => {
    expect(initialAge({ age }, atOnce)).toBe(expected);
  });
});
