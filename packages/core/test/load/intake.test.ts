import { describe, expect, it } from 'vitest';
import { createInFlight } from '../../src/load/in-flight.ts';
import { createIntake, type OwnBytes } from '../../src/load/intake.ts';
import type { QueueBounds } from '../../src/load/line.ts';

/** Half of it is for originals. */
const bounds: QueueBounds = { queue: 10, wait: 60, bytes: 200 };

function open() {
  const inFlight = createInFlight();
  return { inFlight, intake: createIntake(inFlight), own: createOwn(), other: createOwn() };
}

const createOwn = (): OwnBytes => ({ held: 0, holders: new WeakMap() });

describe('an intake', () => {
  it('lets nobody in as what was admitted comes', async () => {
    const { inFlight, intake, own, other } = open();
    expect(intake.admit(100, own, bounds)).toBeUndefined();
    const waits = intake.admit(100, other, bounds);
    const original = new Uint8Array(100);
    intake.exchange(100, original, own);
    expect([inFlight.originals, intake.stats().waiting]).toEqual([100, 1]);
    intake.exchange(original, undefined, own);
    await waits;
    expect([inFlight.originals, own.held, other.held]).toEqual([100, 0, 100]);
  });

  it('lets in who fits where less comes than was admitted', async () => {
    const { inFlight, intake, own, other } = open();
    await intake.admit(100, own, bounds);
    const waits = intake.admit(40, other, bounds);
    intake.exchange(100, new Uint8Array(60), own);
    await waits;
    expect([inFlight.originals, own.held, other.held]).toEqual([100, 60, 40]);
  });

  it('counts once what several hold, until the last has left it', () => {
    const { inFlight, intake, own } = open();
    const original = new Uint8Array(10);
    for (let holders = 0; holders < 3; holders++) intake.exchange(undefined, original, own);
    expect([inFlight.originals, own.held]).toEqual([10, 10]);
    for (let left = 2; left >= 0; left--) {
      intake.exchange(original, undefined, own);
      expect(inFlight.originals).toBe(left === 0 ? 0 : 10);
    }
    intake.exchange(undefined, original, own);
    expect([inFlight.originals, own.held]).toEqual([10, 10]);
  });
});
