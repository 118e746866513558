import { describe, expect, it } from 'vitest';
import { imagekit } from '../../../src/dialect/imagekit/imagekit.ts';
import { layerParameters, textParameters } from '../../../src/dialect/imagekit/layer-parameters.ts';
import { outputParameters, pictureParameters } from '../../../src/dialect/imagekit/parameters.ts';
import { refusals } from '../../../src/dialect/imagekit/refusals.ts';
import { failure } from '../failure.ts';

const dialect = imagekit();
const refusalOf = (steps: string) => failure(() => dialect.parse({ path: '/a.jpg', query: `tr=${steps}` }));

describe('what the vendor has and we have not', () => {
  const names = refusals.flatMap(({ names: each, reason }) => each.map((name) => [name, reason] as const));

  it.each(names)('%s is refused by name and reason', (name, reason) => {
    const layer = /^(?:lap|lm|lso|leo|ldu)/.test(name);
    const item = name === 'pg-name-' ? 'pg-name-"a"' : name;
    const error = refusalOf(
      layer ? `l-image,i-a.png,${item},l-end` : name.startsWith('l-') ? `${name},i-a,l-end` : item,
    );
    expect(error).toMatchObject({ code: 'INVALID_PARAMETER', status: 400 });
    expect(error?.message).toContain(JSON.stringify(item).slice(1, -1));
    expect(error?.message).toContain(reason);
  });

  it.each([
    'if-ar_gt_1,w-200,if-else,w-300,if-end',
    'w-iw_add_2',
    'w-ih',
    'h-iw_div_2',
    'w-100_sub_iw',
    'w-iw_mul_1001',
    'ar-car_mul_0.5',
    'w-100,cm-extract,x-iw_sub_cw',
    'b-ih_div_20_red',
    'l-image,i-a.png,w-bw_sub_4,l-end',
    'l-image,i-a.png,lx-bw_sub_cw,l-end',
    'l-text,i-a,fs-bh_mul_0.1,l-end',
    'l-text,i-a,w-bw_mul_0.5,l-end',
    'l-image,i-ik_canvas,w-auto,l-end',
    'fo-car',
    'fo-cat_dog',
    'e-gradient-ld-45_from-FF000050',
    'e-shadow-bl-15_st-40',
    'bg-gradient_dominant_2',
    'bg-genfill-prompt-a',
    'e-changebg-prompt-snow',
    'z-2.0,fo-face',
    'l-video,i-a.mp4,l-end',
  ])('%s is refused by its first item that is not taken', (steps) => {
    const first = steps.split(',').find((item) => !/^(?:l-|i-|w-100|cm-)/.test(item)) ?? steps.split(',')[0];
    expect(refusalOf(steps)?.message).toContain(`"${first}"`);
    expect(refusalOf(steps)).toMatchObject({ code: 'INVALID_PARAMETER' });
  });
});

describe('what nobody has', () => {
  it.each([
    'undefined-transform-true',
    'rndm_trnsf-abcd',
    'W-400',
    'w400',
    'constructor-1',
    '__proto__-1',
    'e-',
    'e-blur',
    'e-sharpen--',
    '-',
    'l-end',
    'l-image,i-a.png',
    'l-image,l-end',
    'l-text,fs-4,l-end',
    'l-shape,i-a,l-end',
    'l-text,i-a,l-image,i-b.png,l-end,l-end',
    'l-image,i-a.png,f-png,l-end',
    'l-image,i-a.png,di-b.png,l-end',
    'fs-20',
    'lx-4',
    'i-a.png',
  ])('%s is refused', (steps) => {
    expect(refusalOf(steps)).toMatchObject({ code: 'INVALID_PARAMETER' });
  });

  it('is named in the refusal', () => {
    expect(refusalOf('w-40,rndm_trnsf-abcd,h-x')?.message).toBe(
      'tr: "rndm_trnsf-abcd" is refused: there is no such transformation of a picture.',
    );
  });
});

describe('what a layer takes', () => {
  it('is measured on the picture below alone, and told so', () => {
    for (const [key, side] of Object.entries({ lx: 'w', ly: 'h', lxc: 'w', lyc: 'h' })) {
      const example = `b${side}_div_2`;
      const layer = (value: string) => refusalOf(`l-image,i-a.png,${key}-${value},l-end`);
      expect(layer('x')?.message).toMatch(new RegExp(`, or a part such as ${example}\\.$`));
      expect(layer(example)).toBeUndefined();
      expect(layer(`i${side}_div_2`)?.message).toMatch(new RegExp(`^${key}: .* there are bw, bh\\.$`));
    }
  });

  it('is words of up to 1000 pixels', () => {
    expect(refusalOf('l-text,i-a,fs-1000,l-end')).toBeUndefined();
    expect(refusalOf('l-text,i-a,fs-1001,l-end')?.message).toBe(
      'fs: "1001" is not allowed; expected a whole number from 1 to 1000.',
    );
  });
});

describe('a bad value', () => {
  it.each([
    ...Object.entries({
      w: ['', '0', '-4', 'N4', 'x', '4px', '65536', '1e3', '0.00001', ' 4', '4 '],
      h: ['auto', '', '0'],
      ar: ['4:3', '0-3', '3', 'x', '4-3-2', '10000-1'].filter((value) => value !== '3'),
      c: ['', 'cover', 'at_most'],
      cm: ['at_max', 'pad'],
      fo: ['middle', '', 'top_top'],
      dpr: ['0', '5.1', '0.05', 'x'],
      t: ['0', '100', 'yes'],
      rt: ['361', 'N361', 'left'],
      fl: ['x', 'hv'],
      bl: ['0', '101', ''],
      'e-grayscale': ['2'],
      'e-usm': ['', '1', '2-2-0.8', '2-2-0.8-2', '2-2-0.8-0.1-1'],
      b: ['5', '5_', '_FF0000', '5-FF0000', '5_F00', '5_FF0000_1'],
      r: ['', '-1', '1_2', '1_2_3', 'min'],
      bg: ['', 'FF00', 'FF0000FF', '#FF0000', 'nocolour', 'FF00001'],
      o: ['101', '-1', ''],
      q: ['0', '101', 'auto', ''],
      f: ['', 'jxl', 'JPG', 'json'],
      lo: ['1', 'yes'],
      pr: ['1'],
      pg: ['0', '1_3', '2-4', 'x'],
      di: ['', '..@@secret', '.env', 'a@@@@b'],
      orig: ['yes'],
    }).flatMap(([key, values]) => values.map((value) => [key, value] as const)),
  ])('%s-%s is refused, and told', (key, value) => {
    const steps = `${key}-${encodeURIComponent(value)}${key === 'ar' ? ',w-100' : ''}`;
    const error = refusalOf(steps);
    expect(error?.status).toBeGreaterThanOrEqual(400);
    expect(error?.status).toBeLessThan(500);
    if (key !== 'di') expect(error?.message).toMatch(new RegExp(`^${key}: |^tr: "${key}-`));
  });

  it('is the first of several', () => {
    expect(refusalOf('w-40,h-x,q-y')?.message).toMatch(/^h: "x" is not allowed/);
    expect(refusalOf('l-image,i-a.png,w-y,l-end,h-x')?.message).toMatch(/^w: "y" is not allowed/);
  });
});

describe('what has no meaning alone, or beside something', () => {
  it.each([
    ['x-4,w-10', 'x: has no meaning without cm-extract.'],
    ['yc-4,w-10,cm-pad_resize', 'yc: has no meaning without cm-extract.'],
    ['x-4,yc-4,w-10,cm-extract', 'x: has no meaning beside xc or yc.'],
    ['c-force,cm-extract,w-10', 'c: has no meaning beside cm.'],
    ['ar-4-3', 'ar: has no meaning without w or h.'],
    ['bg-blurred,w-10', 'bg: has no meaning as blurred without cm-pad_resize.'],
    ['w-4,w-4', 'w: given more than once in a step.'],
    ['w-4,width-4', 'w: given more than once in a step.'],
    ['l-image,i-a.png,lx-4,lyc-4,l-end', 'lxc, lyc: are not taken beside lx and ly here.'],
    ['w-bw_div_2', 'w: what the expression measures on is not known there; there are iw, ih, cw, ch.'],
    ['rt-90:w-iw_div_2', 'w: what the expression measures on is not known there; there are cw, ch.'],
    ['l-image,i-a.png,lx-cw,l-end', 'lx: what the expression measures on is not known there; there are bw, bh.'],
    ['l-image,i-ik_canvas,w-iw,l-end', 'w: what the expression measures on is not known there; there are bw, bh.'],
    ['l-image,i-a.png,w-bw_div_2,rt-45,l-end', 'w: measured on the picture below, is not taken beside rt in a step.'],
    [
      'l-image,i-a.png,h-bh,w-9,l-end',
      'h: measured on the picture below, is not taken beside the other side in a step.',
    ],
    [
      'l-image,i-a.png,w-bw,l-image,i-b.png,l-end,l-end',
      'w: measured on the picture below, is not taken beside layers of its own in a step.',
    ],
    [
      'l-image,i-a.png,w-bw:rt-90,l-end',
      'w: what the expression measures on is not known there; there are iw, ih, cw, ch.',
    ],
  ])('%s is refused', (steps, message) => {
    expect(refusalOf(steps)).toMatchObject({ code: 'INVALID_PARAMETER', message });
  });
});

it('no key is taken and refused at once, whatever its value', () => {
  const taken = [pictureParameters, outputParameters, layerParameters, textParameters].flatMap((rows) =>
    Object.entries(rows).flatMap(([name, { aliases }]) => [name, ...aliases]),
  );
  const refused = refusals.flatMap(({ names }) => names).filter((name) => taken.includes(name));
  expect(refused).toEqual([]);
});
