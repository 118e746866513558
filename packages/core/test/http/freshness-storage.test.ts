import { describe, expect, it } from 'vitest';
import type { Circumstances } from '../../src/http/freshness.ts';
import type { Storage } from '../../src/http/told.ts';
import type { TtlOptions } from '../../src/http/ttl.ts';
import { of } from './samples.ts';

const storageOf = (control: string, circumstances: Partial<Circumstances> = {}, ttl: TtlOptions = {}): Storage =>
  of({ 'cache-control': control }, ttl, circumstances).storage;

describe('must-understand (RFC 9111 §5.2.2.3)', () => {
  it.each<readonly [string, number, Storage]>([
    ['must-understand, no-store, max-age=60', 200, 'public'],
    ['must-understand, no-store, max-age=60', 404, 'public'],
    ['Must-Understand, No-Store', 200, 'public'],
    ['must-understand, no-store, max-age=60', 299, 'no-store'],
    ['must-understand, no-store, max-age=60', 999, 'no-store'],
    ['must-understand, max-age=60', 200, 'public'],
    ['must-understand, max-age=60', 299, 'no-store'],
    ['no-store, max-age=60', 200, 'no-store'],
    ['max-age=60', 299, 'public'],
    ['must-understand, no-store, private', 200, 'private'],
  ])('makes of %s with status %i: %s', (control, status, expected) => {
    expect(storageOf(control, { status })).toBe(expected);
  });
});

describe('an answer that sets a cookie (RFC 9111 §7.3)', () => {
  it.each<readonly [string, Storage]>([
    ['', 'private'],
    ['max-age=60', 'private'],
    ['max-age=60, must-revalidate', 'private'],
    ['no-cache', 'private'],
    ['immutable, max-age=60', 'private'],
    ['public', 'public'],
    ['public, max-age=60', 'public'],
    ['s-maxage=60', 'public'],
    ['s-maxage=0', 'public'],
    ['public, private', 'private'],
    ['public, no-store', 'no-store'],
  ])('with "%s" is shared as %s', (control, expected) => {
    expect(storageOf(control, { setsCookie: true })).toBe(expected);
  });

  it('is shared where ours overrides', () => {
    expect(storageOf('', { setsCookie: true }, { policy: 'override', lifetime: 100 })).toBe('public');
    expect(storageOf('private', { setsCookie: true }, { policy: 'override', lifetime: 100 })).toBe('private');
  });

  it.each(['respect', 'atLeast', 'atMost'] as const)('is not shared under policy %s', (policy) => {
    expect(storageOf('max-age=60', { setsCookie: true }, { policy, lifetime: 100 })).toBe('private');
  });
});

describe('an answer to credentials (RFC 9111 §3.5)', () => {
  it.each<readonly [string, Storage]>([
    ['', 'private'],
    ['max-age=60', 'private'],
    ['no-cache', 'private'],
    ['immutable, max-age=60', 'private'],
    ['public', 'public'],
    ['s-maxage=60', 'public'],
    ['max-age=60, must-revalidate', 'public'],
    ['max-age=60, proxy-revalidate', 'public'],
    ['public, private', 'private'],
    ['s-maxage=60, no-store', 'no-store'],
  ])('with "%s" is shared as %s', (control, expected) => {
    expect(storageOf(control, { isPersonal: true })).toBe(expected);
  });

  it.each(['respect', 'override', 'atLeast', 'atMost'] as const)('is not shared under policy %s', (policy) => {
    expect(storageOf('max-age=60', { isPersonal: true }, { policy, lifetime: 100 })).toBe('private');
  });

  it('that sets a cookie needs permission for both', () => {
    expect(storageOf('must-revalidate', { isPersonal: true, setsCookie: true })).toBe('private');
    expect(storageOf('public', { isPersonal: true, setsCookie: true })).toBe('public');
  });
});

describe('ttl.rule max-age', () => {
  it('takes s-maxage for no permission to share, because it reads none', () => {
    const ttl = { rule: 'max-age' } as const;
    expect(storageOf('s-maxage=60', { setsCookie: true }, ttl)).toBe('private');
    expect(storageOf('s-maxage=60', { isPersonal: true }, ttl)).toBe('private');
    expect(storageOf('public', { setsCookie: true, isPersonal: true }, ttl)).toBe('public');
  });
});
