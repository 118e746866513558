import { describe, expect, it } from 'vitest';
import { emptyLayer, merge, type ParameterLayer } from '../../src/dialect/layers.ts';

type Said = Readonly<Record<string, string>>;

const layer = (stages: readonly Said[], shared: Said = {}): ParameterLayer => ({
  stages: stages.map((stage) => new Map(Object.entries(stage))),
  shared: new Map(Object.entries(shared)),
});

describe('merge', () => {
  it.each<readonly [string, ParameterLayer, ParameterLayer, ParameterLayer]>([
    ['nothing and nothing', emptyLayer, emptyLayer, emptyLayer],
    ['something above nothing', layer([{ w: '1' }]), emptyLayer, layer([{ w: '1' }])],
    ['nothing above something', emptyLayer, layer([{ w: '1' }], { q: '5' }), layer([{ w: '1' }], { q: '5' })],
    ['parameter by parameter', layer([{ w: '1' }]), layer([{ w: '2', h: '3' }]), layer([{ w: '1', h: '3' }])],
    ['stage by stage', layer([{}, { w: '1' }]), layer([{ w: '2' }]), layer([{ w: '2' }, { w: '1' }])],
    ['what is shared', layer([], { q: '1' }), layer([], { q: '2', v: '3' }), layer([], { q: '1', v: '3' })],
    ['the place above', layer([{ fp: '0,0' }]), layer([{ position: 'top', w: '1' }]), layer([{ fp: '0,0', w: '1' }])],
    ['the place below', layer([{ w: '1' }]), layer([{ position: 'top' }]), layer([{ position: 'top', w: '1' }])],
    [
      'another overlay',
      layer([{ overlay: '/x' }]),
      layer([{ overlay: '/y', 'overlay-w': '1' }]),
      layer([{ overlay: '/x' }]),
    ],
    [
      'words in place of an overlay',
      layer([{ text: 'x' }]),
      layer([{ overlay: '/y', 'overlay-w': '1' }]),
      layer([{ text: 'x' }]),
    ],
    [
      'an overlay in place of words',
      layer([{ overlay: '/y' }]),
      layer([{ text: 'x', 'text-size': '1', 'overlay-w': '1' }]),
      layer([{ overlay: '/y' }]),
    ],
    [
      'more of words',
      layer([{ 'text-size': '2' }]),
      layer([{ text: 'x', 'text-size': '1' }]),
      layer([{ text: 'x', 'text-size': '2' }]),
    ],
    [
      'more of an overlay',
      layer([{ 'overlay-h': '2' }]),
      layer([{ overlay: '/y', 'overlay-w': '1' }]),
      layer([{ overlay: '/y', 'overlay-w': '1', 'overlay-h': '2' }]),
    ],
  ])('gives of two layers %s', (_, upper, lower, expected) => {
    expect(merge(upper, lower)).toEqual(expected);
  });

  it('changes neither', () => {
    const [upper, lower] = [layer([{ w: '1' }], { q: '1' }), layer([{ h: '2' }], { v: '2' })];
    merge(upper, lower);
    expect(upper).toEqual(layer([{ w: '1' }], { q: '1' }));
    expect(lower).toEqual(layer([{ h: '2' }], { v: '2' }));
  });
});
