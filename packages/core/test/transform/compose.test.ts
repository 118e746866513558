import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { errorKinds } from '../../src/errors.ts';
import type { ImageFormat } from '../../src/transform/image.ts';
import { defaultLimits, type Limits } from '../../src/transform/limits.ts';
import { type Blend, blends, type Overlay, overlayPositions, type Placement } from '../../src/transform/overlay.ts';
import { planRender } from '../../src/transform/plan.ts';
import { probe } from '../../src/transform/probe/probe.ts';
import { render } from '../../src/transform/render.ts';
import type { Stage } from '../../src/transform/stage.ts';
import type { Output } from '../../src/transform/transformation.ts';
import { blue, composed, expectColour, orange, pixels, plain, type Rgb } from './composites.ts';
import { animation, chunk, inserted } from './probe/pictures.ts';

const formats: readonly ImageFormat[] = ['jpeg', 'png', 'webp', 'avif', 'gif'];

/** The same with one overlay and no change of size. */
const laid = (original: Uint8Array, output: Output, bytes: Uint8Array, wish: Placement = {}) =>
  composed(original, output, { '/x': bytes }, [{ overlays: [{ path: '/x', ...wish }] }]);

let picture: Buffer;
let mark: Buffer;

beforeAll(async () => {
  picture = await plain(blue, 60, 40).png().toBuffer();
  mark = await plain(orange, 12, 8).png().toBuffer();
});

describe('a layer', () => {
  it.each(overlayPositions)('covers the pixels of its place at the %s and no others', async (position) => {
    const { at, info } = await pixels(await laid(picture, {}, mark, { position, margin: 3 }));
    const left = position.includes('left') ? 3 : position.includes('right') ? 45 : 24;
    const top = position.includes('top') ? 3 : position.includes('bottom') ? 29 : 16;
    expect([info.width, info.height, info.channels]).toEqual([60, 40, 3]);
    for (let index = 0; index < 2400; index += 1) {
      const [x, y] = [index % 60, Math.floor(index / 60)];
      const isCovered = x >= left && x < left + 12 && y >= top && y < top + 8;
      expect(at(x, y), `${x},${y}`).toEqual(isCovered ? orange : blue);
    }
  });

  it.each(formats)('comes out in %s', async (format) => {
    const made = await laid(picture, { format, quality: 95 }, mark);
    expect(await sharp(made).metadata()).toMatchObject({ width: 60, height: 40, space: 'srgb', depth: 'uchar' });
    const { at } = await pixels(made);
    expectColour(at(30, 20).slice(0, 3), orange);
    expectColour(at(5, 5).slice(0, 3), blue);
  });

  it('is as large as asked for, enlarged or made smaller', async () => {
    for (const [percent, edge] of [
      [10, 27],
      [80, 6],
    ] as const) {
      const { at } = await pixels(await laid(picture, {}, mark, { width: { percent } }));
      expect([at(edge - 1, 20), at(edge, 20), at(59 - edge, 20), at(60 - edge, 20)]).toEqual([
        blue,
        orange,
        orange,
        blue,
      ]);
    }
  });

  it('that is larger than the picture is made to fit', async () => {
    const { at } = await pixels(await laid(mark, {}, picture));
    expect([at(0, 0), at(11, 7)]).toEqual([blue, blue]);
  });

  it('lies on those before it', async () => {
    const green = await plain([20, 200, 20], 6, 6).png().toBuffer();
    const stages = [{ overlays: [{ path: '/mark' }, { path: '/green' }] }];
    const { at } = await pixels(await composed(picture, {}, { '/mark': mark, '/green': green }, stages));
    expect([at(30, 20), at(25, 20), at(5, 5)]).toEqual([[20, 200, 20], orange, blue]);
  });

  it.each<readonly [string, (edge: number) => Stage[], readonly [number, number, number]]>([
    // The mark is 12 pixels wide where it is laid on; in the end, per picture of 30 pixels:
    ['after one', () => [{ resize: { width: 30 }, overlays: [{ path: '/x' }] }], [30, 20, 9]],
    ['before one', () => [{ overlays: [{ path: '/x' }] }, { resize: { width: 30 } }], [30, 20, 12]],
    [
      'between two',
      () => [{ resize: { width: 48 }, overlays: [{ path: '/x' }] }, { resize: { width: 24 } }],
      [24, 16, 9],
    ],
  ])('is laid on %s change of size', async (_, stages, [width, height, left]) => {
    const { at, info } = await pixels(await composed(picture, {}, { '/x': mark }, stages(0)));
    expect([info.width, info.height]).toEqual([width, height]);
    const middle = height / 2;
    for (const [x, colour] of [
      [left - 2, blue],
      [left + 1, orange],
      [width - left - 2, orange],
      [width - left + 1, blue],
    ] as const)
      expectColour(at(x, middle), colour, 30);
  });

  it('may be the picture itself', async () => {
    const { at } = await pixels(await laid(picture, {}, picture, { width: { percent: 50 }, blend: 'difference' }));
    expect([at(30, 20), at(1, 1)]).toEqual([[0, 0, 0], blue]);
  });
});

describe('opacity', () => {
  it.each([1, 25, 50, 99, 100])('of %i percent lets the rest shine through', async (opacity) => {
    const wanted = blue.map((value, index) => value + (((orange[index] ?? 0) - value) * opacity) / 100);
    const { at, info } = await pixels(await laid(picture, {}, mark, { opacity }));
    expect(info.channels).toBe(3);
    expectColour(at(30, 20), wanted, 2);
    expect(at(1, 1)).toEqual(blue);
  });

  it("multiplies the overlay's own", async () => {
    const glass = await plain(orange, 12, 8, 0.5).png().toBuffer();
    const wanted = blue.map((value, index) => value + ((orange[index] ?? 0) - value) * 0.25);
    expectColour((await pixels(await laid(picture, {}, glass, { opacity: 50 }))).at(30, 20), wanted, 2);
  });

  it.each(['png', 'webp', 'avif', 'gif'] as const)('of parts of a %s shows what is below them', async (from) => {
    const raw = new Uint8Array(12 * 8 * 4);
    for (let index = 0; index < 96; index += 1) raw.set([...orange, index % 12 < 6 ? 0 : 255], index * 4);
    const half = await sharp(raw, { raw: { width: 12, height: 8, channels: 4 } })
      .toFormat(from, { lossless: true })
      .toBuffer();
    const { at } = await pixels(await laid(picture, {}, half));
    expectColour(at(26, 20), blue);
    expectColour(at(34, 20), orange);
  });
});

describe('transparency of the picture', () => {
  const glass = () => plain(blue, 60, 40, 0.5).png().toBuffer();

  it.each(['png', 'webp', 'avif'] as const)('stays in %s where no layer lies', async (format) => {
    const { at, info } = await pixels(await laid(await glass(), { format, quality: 95 }, mark));
    expect(info.channels).toBe(4);
    expectColour(at(5, 5), [...blue, 128]);
    expectColour(at(30, 20), [...orange, 255]);
  });

  it('is laid on white for JPEG, the layer on that', async () => {
    const { at, info } = await pixels(await laid(await glass(), { format: 'jpeg' }, mark, { opacity: 50 }));
    expect(info.channels).toBe(3);
    expectColour(at(5, 5), [142, 157, 227]);
    expectColour(at(30, 20), [181, 139, 124]);
  });

  it.each(['png', 'webp', 'avif'] as const)('does not come with a layer: an opaque %s', async (format) => {
    const half = await plain(orange, 12, 8, 0.5).png().toBuffer();
    for (const blend of blends) {
      const made = await laid(picture, { format }, half, { blend });
      expect((await sharp(made).metadata()).hasAlpha, blend).toBe(false);
    }
  });

  it('that a canvas brings stays: in the pass and after it', async () => {
    const resize = { width: 60, height: 60, fit: 'contain' } as const;
    for (const stages of [
      [{ resize, overlays: [{ path: '/x', position: 'top' }] }],
      [{ resize }, { resize: { width: 30 }, overlays: [{ path: '/x', position: 'top' }] }],
    ] satisfies readonly (readonly Stage[])[]) {
      const { at, info } = await pixels(await composed(picture, { format: 'png' }, { '/x': mark }, stages));
      expect(info.channels).toBe(4);
      expect([at(0, 0)[3], at(info.width - 1, info.height - 1)[3]]).toEqual([0, 0]);
      expect(at(info.width / 2, 2)).toEqual([...orange, 255]);
    }
  });
});

describe('blend', () => {
  /** W3C Compositing and Blending §9.1: what each mode makes of two colours, 0–1. */
  const formulas: Readonly<Record<Blend, (below: number, above: number) => number>> = {
    over: (_, above) => above,
    multiply: (below, above) => below * above,
    screen: (below, above) => below + above - below * above,
    overlay: (below, above) => formulas['hard-light'](above, below),
    darken: Math.min,
    lighten: Math.max,
    'hard-light': (below, above) => (above <= 0.5 ? below * 2 * above : formulas.screen(below, 2 * above - 1)),
    'soft-light': (below, above) => {
      const d = below <= 0.25 ? ((16 * below - 12) * below + 4) * below : Math.sqrt(below);
      return above <= 0.5 ? below - (1 - 2 * above) * below * (1 - below) : below + (2 * above - 1) * (d - below);
    },
    difference: (below, above) => Math.abs(below - above),
    exclusion: (below, above) => below + above - 2 * below * above,
  };

  const pairs: readonly (readonly [Rgb, Rgb])[] = [
    [blue, orange],
    [orange, blue],
    [
      [0, 128, 255],
      [255, 0, 128],
    ],
    [
      [100, 10, 250],
      [140, 200, 90],
    ],
  ];

  it.each(blends)('by %s makes of two colours the one that it should', async (blend) => {
    for (const [below, above] of pairs) {
      for (const opacity of [100, 40]) {
        const [original, overlay] = await Promise.all([
          plain(below, 60, 40).png().toBuffer(),
          plain(above, 12, 8).png().toBuffer(),
        ]);
        const mixed = below.map((value, index) => {
          const made = 255 * formulas[blend](value / 255, (above[index] ?? 0) / 255);
          return value + ((made - value) * opacity) / 100;
        });
        const { at } = await pixels(await laid(original, {}, overlay, { blend, opacity }));
        expectColour(at(30, 20), mixed, 2);
        expect(at(1, 1)).toEqual(below);
      }
    }
  });
});

describe('a blended layer', () => {
  it('takes nothing from its soft edges: white leaves no trace where it multiplies', async () => {
    const raw = new Uint8Array(12 * 8 * 4)
      .fill(255)
      .map((value, index) => (index % 4 === 3 ? (index * 7) % 256 : value));
    const soft = await sharp(raw, { raw: { width: 12, height: 8, channels: 4 } })
      .png()
      .toBuffer();
    const { at } = await pixels(await laid(picture, {}, soft, { blend: 'multiply' }));
    for (let x = 24; x < 36; x += 1) expectColour(at(x, 20), blue, 1);
  });

  it.each(blends)('by %s shows itself where the picture is transparent', async (blend) => {
    const clear = await plain(blue, 60, 40, 0).png().toBuffer();
    const half = await plain(orange, 12, 8, 0.5).png().toBuffer();
    const { at } = await pixels(await laid(clear, { format: 'png' }, half, { blend }));
    expectColour(at(30, 20), [...orange, 128], 2);
    expect(at(1, 1)[3]).toBe(0);
    const onWhite = await pixels(await laid(clear, { format: 'jpeg', quality: 100 }, half, { blend }));
    expectColour(onWhite.at(30, 20), [237, 187, 137], 8);
    expectColour(onWhite.at(1, 1), [255, 255, 255], 2);
  });

  it.each<readonly [string, readonly Blend[], Rgb]>([
    ['over the one before it', ['screen', 'multiply'], [193, 71, 16]],
    ['below one that is not', ['multiply', 'over'], orange],
    ['above one that is not', ['over', 'difference'], [0, 0, 0]],
  ])('is mixed %s', async (_, modes, wanted) => {
    const overlays = modes.map((blend) => ({ path: '/x', blend }));
    const { at, info } = await pixels(await composed(picture, {}, { '/x': mark }, [{ overlays }]));
    expect(info.channels).toBe(3);
    expectColour(at(30, 20), wanted, 2);
    expect(at(1, 1)).toEqual(blue);
  });

  it('is mixed with the picture upright and in its new size', async () => {
    const raw = new Uint8Array(64 * 48 * 3).fill(20);
    for (let index = 0; index < 64 * 48; index += 1) if (index % 64 < 32) raw.set([200, 200, 200], index * 3);
    // What is stored on the left is seen at the top.
    const sideways = await sharp(raw, { raw: { width: 64, height: 48, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .png()
      .toBuffer();
    const white = await plain([255, 255, 255], 10, 32).png().toBuffer();
    const overlays: Overlay[] = [{ path: '/x', blend: 'difference', position: 'left' }];
    const { at, info } = await pixels(
      await composed(sideways, {}, { '/x': white }, [{ resize: { width: 24 }, overlays }]),
    );
    expect([info.width, info.height]).toEqual([24, 32]);
    const greys = [at(5, 8), at(5, 24), at(20, 8), at(20, 24)].map(([red = 0]) => red);
    expectColour(greys, [55, 235, 200, 20], 2);
  });

  it.each(['gif', 'webp'] as const)('is mixed with every frame of its own: in a %s', async (format) => {
    const original = await animation(40, 24, 4)
      .webp({ lossless: true, delay: [100, 200, 300, 400] })
      .toBuffer();
    const white = await plain([255, 255, 255], 16, 16, 0.5).png().toBuffer();
    const made = await laid(original, { format, quality: 100 }, white, { blend: 'difference' });
    expect(await sharp(made, { animated: true }).metadata()).toMatchObject({ pages: 4, delay: [100, 200, 300, 400] });
    const smaller = await composed(original, { format, quality: 100 }, { '/x': white }, [
      { resize: { width: 30 }, overlays: [{ path: '/x', width: 12, blend: 'exclusion' }] },
    ]);
    for (const frame of [0, 1, 2, 3]) {
      const colour = [40 * frame, 200 - 40 * frame, 90];
      const mixed = [...colour.map((value) => value / 2 + (255 - value) / 2), 255];
      for (const [bytes, x, y] of [
        [made, 20, 16],
        [smaller, 15, 12],
      ] as const) {
        const { at } = await pixels(bytes, frame);
        expectColour(at(x, y), mixed, 25);
        expectColour(at(3, y), [...colour, 255], 25);
      }
    }
  });
});

describe('colour', () => {
  const kinds: readonly (readonly [string, (picture: Sharp) => Sharp, number])[] = [
    ['JPEG', (picture) => picture.jpeg({ quality: 100 }), 6],
    [
      'CMYK JPEG',
      (picture) => picture.withIccProfile('cmyk').toColourspace('cmyk').jpeg({ quality: 100 }),
      // CMYK has no such blue.
      90,
    ],
    ['16-bit PNG', (picture) => picture.toColourspace('rgb16').png(), 1],
    ['PNG with a palette', (picture) => picture.png({ palette: true }), 1],
    ['PNG in Display P3', (picture) => picture.withIccProfile('p3').png(), 2],
    ['WebP', (picture) => picture.webp({ lossless: true }), 1],
    ['10-bit AVIF', (picture) => picture.avif({ bitdepth: 10, quality: 95 }), 6],
    ['GIF', (picture) => picture.gif(), 1],
  ];

  it.each(kinds)('of a %s is right below a layer and as one', async (_, encode, within) => {
    const below = await encode(plain(blue, 60, 40)).toBuffer();
    const above = await encode(plain(orange, 12, 8)).toBuffer();
    for (const made of [await laid(below, { format: 'png' }, mark), await laid(picture, { format: 'png' }, above)]) {
      const { at } = await pixels(made);
      expectColour(at(1, 1).slice(0, 3), blue, within);
      expectColour(at(30, 20).slice(0, 3), orange, within);
    }
  });

  it.each<readonly [string, (grey: Sharp) => Sharp]>([
    ['JPEG', (grey) => grey.toColourspace('b-w').jpeg({ quality: 100 })],
    ['PNG', (grey) => grey.toColourspace('b-w').png()],
    ['16-bit PNG', (grey) => grey.toColourspace('grey16').png()],
  ])('comes to a grey %s, and grey to a picture', async (_, encode) => {
    const grey: Rgb = [107, 107, 107];
    const below = await encode(plain(grey, 60, 40)).toBuffer();
    const above = await encode(plain(grey, 12, 8)).toBuffer();
    expect((await sharp(below).metadata()).channels).toBe(1);
    const [coloured, greyed] = [
      await pixels(await laid(below, {}, mark)),
      await pixels(await laid(picture, {}, above)),
    ];
    expectColour(coloured.at(1, 1), grey, 4);
    expectColour(coloured.at(30, 20), orange, 25);
    expectColour(greyed.at(30, 20), grey, 4);
    expectColour(greyed.at(1, 1), blue, 1);
  });

  it('of a grey overlay keeps its transparency', async () => {
    const glass = await plain([200, 200, 200], 12, 8, 0.5).toColourspace('b-w').png().toBuffer();
    expect((await sharp(glass).metadata()).channels).toBe(2);
    expectColour((await pixels(await laid(picture, {}, glass))).at(30, 20), [115, 130, 200], 2);
  });

  it.each<readonly [string, (overlay: Sharp) => Sharp]>([
    ['PNG', (overlay) => overlay.toColourspace('rgb16').png()],
    ['AVIF', (overlay) => overlay.avif({ bitdepth: 10, quality: 100 })],
  ])('of a deep %s in Display P3 is turned into sRGB', async (_, encode) => {
    const above = await encode(plain([200, 50, 50], 12, 8).withIccProfile('p3')).toBuffer();
    expect((await sharp(above).metadata()).depth).toBe('ushort');
    expectColour((await pixels(await laid(picture, {}, above))).at(30, 20), [200, 50, 50], 4);
  });
});

describe('an overlay', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('of orientation %i is laid on upright', async (orientation) => {
    // Stored, the first row is red, the first column of the rest green.
    const raw = new Uint8Array(16 * 8 * 3).fill(20);
    for (let index = 0; index < 128; index += 1) {
      if (index < 32) raw.set([220, 20, 20], index * 3);
      else if (index % 16 < 2) raw.set([20, 200, 20], index * 3);
    }
    const tilted = await sharp(raw, { raw: { width: 16, height: 8, channels: 3 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const upright = await sharp(tilted).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = upright.info;
    const black = await plain([0, 0, 0], 60, 40).png().toBuffer();
    const made = sharp(await laid(black, {}, tilted, { position: 'left top' }));
    expect((await made.extract({ left: 0, top: 0, width, height }).raw().toBuffer()).equals(upright.data)).toBe(true);
  });

  it('lies upright on a picture that is turned', async () => {
    const sideways = await plain(blue, 60, 40).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const { at, info } = await pixels(await laid(sideways, { format: 'png' }, mark, { position: 'right bottom' }));
    expect([info.width, info.height]).toEqual([40, 60]);
    expectColour(at(28, 52), orange);
    expectColour(at(39, 59), orange);
    expectColour(at(27, 59), blue);
  });

  it('that is animated shows its first frame', async () => {
    const moving = await animation(12, 8, 4).gif().toBuffer();
    const { at } = await pixels(await laid(picture, {}, moving));
    expectColour(at(30, 22), [0, 200, 90]);
    expectColour(at(30, 17), blue);
  });

  it('leaves its text behind', async () => {
    const told = inserted(mark, 33, chunk('tEXt', Buffer.from('Comment\0somebody')));
    expect(Buffer.from(await laid(picture, {}, told)).includes('somebody')).toBe(false);
  });
});

describe('an animation', () => {
  const times = { delay: [100, 200, 300, 400], loop: 3 };

  const sizes: readonly (readonly [string, (overlays: Overlay[]) => Stage[], number, number])[] = [
    ['whole', (overlays) => [{ overlays }], 40, 24],
    ['smaller', (overlays) => [{ resize: { width: 20 }, overlays }], 20, 12],
    ['cropped', (overlays) => [{ resize: { width: 16, height: 20 }, overlays }], 16, 20],
    ['on a canvas', (overlays) => [{ resize: { width: 60, height: 40, fit: 'contain' }, overlays }], 60, 40],
    [
      'in two stages',
      (overlays) => [{ resize: { width: 30 } }, { resize: { width: 24, height: 16 }, overlays }],
      24,
      16,
    ],
  ];

  it.each(
    (['gif', 'webp'] as const).flatMap((from) =>
      (['gif', 'webp'] as const).flatMap((to) => sizes.map((row) => [from, to, ...row] as const)),
    ),
  )('from %s to %s carries its layers on every frame: %s', async (from, to, _, stages, width, height) => {
    const original = await animation(40, 24, 4)
      .toFormat(from, { ...times, ...(from === 'webp' ? { lossless: true } : {}) })
      .toBuffer();
    const [red, white] = [
      await plain([220, 20, 20], 8, 6).png().toBuffer(),
      await plain([255, 255, 255], 8, 6).png().toBuffer(),
    ];
    const overlays: Overlay[] = [
      { path: '/red', position: 'right bottom', margin: 2 },
      { path: '/white', position: 'left top' },
    ];
    const made = await composed(
      original,
      { format: to, quality: 100 },
      { '/red': red, '/white': white },
      stages(overlays),
    );
    expect(await sharp(made, { animated: true }).metadata()).toMatchObject({
      width,
      pageHeight: height,
      pages: 4,
      ...times,
    });
    for (const frame of [0, 1, 2, 3]) {
      const { at } = await pixels(made, frame);
      const corners = [
        [width - 10, height - 8],
        [width - 3, height - 3],
      ] as const;
      // WebP shares colours between neighbours.
      for (const [x, y] of [[width - 6, height - 5] as const, ...(to === 'gif' ? corners : [])])
        expectColour(at(x, y), [220, 20, 20, 255], 40);
      expectColour(at(2, 2), [255, 255, 255, 255], 40);
      // Beside the layers each frame is as it was.
      expectColour(at(width / 2 - 4, height / 2 + 3), [40 * frame, 200 - 40 * frame, 90, 255], 40);
      expect(at(width / 2, 1)[3]).toBeLessThan(20);
    }
  });

  it('of many frames carries its layer on the last one too', async () => {
    const frames = 300;
    const raw = new Uint8Array(frames * 16 * 16 * 3).map((_, index) => (Math.floor(index / 768) * 5) % 200);
    const original = await sharp(raw, { raw: { width: 16, height: 16 * frames, channels: 3, pageHeight: 16 } })
      .webp({ lossless: true, effort: 0 })
      .toBuffer();
    const made = await laid(original, {}, await plain(orange, 4, 4).png().toBuffer(), { position: 'right bottom' });
    const { pages = 0 } = await sharp(made, { animated: true }).metadata();
    expect(pages).toBe(frames);
    for (const frame of [0, 150, pages - 1]) {
      const { at } = await pixels(made, frame);
      expectColour(at(13, 13).slice(0, 3), orange, 50);
      expectColour(at(4, 4).slice(0, 3), Array(3).fill((frame * 5) % 200), 12);
    }
  });
});

describe('a composite fails', () => {
  const failure = (bytes: Uint8Array, limits: Partial<Limits> = {}, claimed = mark): Promise<unknown> => {
    const overlays = [{ path: '/x' }];
    const [image, overlay] = [probe(picture), probe(claimed)];
    const context = { accept: 'other', limits: defaultLimits, overlays: [overlay] } as const;
    const plan = planRender({ stages: [{ overlays }], output: {} }, image, context);
    return render(picture, image, plan, { ...defaultLimits, ...limits }, [{ bytes, image: overlay }]).then(
      () => undefined,
      (error: unknown) => error,
    );
  };

  it.each<readonly [string, (whole: Buffer) => Uint8Array, string]>([
    ['BROKEN_IMAGE where the overlay ends too soon', (whole) => whole.subarray(0, whole.length * 0.6), 'BROKEN_IMAGE'],
    ['UNSUPPORTED_IMAGE where no decoder knows it', () => Buffer.from('no picture at all'), 'UNSUPPORTED_IMAGE'],
  ])('as %s', async (_, damage, code) => {
    const noise = new Uint8Array(40 * 40 * 3).map((_, index) => (index * index * 31) % 251);
    const whole = await sharp(noise, { raw: { width: 40, height: 40, channels: 3 } })
      .png()
      .toBuffer();
    expect(await failure(whole)).toBeUndefined();
    const { message } = errorKinds[code as keyof typeof errorKinds];
    expect(await failure(damage(whole))).toMatchObject({ code, message, cause: expect.any(Error) });
  });

  it('as ORIGINAL_TOO_LARGE where the overlay is larger than its header said', async () => {
    const large = await plain(orange, 100, 100).png().toBuffer();
    const limits = { pixels: 9999, animationPixels: 1 };
    expect(await failure(large, limits)).toMatchObject({ code: 'ORIGINAL_TOO_LARGE', status: 413 });
    expect(await failure(large, { ...limits, pixels: 10_000 })).toBeUndefined();
  });

  it('as RENDER_FAILED where an overlay is not there', async () => {
    const image = probe(picture);
    const context = { accept: 'other', limits: defaultLimits, overlays: [image] } as const;
    const plan = planRender({ stages: [{ overlays: [{ path: '/x' }] }], output: {} }, image, context);
    await expect(render(picture, image, plan, defaultLimits)).rejects.toMatchObject({ code: 'RENDER_FAILED' });
  });
});
