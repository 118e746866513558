import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blends, type Overlay, overlayPositions } from '../../src/transform/overlay.ts';
import {
  canonicalTransformation,
  fits,
  type Output,
  overlaysOf,
  positions,
  type Resize,
  type Transformation,
  withOverlay,
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

  const path = '/logo.png';

  it.each<readonly [Overlay, Overlay]>([
    [{ path }, { path }],
    [{ path, position: 'centre', margin: 0, opacity: 100, blend: 'over' }, { path }],
    [{ path, width: undefined, height: undefined, position: undefined, margin: undefined }, { path }],
    [{ path, opacity: undefined, blend: undefined }, { path }],
    [
      { blend: 'screen', opacity: 99, margin: 1, position: 'top', height: { percent: 5 }, width: { pixels: 9 }, path },
      { path, width: { pixels: 9 }, height: { percent: 5 }, position: 'top', margin: 1, opacity: 99, blend: 'screen' },
    ],
  ])('makes of the overlay %o %o', (overlay, expected) => {
    const { stages } = canonicalTransformation({ stages: [{ overlays: [overlay] }], output: {} });
    expect(stages).toStrictEqual([{ overlays: [expected] }]);
    // Keys are made of the text.
    expect(JSON.stringify(stages)).toBe(JSON.stringify([{ overlays: [expected] }]));
  });

  it('leaves out overlays that nobody would see, and the stages that had no others', () => {
    const unseen = { path, opacity: 0 };
    const stages = [{ overlays: [unseen] }, { overlays: [] }, { resize: { width: 9 }, overlays: [unseen, { path }] }];
    expect(canonicalTransformation({ stages, output: {} }).stages).toStrictEqual([
      { resize: { width: 9 }, overlays: [{ path }] },
    ]);
  });

  it('changes nothing the second time', () => {
    const side = fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined });
    const resize = fc.record(
      { width: side, height: side, fit: fc.constantFrom(...fits), position: fc.constantFrom(...positions) },
      { requiredKeys: [] },
    );
    const length = fc.option(fc.oneof(fc.record({ pixels: side }), fc.record({ percent: side })), { nil: undefined });
    const overlay = fc.record(
      {
        path: fc.constantFrom('/a.png', '/b.png'),
        width: length,
        height: length,
        position: fc.constantFrom(undefined, ...overlayPositions),
        margin: fc.constantFrom(undefined, 0, 1),
        opacity: fc.constantFrom(undefined, 0, 1, 100),
        blend: fc.constantFrom(undefined, ...blends),
      },
      { requiredKeys: ['path'] },
    ) as fc.Arbitrary<Overlay>;
    const overlays = fc.option(fc.array(overlay, { maxLength: 3 }), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(fc.record({ resize, overlays }), { maxLength: 3 }),
        fc.integer({ min: 78, max: 82 }),
        (stages, quality) => {
          const once = canonicalTransformation({ stages, output: { quality } });
          expect(canonicalTransformation(once)).toStrictEqual(once);
          expect(overlaysOf(once)).toHaveLength(
            overlaysOf({ stages, output: {} }).filter((o) => o.opacity !== 0).length,
          );
        },
      ),
    );
  });
});

describe('overlaysOf', () => {
  it('lists the overlays of all stages in the order in which they are laid on', () => {
    const [a, b, c] = [{ path: '/a' }, { path: '/b' }, { path: '/a' }];
    expect(overlaysOf({ stages: [{}, { overlays: [a, b] }, {}, { overlays: [c] }], output: {} })).toEqual([a, b, c]);
    expect(overlaysOf({ stages: [], output: {} })).toEqual([]);
  });
});

describe('withOverlay', () => {
  const mark: Overlay = { path: '/mark.png' };
  const other: Overlay = { path: '/a.png' };

  it.each<readonly [Transformation['stages'], Transformation['stages']]>([
    [[], [{ overlays: [mark] }]],
    [[{ resize: { width: 9 } }], [{ resize: { width: 9 }, overlays: [mark] }]],
    [
      [{ overlays: [other] }, { resize: { width: 9 } }],
      [{ overlays: [other] }, { resize: { width: 9 }, overlays: [mark] }],
    ],
    [[{ overlays: [other] }], [{ overlays: [other, mark] }]],
  ])('makes of the stages %o %o', (stages, expected) => {
    const output = { format: 'auto', quality: 7 } as const;
    const given: Transformation = { stages, output };
    const before = structuredClone(given);
    expect(withOverlay(given, mark)).toEqual({ stages: expected, output });
    expect(given).toEqual(before);
  });
});
