import { describe, expect, it } from 'vitest';
import { imagekit } from '../../../src/dialect/imagekit/imagekit.ts';
import type { Overlay } from '../../../src/transform/overlay.ts';
import { failure } from '../failure.ts';

const dialect = imagekit();
const overlaysOf = (steps: string): readonly Overlay[] | undefined =>
  dialect.parse({ path: '/cat.jpg', query: `tr=${steps}` })?.transformation.stages[0]?.overlays;
const trimmed = { threshold: 10 };
const black = { r: 0, g: 0, b: 0, alpha: 255 };
const red = { r: 255, g: 0, b: 0, alpha: 255 };

describe('l-image', () => {
  it.each<readonly [string, unknown]>([
    ['l-image,i-a.png,l-end', { path: '/a.png', stages: [{ trim: trimmed }] }],
    ['l-image,i-a.png,t-false,l-end', { path: '/a.png' }],
    ['l-image,i-a.png,t-5,l-end', { path: '/a.png', stages: [{ trim: { threshold: 5 } }] }],
    [
      'l-image,i-a.png,t-false,w-10,rt-90,l-end',
      { path: '/a.png', stages: [{ resize: { width: 10, enlarge: true }, rotate: { degrees: 90 } }] },
    ],
    [
      'l-image,i-a.png,w-10:rt-90,l-end',
      {
        path: '/a.png',
        stages: [{ trim: trimmed, resize: { width: 10, enlarge: true } }, { rotate: { degrees: 90 } }],
      },
    ],
    ['l-image,i-a.png,t-false,lfo-bottom_left,l-end', { path: '/a.png', position: 'left bottom' }],
    ['l-image,i-a.png,t-false,lfo-center,l-end', { path: '/a.png' }],
    ['l-image,i-a.png,t-false,lx-10,ly-20,l-end', { path: '/a.png', at: { x: 10, y: 20 } }],
    ['l-image,i-a.png,t-false,lx-10,ly-20,lfo-top,l-end', { path: '/a.png', at: { x: 10, y: 20 } }],
    ['l-image,i-a.png,t-false,lx-N35,l-end', { path: '/a.png', at: { x: -35 } }],
    ['l-image,i-a.png,t-false,ly-N0,l-end', { path: '/a.png', position: 'bottom' }],
    ['l-image,i-a.png,t-false,lx-0,ly-0,l-end', { path: '/a.png', at: { x: 0, y: 0 } }],
    ['l-image,i-a.png,t-false,lx-N0,ly-4,l-end', { path: '/a.png', position: 'right', at: { y: 4 } }],
    ['l-image,i-a.png,t-false,lx-N0,ly-N0,l-end', { path: '/a.png', position: 'right bottom' }],
    [
      'l-image,i-a.png,t-false,lxc-100,lyc-200,lap-top_left,l-end',
      { path: '/a.png', at: { x: 100, y: 200, anchor: 'centre' } },
    ],
    ['l-image,i-a.png,t-false,w-bw_mul_0.5,l-end', { path: '/a.png', width: { percent: 50 } }],
    [
      'l-image,i-a.png,o-50,h-bh_div_10,lx-bw_mul_0.9,ly-N4,l-end',
      {
        path: '/a.png',
        height: { percent: 10 },
        at: { x: { percent: 90 }, y: -4 },
        stages: [{ trim: trimmed, opacity: 50 }],
      },
    ],
    ['l-image,i-a.png,t-false,lxc-bw_div_2,l-end', { path: '/a.png', at: { x: { percent: 50 }, anchor: 'centre' } }],
    [
      'l-image,i-a.png,t-false,w-iw_div_2,l-end',
      { path: '/a.png', stages: [{ resize: { width: { percent: 50 }, enlarge: true } }] },
    ],
    [
      'l-image,i-ik_canvas,w-bw,h-bh_div_10,ly-N0,l-end',
      { colour: black, width: { percent: 100 }, height: { percent: 10 }, position: 'bottom' },
    ],
    ['l-image,i-a.png,t-false,lm-multiply,l-end', { path: '/a.png', blend: 'multiply' }],
    ['l-image,i-a.png,t-false,o-50,q-10,l-end', { path: '/a.png', stages: [{ opacity: 50 }] }],
    [
      'l-image,i-a.png,t-false,b-10_red,l-image,i-b.png,t-false,lfo-top_right,l-end,l-end',
      {
        path: '/a.png',
        stages: [{ border: { width: 10, colour: red }, overlays: [{ path: '/b.png', position: 'right top' }] }],
      },
    ],
    ['l-image,i-ik_canvas,bg-FF0000,w-300,h-100,l-end', { colour: red, width: 300, height: 100 }],
    ['l-image,i-ik_canvas,l-end', { colour: black }],
    ['l-image,i-ik_canvas,bg-FF000050,al-3,w-0.5,l-end', { colour: { ...red, alpha: 128 }, width: { percent: 50 } }],
    ['l-image,i-ik_canvas,bg-FF0000,al-4,l-end', { colour: { ...red, alpha: 102 } }],
    ['l-image,i-ik_canvas,bg-red,al-4,l-end', { colour: red }],
    [
      'l-image,i-ik_canvas,bg-red,w-9,h-9,r-3,lx-1,ly-2,l-end',
      { colour: red, width: 9, height: 9, at: { x: 1, y: 2 }, stages: [{ radius: [3, 3, 3, 3] }] },
    ],
  ])('%s is laid on', (steps, overlay) => {
    expect(overlaysOf(steps)).toEqual([overlay]);
  });

  it('lies above what its step does, and below what comes after', () => {
    const { stages } = dialect.parse({ path: '/c.jpg', query: 'tr=w-9,l-image,i-a.png,t-false,l-end:rt-90' })
      ?.transformation ?? { stages: [] };
    expect(stages).toEqual([
      { resize: { width: 9, enlarge: true }, overlays: [{ path: '/a.png' }] },
      { rotate: { degrees: 90 } },
    ]);
  });

  it('lies three deep, and not four', () => {
    const nested = (depth: number): string => (depth === 0 ? 'w-9' : `l-image,i-a.png,${nested(depth - 1)},l-end`);
    expect(overlaysOf(nested(3))).toHaveLength(1);
    expect(failure(() => overlaysOf(nested(4)))).toMatchObject({ code: 'INVALID_PARAMETER' });
  });

  it('is there sixteen times, and no more', () => {
    const several = (count: number): string => Array(count).fill('l-image,i-a.png,l-end').join(',');
    expect(overlaysOf(several(16))).toHaveLength(16);
    expect(failure(() => overlaysOf(several(17)))).toMatchObject({ code: 'INVALID_PARAMETER' });
  });

  it.each(['..@@secret.png', '.env', 'a%5Cb.png', 'a@@@@b.png', 'a%00.png'])(
    'is nothing that is never served: %s',
    (path) => {
      expect(failure(() => overlaysOf(`l-image,i-${path},l-end`))?.code).toMatch(/NOT_FOUND|MALFORMED_REQUEST/);
    },
  );

  it.each([
    ['i', 'l-image,i-a%00.png,l-end'],
    ['i', 'l-image,i-a%7F.png,l-end'],
    ['di', 'di-a%01.png'],
  ])('is told by %s where no path can be so: %s', (key, steps) => {
    expect(failure(() => overlaysOf(steps))).toMatchObject({
      code: 'MALFORMED_REQUEST',
      message: `${key}: holds characters that are in no path.`,
    });
  });
});

describe('l-text', () => {
  const plain = { content: 'Manu', size: 45, colour: black, align: 'centre' };

  it.each<readonly [string, unknown]>([
    ['l-text,i-Manu,l-end', { text: plain }],
    ['l-text,i-Manu,fs-20,co-red,ff-Arial,l-end', { text: { ...plain, size: 20, colour: red, font: 'Arial' } }],
    ['l-text,i-Manu,ff-a@@B-C.ttf,l-end', { text: { ...plain, font: 'a/B-C.ttf' } }],
    ['l-text,i-Manu,tg-b,l-end', { text: { ...plain, bold: true } }],
    [
      'l-text,i-Manu,tg-b_i,ia-right,w-300,l-end',
      { text: { ...plain, bold: true, italic: true, align: 'right', wrap: 300 } },
    ],
    ['l-text,i-Manu,pa-10,l-end', { text: { ...plain, padding: [10, 10, 10, 10] } }],
    ['l-text,i-Manu,pa-25_75_60,l-end', { text: { ...plain, padding: [25, 75, 60, 75] } }],
    ['l-text,i-Manu,bg-FFFFFF50,l-end', { text: { ...plain, background: { r: 255, g: 255, b: 255, alpha: 128 } } }],
    ['l-text,i-Manu,al-5,l-end', { text: { ...plain, colour: { ...black, alpha: 128 } } }],
    ['l-text,i-Manu,fs-20,lh-30,l-end', { text: { ...plain, size: 20, lineHeight: 1.5 } }],
    ['l-text,i-Manu,lx-N10,ly-5,l-end', { text: plain, at: { x: -10, y: 5 } }],
    ['l-text,i-Manu,rt-N45,fl-h,l-end', { text: plain, stages: [{ flip: 'h', rotate: { degrees: 315 } }] }],
    ['l-text,i-Manu,bg-red,r-max,l-end', { text: { ...plain, background: red }, stages: [{ mask: 'ellipse' }] }],
  ])('%s is laid on', (steps, overlay) => {
    expect(overlaysOf(steps)).toEqual([overlay]);
  });

  it('is cut off after 2000 characters', () => {
    const [overlay] = overlaysOf(`l-text,i-${'é'.repeat(2001)},l-end`) ?? [];
    expect(overlay).toMatchObject({ text: { content: 'é'.repeat(2000) } });
  });
});
