import { describe, expect, it } from 'vitest';
import { checkCodedFrames } from '../../../src/transform/probe/coded-frames.ts';

/** A unit of a type with its size, in as many bytes as are asked for. */
const unit = (type: number, payload: readonly number[] = [], sizeBytes = 1) => [
  (type << 3) | 2,
  ...Array.from(
    { length: sizeBytes },
    (_, index) => (index === 0 ? payload.length : 0) | (index < sizeBytes - 1 ? 0x80 : 0),
  ),
  ...payload,
];
const frames = (count: number, type = 6) => Array.from({ length: count }, () => unit(type, [1, 2, 3])).flat();
const check = (...bytes: readonly number[]) => checkCodedFrames([Buffer.from(bytes)]);
const refused = (code: string) => expect.objectContaining({ code });

describe('checkCodedFrames', () => {
  it.each<readonly [string, readonly number[]]>([
    ['nothing', []],
    ['a sequence header and a frame', [...unit(1, [9]), ...frames(1)]],
    ['four layers', [...unit(2), ...frames(4)]],
    ['frames in the payload of another unit', unit(5, frames(5))],
    ['a frame without a size, whatever follows', [6 << 3, ...frames(9)]],
    ['what makes no sense', [0x1a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ...frames(9)]],
  ])('takes %s', (_, bytes) => {
    expect(() => check(...bytes)).not.toThrow();
  });

  it.each<readonly [string, readonly number[]]>([
    ['five frames', frames(5)],
    ['five frame headers', frames(5, 3)],
    ['five frames after a long size', [...unit(1, [9], 8), ...frames(5)]],
    ['five frames after an extension', [0x0e, 0, 1, 9, ...frames(5)]],
  ])('refuses %s', (_, bytes) => {
    expect(() => check(...bytes)).toThrow(refused('UNSUPPORTED_IMAGE'));
  });

  it('counts over all parts', () => {
    expect(() => checkCodedFrames([Buffer.from(frames(3)), Buffer.from(frames(2))])).toThrow(
      refused('UNSUPPORTED_IMAGE'),
    );
  });

  it('takes ten thousand units and not one more', () => {
    const padding = (count: number) => Array.from({ length: count }, () => unit(15)).flat();
    expect(() => check(...padding(10_000))).not.toThrow();
    expect(() => check(...padding(10_001))).toThrow(refused('BROKEN_IMAGE'));
  });
});
