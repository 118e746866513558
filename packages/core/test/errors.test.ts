import { describe, expect, it } from 'vitest';
import { type ErrorCode, errorKinds, TintypeError, toTintypeError } from '../src/errors.ts';

const codes = Object.keys(errorKinds) as ErrorCode[];

describe('TintypeError', () => {
  it.each(codes)('of code %s has the status and text of the table', (code) => {
    const error = new TintypeError(code);
    const { status, message } = errorKinds[code];
    expect(error).toMatchObject({ name: 'TintypeError', code, status, message, expose: status < 500, headers: {} });
    expect(error).toBeInstanceOf(Error);
    expect(Object.hasOwn(error, 'cause')).toBe(false);
  });

  it.each(codes)('of code %s says more only where a client may read it', (code) => {
    const { status, message } = errorKinds[code];
    expect(new TintypeError(code, { message: 'More.' }).message).toBe(status < 500 ? 'More.' : message);
  });

  it('carries its cause and fields', () => {
    const cause = new Error('inside');
    const headers = { allow: 'GET' };
    expect(new TintypeError('METHOD_NOT_ALLOWED', { cause, headers })).toMatchObject({ cause, headers });
  });

  it.each(codes)('of code %s reads as a sentence without a path, a host or a stack', (code) => {
    expect(errorKinds[code].message).toMatch(/^[A-Z][A-Za-z ,;.]*\.$/);
    expect(errorKinds[code].status).toBeGreaterThanOrEqual(400);
    expect(errorKinds[code].status).toBeLessThan(600);
  });
});

describe('toTintypeError', () => {
  it('gives our own errors back as they are', () => {
    const error = new TintypeError('NOT_FOUND');
    expect(toTintypeError(error, 'RENDER_FAILED')).toBe(error);
  });

  it.each([new Error('inside'), 'inside', undefined, null])('wraps %s under the code', (cause) => {
    const error = toTintypeError(cause, 'ORIGIN_FAILED');
    expect(error).toMatchObject({ code: 'ORIGIN_FAILED', message: errorKinds.ORIGIN_FAILED.message });
    expect(error.cause).toBe(cause);
  });
});
