import { describe, expect, it } from 'vitest';
import { header, sendable } from '../../src/http/message.ts';

describe('header', () => {
  it.each<readonly [string | readonly string[] | undefined, string | undefined]>([
    ['a', 'a'],
    ['', ''],
    [['a', 'b, c'], 'a, b, c'],
    [['a'], 'a'],
    [[], ''],
    [undefined, undefined],
  ])('is of %j %j: lines joined with commas (RFC 9110 §5.3)', (value, expected) => {
    expect(header({ 'x-a': value }, 'x-a')).toBe(expected);
  });

  it('is undefined where there is no such field', () => {
    expect(header({ 'x-a': 'a' }, 'x-b')).toBeUndefined();
  });
});

describe('sendable (RFC 9110 §5.5)', () => {
  it.each(['', 'a', 'a\tb', ' a ~', 'caf\u00e9'])('is %j', (value) => {
    expect(sendable({ 'x-a': value }, 'x-a')).toBe(value);
  });

  it.each(['a\r\nX-Evil: 1', 'a\nb', 'a\r', 'a\0', '\u007f', '\u001b', '☃', 'a\u0100'])('is not %j', (value) => {
    expect(sendable({ 'x-a': value }, 'x-a')).toBeUndefined();
    expect(sendable({ 'x-a': ['b', value] }, 'x-a')).toBeUndefined();
  });

  it('is of several lines one', () => {
    expect(sendable({ 'x-a': ['a', 'b'] }, 'x-a')).toBe('a, b');
    expect(sendable({}, 'x-a')).toBeUndefined();
  });
});
