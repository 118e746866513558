import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/transform/limits.ts';
import type { Overlay, Placement } from '../../src/transform/overlay.ts';
import { planRender } from '../../src/transform/plan.ts';
import { probe } from '../../src/transform/probe/probe.ts';
import { readSvg } from '../../src/transform/probe/svg.ts';
import { render } from '../../src/transform/render.ts';
import type { Stage } from '../../src/transform/stage.ts';
import { overlaysOf } from '../../src/transform/transformation.ts';
import { blue, composed, expectColour, orange, pixels, plain, type Rgb } from './composites.ts';
import { animation } from './probe/pictures.ts';

const green: Rgb = [20, 200, 20];
const red = { r: 220, g: 20, b: 20, alpha: 255 };
const redRgb: Rgb = [220, 20, 20];

/** 60 × 40 pixels of blue, 12 × 8 of orange, and one whose left third is green. */
let picture: Buffer;
let mark: Buffer;
let halves: Buffer;

beforeAll(async () => {
  picture = await plain(blue, 60, 40).png().toBuffer();
  mark = await plain(orange, 12, 8).png().toBuffer();
  const raw = new Uint8Array(12 * 8 * 3);
  for (let index = 0; index < 96; index++) raw.set(index % 12 < 4 ? green : orange, index * 3);
  halves = await sharp(raw, { raw: { width: 12, height: 8, channels: 3 } })
    .png()
    .toBuffer();
});

const laidOn = async (overlays: readonly Overlay[], original: Buffer = picture) =>
  pixels(
    await composed(original, { format: 'png' }, { '/x': mark, '/halves': halves, '/own': picture }, [{ overlays }]),
  );

const one = (placement: Placement) => laidOn([{ path: '/x', ...placement }]);

type Box = readonly [left: number, top: number, right: number, bottom: number];

/** Looks at every pixel: within the box it is of the one colour, and of the other around it. */
function expectBox(
  at: (x: number, y: number) => readonly number[],
  [left, top, right, bottom]: Box,
  within: Rgb,
): void {
  for (let index = 0; index < 2400; index++) {
    const [x, y] = [index % 60, Math.floor(index / 60)];
    const isCovered = x >= left && x < right && y >= top && y < bottom;
    expect(at(x, y).slice(0, 3), `${x},${y}`).toEqual(isCovered ? within : blue);
  }
}

describe('a layer at a point', () => {
  it.each<readonly [string, NonNullable<Placement['at']>, Box]>([
    ['has its left top there', { x: 5, y: 7 }, [5, 7, 17, 15]],
    ['has its right bottom there, counted from the far edges', { x: -5, y: -7 }, [43, 25, 55, 33]],
    ['has its middle there', { x: 20, y: 10, anchor: 'centre' }, [14, 6, 26, 14]],
    ['has its middle there, counted from the far edges', { x: -20, y: -10, anchor: 'centre' }, [34, 26, 46, 34]],
    ['that is a share of the picture', { x: { percent: 50 }, y: { percent: 25 } }, [30, 10, 42, 18]],
    ['that is a share from the far edges', { x: { percent: -50 }, y: { percent: -25 } }, [18, 22, 30, 30]],
    ['is cut off at the right bottom', { x: 55, y: 36 }, [55, 36, 60, 40]],
    ['is cut off at the left top', { x: 2, y: 1, anchor: 'centre' }, [0, 0, 8, 5]],
    ['is in the middle of the side that is not said', { x: 3 }, [3, 16, 15, 24]],
  ])('%s', async (_, at, box) => {
    expectBox((await one({ at })).at, box, orange);
  });

  it('keeps to its position along the side that is not said', async () => {
    expectBox((await one({ at: { y: 3 }, position: 'right' })).at, [48, 3, 60, 11], orange);
  });

  it.each([
    { x: 60, y: 0 },
    { x: 0, y: 40 },
    { x: -72, y: -1 },
    { x: 4000, y: 4000 },
  ])('that lies outside altogether shows nothing: %o', async (at) => {
    expectBox((await one({ at })).at, [0, 0, 0, 0], orange);
  });

  it('is as large as asked for and cut off, not made smaller', async () => {
    const { at } = await one({ at: { x: 30, y: 20 }, width: 120 });
    expectBox(at, [30, 20, 60, 40], orange);
    const whole = await laidOn([{ path: '/halves', at: { x: 0, y: 0 }, width: 120 }]);
    // A third of 120 pixels.
    expectColour(whole.at(37, 39), green, 40);
    expectColour(whole.at(43, 39), orange, 40);
  });

  it('lets the rest shine through by its opacity, and is blended, where it is seen', async () => {
    const half = await one({ at: { x: 54, y: 2 }, opacity: 50 });
    expectColour(half.at(57, 4), [125, 90, 110], 2);
    expect(half.at(50, 4)).toEqual(blue);
    const mixed = await one({ at: { x: 54, y: 2 }, blend: 'difference' });
    expectColour(mixed.at(57, 4), [190, 60, 180], 2);
    expect(mixed.at(50, 4)).toEqual(blue);
  });
});

describe('a tile', () => {
  it('is laid side by side all over, from where the layer lies', async () => {
    const { at } = await laidOn([{ path: '/halves', tile: true, at: { x: 2, y: 1 } }]);
    for (let x = 0; x < 60; x++) {
      const isGreen = (x - 2 + 12) % 12 < 4;
      for (const y of [0, 1, 20, 39]) expect(at(x, y), `${x},${y}`).toEqual(isGreen ? green : orange);
    }
  });

  it('repeats its rows too', async () => {
    const turned = await laidOn([
      { path: '/halves', tile: true, position: 'left top', stages: [{ rotate: { degrees: 90 } }] },
    ]);
    for (let y = 0; y < 40; y++) expect(turned.at(3, y), `${y}`).toEqual(y % 12 < 4 ? green : orange);
  });
});

describe('the stages of a layer', () => {
  it('are done to it by itself, before it is laid on', async () => {
    const stages: Stage[] = [{ crop: { x: 0, y: 0, width: 6, height: 8 } }, { rotate: { degrees: 90 } }];
    const { at } = await laidOn([{ path: '/halves', stages, position: 'left top' }]);
    // The green third of the left is at the top by now: 8 × 6 pixels, 4 of them green.
    expect([at(0, 0), at(7, 3), at(0, 4), at(7, 5)]).toEqual([green, green, orange, orange]);
    expect([at(8, 0), at(0, 6)]).toEqual([blue, blue]);
  });

  it('come before the size that it is laid on in', async () => {
    const stages: Stage[] = [{ rotate: { degrees: 90 } }];
    expectBox((await one({ stages, width: 16, at: { x: 4, y: 4 } })).at, [4, 4, 20, 28], orange);
  });

  it('make it smaller than the picture where it is larger, without a point', async () => {
    const { at } = await laidOn([{ path: '/own', stages: [{ adjust: { negate: true } }], margin: 5 }]);
    const opposite: Rgb = [225, 195, 55];
    expect([at(4, 20), at(30, 4), at(30, 35)]).toEqual([blue, blue, blue]);
    expect([at(10, 20), at(30, 6), at(30, 33)]).toEqual([opposite, opposite, opposite]);
  });

  it('may trim it: what follows goes by what is left', async () => {
    const framed = await sharp(mark)
      .extend({ top: 6, bottom: 2, left: 3, right: 9, background: '#fff' })
      .png()
      .toBuffer();
    const stages: Stage[] = [{ trim: { threshold: 10 } }, { resize: { width: 6 } }];
    const overlays: Overlay[] = [{ path: '/x', stages, at: { x: 10, y: 10 } }];
    const { at } = await pixels(await composed(picture, {}, { '/x': framed }, [{ overlays }]));
    expectBox(at, [10, 10, 16, 14], orange);
  });

  it('may make its corners round', async () => {
    const { at } = await one({ stages: [{ radius: 'max' }], at: { x: 0, y: 0 } });
    expect([at(0, 0), at(11, 7), at(6, 4)]).toEqual([blue, blue, orange]);
  });

  it('draw a drawing in the size that they ask for', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="2" height="4" fill="#dc7814"/></svg>',
    );
    const overlay = { bytes: svg, image: readSvg(svg) };
    const transformation = {
      stages: [{ overlays: [{ path: '/x', stages: [{ resize: { width: 40 } }], at: { x: 0, y: 0 } }] }],
      output: {},
    } as const;
    const image = probe(picture);
    const plan = planRender(transformation, image, {
      accept: 'other',
      limits: defaultLimits,
      overlays: [overlay.image],
    });
    const { at } = await pixels(await render(picture, image, plan, defaultLimits, [overlay]));
    // Its edge is sharp: it was drawn, not stretched.
    expect([at(19, 39), at(20, 39)]).toEqual([orange, blue]);
  });
});

describe('layers of layers', () => {
  it('are laid on three deep, each where it lies on its own', async () => {
    const innermost: Overlay = { colour: red, width: 2, height: 2, at: { x: 1, y: 1 } };
    const middle: Overlay = { path: '/halves', at: { x: 10, y: 10 }, stages: [{ overlays: [innermost] }] };
    const outer: Overlay = {
      path: '/own',
      at: { x: 6, y: 4 },
      stages: [{ adjust: { negate: true }, overlays: [middle] }],
    };
    const { at } = await laidOn([outer]);
    expect(at(5, 3)).toEqual(blue);
    expect(at(6, 4)).toEqual([225, 195, 55]);
    expect([at(16, 14), at(17, 15), at(18, 16), at(19, 17)]).toEqual([green, redRgb, redRgb, green]);
    expect([at(20, 14), at(28, 14)]).toEqual([orange, [225, 195, 55]]);
  });

  it('find each their own original, in the order of the list', async () => {
    const overlays: Overlay[] = [
      { colour: red, width: 4, height: 4, at: { x: 0, y: 0 } },
      { path: '/own', at: { x: 30, y: 0 }, stages: [{ overlays: [{ path: '/halves', at: { x: 0, y: 0 } }] }] },
      { path: '/x', position: 'left bottom' },
    ];
    expect(overlaysOf({ stages: [{ overlays }], output: {} }).map(({ path }) => path)).toEqual([
      '/own',
      '/halves',
      '/x',
    ]);
    const { at } = await laidOn(overlays);
    expect([at(0, 0), at(30, 0), at(40, 0), at(43, 0), at(0, 39)]).toEqual([redRgb, green, orange, blue, orange]);
  });

  it('are found in the stages that follow a trim too', async () => {
    const overlays: Overlay[] = [
      { path: '/own', at: { x: 0, y: 0 }, stages: [{ overlays: [{ path: '/halves', at: { x: 0, y: 0 } }] }] },
    ];
    const stages: Stage[] = [
      { overlays: [{ path: '/x', at: { x: 30, y: 30 } }] },
      { trim: { threshold: 99 }, overlays },
    ];
    const originals = { '/x': mark, '/halves': halves, '/own': picture };
    const { at } = await pixels(await composed(picture, {}, originals, stages));
    expect(at(0, 0)).toEqual(green);
  });
});

describe('a colour', () => {
  it('is as large as the picture where no size is given', async () => {
    expectBox((await laidOn([{ colour: red }])).at, [0, 0, 60, 40], redRgb);
  });

  it('has the sides that are given, in no proportion', async () => {
    expectBox((await laidOn([{ colour: red, width: { percent: 50 }, position: 'right' }])).at, [30, 0, 60, 40], redRgb);
    expectBox((await laidOn([{ colour: red, height: 4, at: { y: -2 } }])).at, [0, 34, 60, 38], redRgb);
  });

  it('lets shine through what its alpha leaves', async () => {
    expectColour((await laidOn([{ colour: { ...red, alpha: 51 } }])).at(30, 20), [68, 52, 164], 2);
  });
});

it.each(['gif', 'webp'] as const)('lies on every frame of a %s', async (format) => {
  const original = await animation(40, 24, 4).webp({ lossless: true }).toBuffer();
  const overlays: Overlay[] = [
    { path: '/x', at: { x: 34, y: 20 }, stages: [{ adjust: { negate: true } }] },
    { colour: red, at: { x: 90 } },
  ];
  const made = await composed(original, { format, quality: 100 }, { '/x': mark }, [{ overlays }]);
  expect((await sharp(made, { animated: true }).metadata()).pages).toBe(4);
  for (const frame of [0, 1, 2, 3]) {
    const { at } = await pixels(made, frame);
    expectColour(at(37, 22).slice(0, 3), [35, 135, 235], 40);
    expectColour(at(20, 12).slice(0, 3), [40 * frame, 200 - 40 * frame, 90], 40);
  }
});

it('refuses a layer that would be over the limits', async () => {
  const wide: Overlay = { path: '/x', at: { x: 0, y: 0 }, width: { percent: 100 }, height: { percent: 100 } };
  const limits = { ...defaultLimits, outputSide: 50 };
  const image = probe(mark);
  const transformation = {
    stages: [{ resize: { width: 40 } }, { overlays: [{ ...wide, width: 51, height: undefined }] }],
    output: {},
  };
  const plan = planRender(transformation, image, { accept: 'other', limits, overlays: [image] });
  await expect(render(mark, image, plan, limits, [{ bytes: mark, image }])).rejects.toMatchObject({
    code: 'INVALID_PARAMETER',
    message: 'A layer would have 51 × 34 pixels; 50 pixels a side and 16 megapixels are allowed.',
  });
});
