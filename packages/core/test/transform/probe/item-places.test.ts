import { describe, expect, it } from 'vitest';
import { readPlaces } from '../../../src/transform/probe/item-places.ts';

const box = (name: string, ...payload: readonly number[]) =>
  Buffer.from([0, 0, 0, 8 + payload.length, ...Buffer.from(name), ...payload]);
/** Version 1 with offsets and lengths of two bytes: item 1, from the file or from a box. */
const iloc = (method: number, ...parts: readonly (readonly [number, number])[]) =>
  box(
    'iloc',
    1,
    0,
    0,
    0,
    0x22,
    0,
    0,
    1,
    0,
    1,
    0,
    method,
    0,
    0,
    0,
    parts.length,
    ...parts.flatMap(([at, length]) => [0, at, 0, length]),
  );
const refused = (code: string) => expect.objectContaining({ code });
const placesIn = (bytes: Buffer) => readPlaces(bytes, { start: 0, end: bytes.length });
const idat = box('idat', 1, 2, 3, 4);

describe('readPlaces', () => {
  it('finds parts in the file', () => {
    const bytes = Buffer.concat([iloc(0, [38, 2], [43, 1]), idat]);
    expect(placesIn(bytes).get(1)).toEqual([bytes.subarray(38, 40), bytes.subarray(43, 44)]);
  });

  it('finds parts in the box beside', () => {
    const bytes = Buffer.concat([iloc(1, [1, 2]), idat]);
    expect(placesIn(bytes).get(1)).toEqual([Buffer.from([2, 3])]);
  });

  it('reads a base, indexes and numbers of eight bytes', () => {
    const wide = [0, 0, 0, 0, 0, 0, 0];
    const head = [1, 0, 0, 0, 0x88, 0x44, 0, 1, 0, 9, 0, 0, 0, 0];
    const bytes = box('iloc', ...head, 0, 0, 0, 4, 0, 1, 0, 0, 0, 7, ...wide, 1, ...wide, 3);
    expect(placesIn(bytes).get(9)).toEqual([bytes.subarray(5, 8)]);
  });

  it.each<readonly [string, () => Buffer]>([
    ['a part that ends behind the file', () => Buffer.concat([iloc(0, [40, 1]), idat])],
    ['a part that ends behind the box', () => Buffer.concat([iloc(1, [3, 2]), idat])],
    ['a part of a box that is not there', () => iloc(1, [0, 0])],
    ['parts with more bytes than the file', () => Buffer.concat([iloc(0, [0, 30], [0, 30]), idat])],
    ['a table that is cut short', () => iloc(0, [0, 1]).subarray(0, -1)],
    ['numbers of three bytes', () => box('iloc', 0, 0, 0, 0, 0x33, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0)],
    ['two places of one item', () => box('iloc', 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)],
  ])('finds a file broken with %s', (_, make) => {
    expect(() => placesIn(make())).toThrow(refused('BROKEN_IMAGE'));
  });

  it('does not support items made from others', () => {
    expect(() => placesIn(Buffer.concat([iloc(2, [0, 1]), idat]))).toThrow(refused('UNSUPPORTED_IMAGE'));
  });
});
