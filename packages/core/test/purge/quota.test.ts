import { describe, expect, it } from 'vitest';
import { TintypeError } from '../../src/errors.ts';
import { createQuota, quotaExpectation } from '../../src/purge/quota.ts';

/** Seconds until a refused request may come again; 0 for one that is taken. */
function retryAfter(take: () => void): number {
  try {
    take();
    return 0;
  } catch (error) {
    expect(error).toMatchObject({ code: 'QUOTA_EXCEEDED', status: 429 });
    return Number(error instanceof TintypeError ? error.headers['retry-after'] : Number.NaN);
  }
}

describe('a quota', () => {
  it('takes so many in a window, which the first of them opens', () => {
    let now = 5_000_000;
    const take = createQuota({ requests: 2, seconds: 10 }, undefined, () => now);
    const at = (seconds: number): number => {
      now = 5_000_000 + seconds * 1000;
      return retryAfter(take);
    };
    expect([at(0), at(1), at(1), at(9.2), at(9.999)]).toEqual([0, 0, 9, 1, 1]);
    expect([at(10), at(10), at(10), at(19.999), at(25), at(34), at(34)]).toEqual([0, 0, 10, 1, 0, 0, 1]);
  });

  it('counts by the real time where no other is given', () => {
    const take = createQuota({ requests: 1, seconds: 1000 });
    expect([retryAfter(take), retryAfter(take)]).toEqual([0, 1000]);
  });

  it.each([[false], [{ requests: 1, seconds: 0.5 }], [{ requests: 1000, seconds: 60 }]])('may be %j', (quota) => {
    expect(quotaExpectation[1](quota)).toBe(true);
  });

  it.each([
    [true],
    [0],
    [null],
    [{}],
    [{ requests: 10 }],
    [{ seconds: 10 }],
    [{ requests: 0, seconds: 60 }],
    [{ requests: 1.5, seconds: 60 }],
    [{ requests: '1', seconds: 60 }],
    [{ requests: 1, seconds: 0 }],
    [{ requests: 1, seconds: Number.NaN }],
    [{ requests: 1, seconds: 60, per: 'address' }],
  ])('may not be %j', (quota) => {
    expect(quotaExpectation[1](quota)).toBe(false);
  });
});
