import { describe, expect, it } from 'vitest';
import { isRacy, isSameStamp, isWithinTick, type Stamp, weakTag } from '../../../src/origin/folder/stamp.ts';

const now = 1_700_000_000_000;
/** A file last changed so many milliseconds ago. */
const stamp = (mtimeAge: number, ctimeAge: number): Stamp => ({
  dev: 1n,
  ino: 2n,
  size: 3n,
  mtimeNs: BigInt(now - mtimeAge) * 1_000_000n,
  ctimeNs: BigInt(now - ctimeAge) * 1_000_000n,
});
const fields = ['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const;

describe('a stamp', () => {
  it.each(fields)('is another where %s differs, by a nanosecond even', (field) => {
    const one = stamp(9000, 9000);
    expect(isSameStamp(one, { ...one })).toBe(true);
    expect(isSameStamp(one, { ...one, [field]: one[field] + 1n })).toBe(false);
  });

  it.each(fields)('has a weak tag of its own for each %s, but for the device', (field) => {
    const one = stamp(9000, 9000);
    const other = { ...one, [field]: one[field] + 1n };
    expect(weakTag(one)).toMatch(/^W\/"[\da-z-]+"$/);
    expect(weakTag(one) === weakTag(other)).toBe(field === 'dev');
  });

  it.each([
    [2000, 2000, false],
    [1999, 9000, true],
    [9000, 1999, true],
    [0, 0, true],
    [-1999, 9000, true],
    [-9000, 9000, false],
    [9000, -9000, true],
  ])('of a content changed %i ms and an inode changed %i ms ago is racy: %s', (mtimeAge, ctimeAge, racy) => {
    expect(isRacy(stamp(mtimeAge, ctimeAge), now)).toBe(racy);
  });

  it.each([
    [20, 20, false],
    [19, 90, true],
    [90, 19, true],
    [90, -19, true],
    [90, -20, false],
  ])(
    'of a content changed %i ms and an inode changed %i ms ago is within the tick: %s',
    (mtimeAge, ctimeAge, within) => {
      expect(isWithinTick(stamp(mtimeAge, ctimeAge), now)).toBe(within);
    },
  );
});
