import { describe, expect, it } from 'vitest';
import { createBreaker } from '../../src/store/breaker.ts';

function setUp() {
  let now = 1000;
  const breaker = createBreaker({ now: () => now });
  const fail = (times: number): void => {
    for (let time = 0; time < times; time++) breaker.enter()?.(false);
  };
  return {
    breaker,
    fail,
    pass: (ms: number): void => {
      now += ms;
    },
  };
}

describe('the breaker', () => {
  it('opens at the fifth failure in a row', () => {
    const { breaker, fail } = setUp();
    fail(4);
    expect(breaker.isOpen()).toBe(false);
    fail(1);
    expect(breaker.isOpen()).toBe(true);
    expect(breaker.enter()).toBeUndefined();
  });

  it('begins to count anew at each success', () => {
    const { breaker, fail } = setUp();
    fail(4);
    breaker.enter()?.(true);
    fail(4);
    expect(breaker.isOpen()).toBe(false);
  });

  it('lets one call try after two seconds, and no other meanwhile', () => {
    const { breaker, fail, pass } = setUp();
    fail(5);
    pass(1999);
    expect(breaker.enter()).toBeUndefined();
    pass(1);
    const trial = breaker.enter();
    expect(trial).toBeDefined();
    expect(breaker.enter()).toBeUndefined();
    trial?.(true);
    expect(breaker.isOpen()).toBe(false);
    expect(breaker.enter()).toBeDefined();
  });

  it('waits again when the trial fails', () => {
    const { breaker, fail, pass } = setUp();
    fail(5);
    pass(2000);
    breaker.enter()?.(false);
    pass(1999);
    expect(breaker.enter()).toBeUndefined();
    pass(1);
    expect(breaker.enter()).toBeDefined();
  });

  it('does not listen to calls admitted before it opened', () => {
    const { breaker, fail, pass } = setUp();
    const late = [breaker.enter(), breaker.enter()];
    fail(5);
    late[0]?.(true);
    expect(breaker.isOpen()).toBe(true);
    pass(1500);
    late[1]?.(false);
    pass(500);
    expect(breaker.enter()).toBeDefined();
  });
});
