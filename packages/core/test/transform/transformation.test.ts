import { describe, expect, it } from 'vitest';
import type { Overlay } from '../../src/transform/overlay.ts';
import { overlaysOf, type Transformation, withOverlay } from '../../src/transform/transformation.ts';

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
