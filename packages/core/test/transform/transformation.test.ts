import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalTransformation,
  fits,
  type Output,
  positions,
  type Resize,
} from '../../src/transform/transformation.ts';

const canonicalResize = (resize: Resize): Resize | undefined =>
  canonicalTransformation({ stages: [{ resize }], output: {} }).stages[0]?.resize;

describe('canonicalTransformation', () => {
  it.each<readonly [Resize, Resize | undefined]>([
    [{}, undefined],
    [{ fit: 'contain', position: 'top' }, undefined],
    [{ width: undefined, height: undefined }, undefined],
    [{ width: 9 }, { width: 9 }],
    [{ height: 9 }, { height: 9 }],
    [{ width: 9, fit: 'contain', position: 'top' }, { width: 9 }],
    [{ height: 9, fit: 'outside' }, { height: 9 }],
    [
      { width: 9, height: 8, fit: 'cover', position: 'centre' },
      { width: 9, height: 8 },
    ],
    [
      { width: 9, height: 8, position: 'top' },
      { width: 9, height: 8, position: 'top' },
    ],
    [
      { width: 9, height: 8, fit: 'contain', position: 'top' },
      { width: 9, height: 8, fit: 'contain', position: 'top' },
    ],
    [
      { width: 9, height: 8, fit: 'contain', position: 'centre' },
      { width: 9, height: 8, fit: 'contain' },
    ],
    [
      { width: 9, height: 8, fit: 'fill', position: 'top' },
      { width: 9, height: 8, fit: 'fill' },
    ],
    [
      { width: 9, height: 8, fit: 'inside', position: 'entropy' },
      { width: 9, height: 8, fit: 'inside' },
    ],
    [
      { width: 9, height: 8, fit: 'outside', position: 'left' },
      { width: 9, height: 8, fit: 'outside' },
    ],
  ])('makes of %o %o', (resize, expected) => {
    expect(canonicalResize(resize)).toStrictEqual(expected);
  });

  it.each<readonly [Output, Output]>([
    [{}, {}],
    [{ format: undefined, quality: undefined }, {}],
    [{ format: 'auto', quality: 80 }, { format: 'auto' }],
    [{ quality: 79 }, { quality: 79 }],
  ])('makes of the output %o %o', (output, expected) => {
    expect(canonicalTransformation({ stages: [], output })).toStrictEqual({ stages: [], output: expected });
  });

  it('leaves out stages that do nothing and keeps the order of the others', () => {
    const stages = [{}, { resize: { width: 9 } }, { resize: {} }, { resize: { height: 7 } }];
    expect(canonicalTransformation({ stages, output: {} }).stages).toStrictEqual([
      { resize: { width: 9 } },
      { resize: { height: 7 } },
    ]);
  });

  it('changes nothing the second time', () => {
    const side = fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined });
    const resize = fc.record(
      { width: side, height: side, fit: fc.constantFrom(...fits), position: fc.constantFrom(...positions) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.array(fc.record({ resize }), { maxLength: 3 }),
        fc.integer({ min: 78, max: 82 }),
        (stages, quality) => {
          const once = canonicalTransformation({ stages, output: { quality } });
          expect(canonicalTransformation(once)).toStrictEqual(once);
        },
      ),
    );
  });
});
