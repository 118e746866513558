import { describe, expect, it } from 'vitest';
import { readImgixQuery } from '../../../src/dialect/imgix/query.ts';
import { failure } from '../failure.ts';

const values = (query: string): object => Object.fromEntries(readImgixQuery(query).values);

describe('readImgixQuery', () => {
  it.each([
    ['', {}],
    ['w=100', { w: '100' }],
    ['width=100&height=50', { w: '100', h: '50' }],
    [
      'f=crop&or=90&m=/a.png&b=red&t=x&inv=1',
      { fit: 'crop', orient: '90', mark: '/a.png', blend: 'red', txt: 'x', invert: '1' },
    ],
    ['txt=a+b', { txt: 'a b' }],
    ['txt=a%2Bb', { txt: 'a+b' }],
    ['bg=%23fff', { bg: '#fff' }],
    ['crop=faces%2Ctop', { crop: 'faces,top' }],
    ['%77=100', { w: '100' }],
    ['txt64=SGVsbG8sIFdvcmxkIQ', { txt: 'Hello, World!' }],
    ['txt64=4oiR', { txt: '∑' }],
    ['w64=MTAw', { w: '100' }],
    ['width64=MTAw', { w: '100' }],
    ['txt64=', { txt: '' }],
    ['txt', { txt: '' }],
  ])('reads %s', (query, expected) => {
    expect(values(query)).toEqual(expected);
  });

  it.each([
    'txt64=SGVsbG8sIFdvcmxkIQ%3D%3D',
    'txt64=SGVsbG8sIFdvcmxkIQ==',
    'txt64=a%2Bb%2F',
    'txt64=a/b_',
    'txt64=A',
    'txt64=_w',
    'txt64=a+b_',
  ])('refuses %s, which is no base64url of UTF-8 without padding', (query) => {
    expect(failure(() => readImgixQuery(query))).toMatchObject({ code: 'INVALID_PARAMETER', status: 400 });
  });

  it('takes auto and ch for what they are only without base64', () => {
    expect(readImgixQuery('auto64=Zm9ybWF0&ch64=ZHBy')).toEqual({
      values: new Map(),
      rest: 'auto64=Zm9ybWF0&ch64=ZHBy',
    });
  });

  it('adds up auto, and takes the last of all else', () => {
    expect(values('auto=format&auto=compress,enhance&w=100&width=200')).toEqual({
      auto: 'format,compress,enhance',
      w: '200',
    });
  });

  it('passes unknown parameters over, and forgets what builders say of themselves', () => {
    expect(readImgixQuery('ixlib=js-3.8.0&w=1&utm_source=x&ixid=1&%E0%A4%A=1&W=2')).toEqual({
      values: new Map([['w', '1']]),
      rest: 'utm_source=x&%E0%A4%A=1&W=2',
    });
  });

  it('refuses what is no percent-encoding, and what is over 8000 characters', () => {
    expect(failure(() => readImgixQuery('w=4&txt=%E0%A4%A'))).toMatchObject({
      code: 'MALFORMED_REQUEST',
      message: 'txt: not valid percent-encoding.',
    });
    expect(readImgixQuery(`txt=${'a'.repeat(7996)}`).values.size).toBe(1);
    expect(failure(() => readImgixQuery(`txt=${'a'.repeat(7997)}`))).toMatchObject({ code: 'MALFORMED_REQUEST' });
  });
});
