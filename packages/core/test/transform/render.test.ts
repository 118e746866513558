import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageFormat } from '../../src/transform/image.ts';
import { defaultLimits } from '../../src/transform/limits.ts';
import { planRender } from '../../src/transform/plan.ts';
import { probe } from '../../src/transform/probe/probe.ts';
import { render } from '../../src/transform/render.ts';
import type { Stage } from '../../src/transform/stage.ts';
import type { Output } from '../../src/transform/transformation.ts';
import { animation, chunk, inserted } from './probe/pictures.ts';

const formats: readonly ImageFormat[] = ['jpeg', 'png', 'webp', 'avif', 'gif'];

/** What comes out of an original. */
async function rendered(original: Uint8Array, output: Output, ...stages: readonly Stage[]): Promise<Uint8Array> {
  const image = probe(original);
  return render(
    original,
    image,
    planRender({ stages, output }, image, { accept: 'other', limits: defaultLimits }),
    defaultLimits,
  );
}

/** Decoded pixels, as a function from a place to its channels. */
async function pixels(bytes: Uint8Array, page = 0) {
  const { data, info } = await sharp(bytes, { page }).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): readonly number[] =>
    [...data.subarray((y * info.width + x) * info.channels)].slice(0, info.channels);
  return { at, width: info.width, height: info.height, channels: info.channels };
}

/** Whether two colours look alike, an encoder between them. */
function expectColour(actual: readonly number[], wanted: readonly number[], within = 12): void {
  expect(actual).toHaveLength(wanted.length);
  const differences = actual.map((value, index) => Math.abs(value - (wanted[index] ?? 0)));
  expect(Math.max(...differences), `${actual} should be ${wanted}`).toBeLessThanOrEqual(within);
}

const plain = (r: number, g: number, b: number) =>
  sharp({ create: { width: 20, height: 20, channels: 3, background: { r, g, b } } });

describe('orientation', () => {
  const colours = {
    'top left': [220, 30, 30],
    'top right': [30, 200, 30],
    'bottom left': [30, 30, 220],
    'bottom right': [230, 230, 230],
  } as const;

  /** Where the first row and the first column of what is stored are seen (EXIF, tag 0x0112). */
  const seen = [
    ['top', 'left'],
    ['top', 'right'],
    ['bottom', 'right'],
    ['bottom', 'left'],
    ['left', 'top'],
    ['right', 'top'],
    ['right', 'bottom'],
    ['left', 'bottom'],
  ] as const;
  const opposite = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' } as const;

  /** A picture that is seen 48 × 32 with those corners, stored as an orientation has it. */
  function stored(orientation: number) {
    const [row, column] = seen[orientation - 1] ?? seen[0];
    const [width, height] = orientation < 5 ? [48, 32] : [32, 48];
    const raw = new Uint8Array(width * height * 3);
    for (let index = 0; index < width * height; index += 1) {
      const sides: readonly string[] = [
        index < (width * height) / 2 ? row : opposite[row],
        index % width < width / 2 ? column : opposite[column],
      ];
      const corner = `${sides.includes('top') ? 'top' : 'bottom'} ${sides.includes('left') ? 'left' : 'right'}`;
      raw.set(colours[corner as keyof typeof colours], index * 3);
    }
    return sharp(raw, { raw: { width, height, channels: 3 } }).withMetadata({ orientation });
  }

  it.each(
    (['jpeg', 'png', 'webp', 'avif'] as const).flatMap((from) =>
      [1, 2, 3, 4, 5, 6, 7, 8].map((value) => [from, value] as const),
    ),
  )('of a %s comes out upright: %i', async (from, orientation) => {
    const original = await stored(orientation).toFormat(from, { quality: 95 }).toBuffer();
    for (const stages of [[], [{ resize: { width: 24 } }], [{ resize: { width: 36 } }, { resize: { width: 24 } }]]) {
      const made = await rendered(original, { format: 'png' }, ...stages);
      expect((await sharp(made).metadata()).orientation).toBeUndefined();
      const { at, width, height } = await pixels(made);
      expect([width, height]).toEqual(stages.length === 0 ? [48, 32] : [24, 16]);
      const [right, bottom] = [(width * 7) / 8, (height * 7) / 8];
      expectColour(at(width / 8, height / 8), colours['top left'], 40);
      expectColour(at(right, height / 8), colours['top right'], 40);
      expectColour(at(width / 8, bottom), colours['bottom left'], 40);
      expectColour(at(right, bottom), colours['bottom right'], 40);
    }
  });

  it.each((['jpeg', 'png', 'webp'] as const).flatMap((from) => [2, 3, 6, 8].map((value) => [from, value] as const)))(
    'of a %s is left where it is to be as stored: %i',
    async (from, orientation) => {
      const original = await stored(orientation).toFormat(from, { quality: 95 }).toBuffer();
      const asStored = await pixels(await sharp(original).png().toBuffer());
      for (const stages of [[], [{ resize: { width: asStored.width } }, { flip: 'h' }, { flip: 'h' }]] as const) {
        const made = await rendered(original, { format: 'png', orient: 'none' }, ...stages);
        expect((await sharp(made).metadata()).orientation).toBeUndefined();
        const { at, width, height } = await pixels(made);
        expect([width, height]).toEqual([asStored.width, asStored.height]);
        for (const [x, y] of [
          [4, 4],
          [width - 4, 4],
          [4, height - 4],
        ] as const)
          expectColour(at(x, y), asStored.at(x, y), 2);
      }
    },
  );

  it.each([2, 3, 6, 8])('of an AVIF is none of EXIF, and its decoder turns it always: %i', async (orientation) => {
    const original = await stored(orientation).toFormat('avif', { quality: 95 }).toBuffer();
    const [left, upright] = [
      await rendered(original, { format: 'png', orient: 'none' }, { resize: { width: 24 } }),
      await rendered(original, { format: 'png' }, { resize: { width: 24 } }),
    ];
    expect(Buffer.from(left).equals(upright)).toBe(true);
  });
});

describe('alpha', () => {
  let half: Buffer;

  /** Red: the left half transparent, the right opaque; or all of it half transparent. */
  const red = (alpha: (x: number) => number) => {
    const raw = new Uint8Array(40 * 40 * 4);
    for (let index = 0; index < 1600; index += 1) raw.set([220, 20, 20, alpha(index % 40)], index * 4);
    return sharp(raw, { raw: { width: 40, height: 40, channels: 4 } });
  };

  beforeAll(async () => {
    half = await red((x) => (x < 20 ? 0 : 255))
      .png()
      .toBuffer();
  });

  it.each(['png', 'webp', 'avif', 'gif'] as const)('is kept in %s', async (format) => {
    const { at, channels } = await pixels(await rendered(half, { format }, { resize: { width: 20 } }));
    expect(channels).toBe(4);
    expect(at(2, 10)[3]).toBeLessThanOrEqual(2);
    expectColour(at(17, 10), [220, 20, 20, 255]);
  });

  it.each(['png', 'webp', 'avif'] as const)('may be partial in %s', async (format) => {
    const glass = await red(() => 128)
      .png()
      .toBuffer();
    expectColour((await pixels(await rendered(glass, { format }))).at(10, 10), [220, 20, 20, 128]);
  });

  it.each(['png', 'webp', 'avif', 'gif'] as const)('of a %s is laid on white for JPEG', async (from) => {
    const original = await sharp(half).toFormat(from).toBuffer();
    const { at, channels } = await pixels(await rendered(original, { format: 'jpeg' }));
    expect(channels).toBe(3);
    expectColour(at(5, 20), [255, 255, 255]);
    expectColour(at(35, 20), [220, 20, 20]);
  });

  it('that is partial shines through on white in a JPEG', async () => {
    const glass = await red(() => 128)
      .png()
      .toBuffer();
    expectColour((await pixels(await rendered(glass, { format: 'jpeg' }))).at(10, 10), [237, 137, 137]);
  });
});

describe('colour', () => {
  const kinds: readonly (readonly [string, () => Promise<Buffer>, readonly number[]])[] = [
    ['a grey JPEG', () => plain(107, 107, 107).greyscale().jpeg().toBuffer(), [107, 107, 107]],
    [
      'a CMYK JPEG',
      () => plain(200, 50, 50).withIccProfile('cmyk').toColourspace('cmyk').jpeg().toBuffer(),
      [197, 39, 36],
    ],
    ['a CMYK JPEG without a profile', () => plain(200, 50, 50).toColourspace('cmyk').jpeg().toBuffer(), [200, 40, 34]],
    ['a 16-bit PNG', () => plain(200, 50, 50).toColourspace('rgb16').png().toBuffer(), [200, 50, 50]],
    [
      'a 16-bit grey PNG',
      () => plain(107, 107, 107).greyscale().toColourspace('grey16').png().toBuffer(),
      [107, 107, 107],
    ],
    [
      'a 16-bit PNG with a profile of sRGB',
      () => plain(18, 52, 86).toColourspace('rgb16').withIccProfile('srgb').png().toBuffer(),
      [18, 52, 86],
    ],
    ['a PNG with a palette', () => plain(200, 50, 50).png({ palette: true }).toBuffer(), [200, 50, 50]],
    ['a 10-bit AVIF', () => plain(200, 50, 50).avif({ bitdepth: 10 }).toBuffer(), [200, 50, 50]],
  ];

  it.each(kinds)('of %s comes out as sRGB of 8 bits', async (_, make, wanted) => {
    const original = await make();
    for (const format of formats) {
      const made = await rendered(original, { format });
      expect(await sharp(made).metadata(), format).toMatchObject({ space: 'srgb', depth: 'uchar' });
      expectColour((await pixels(made)).at(10, 10).slice(0, 3), wanted);
    }
  });

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('of a %s in Display P3 is turned into sRGB', async (from) => {
    const original = await plain(200, 50, 50).withIccProfile('p3').toFormat(from).toBuffer();
    // What is stored is far from red in sRGB: a renderer that drops the profile shows this.
    expectColour(
      (await pixels(await sharp(original, { ignoreIcc: true }).png().toBuffer())).at(10, 10),
      [184, 63, 57],
      4,
    );
    for (const format of formats) {
      const made = await rendered(original, { format });
      expectColour((await pixels(made)).at(10, 10).slice(0, 3), [200, 50, 50], 5);
    }
  });
});

describe('deep colour', () => {
  it.each(['png', 'avif'] as const)('of a %s in Display P3 is turned into sRGB', async (format) => {
    const deep = plain(200, 50, 50).toColourspace('rgb16').withIccProfile('p3');
    const original = await (format === 'png' ? deep.png() : deep.avif({ bitdepth: 10, quality: 100 })).toBuffer();
    expect((await sharp(original).metadata()).depth).toBe('ushort');
    expectColour((await pixels(await rendered(original, { format: 'png' }))).at(10, 10).slice(0, 3), [200, 50, 50], 5);
  });
});

describe('metadata', () => {
  const exif = {
    IFD0: { Copyright: 'somebody', Artist: 'somebody' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
  };
  const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>';

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('of a %s is gone: ICC, EXIF, GPS and XMP', async (from) => {
    const original = await plain(200, 50, 50)
      .withExif(exif)
      .withXmp(xmp)
      .withIccProfile('p3')
      .toFormat(from)
      .toBuffer();
    expect(await sharp(original).metadata()).toMatchObject({
      icc: expect.anything(),
      exif: expect.anything(),
      xmp: expect.anything(),
    });
    for (const format of formats) {
      const made = await rendered(original, { format }, { resize: { width: 10 } });
      expect(Object.keys(await sharp(made).metadata())).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(icc|exif|xmp|iptc|comments|orientation)$/)]),
      );
      expect(Buffer.from(made).includes('somebody')).toBe(false);
    }
  });

  it('of a PNG is gone: text', async () => {
    const comment = chunk('tEXt', Buffer.from('Comment\0somebody'));
    const made = await rendered(inserted(await plain(1, 2, 3).png().toBuffer(), 33, comment), {});
    expect(Buffer.from(made).includes('somebody')).toBe(false);
  });
});

describe('animation', () => {
  const times = { delay: [100, 200, 300, 400], loop: 3 };
  const originals = {
    gif: () => animation(40, 24, 4).gif(times).toBuffer(),
    webp: () =>
      animation(40, 24, 4)
        .webp({ ...times, lossless: true })
        .toBuffer(),
  };

  describe.each(['gif', 'webp'] as const)('of a %s', (from) => {
    let original: Buffer;
    beforeAll(async () => {
      original = await originals[from]();
    });

    const sizes: readonly (readonly [string, readonly Stage[], number, number])[] = [
      ['whole', [], 40, 24],
      ['smaller', [{ resize: { width: 20 } }], 20, 12],
      ['cropped', [{ resize: { width: 10, height: 12 } }], 10, 12],
      ['on a canvas', [{ resize: { width: 60, height: 40, fit: 'contain' } }], 60, 40],
      ['in two stages', [{ resize: { width: 20 } }, { resize: { width: 10, height: 12 } }], 10, 12],
    ];

    it.each((['webp', 'gif'] as const).flatMap((format) => sizes.map((row) => [format, ...row] as const)))(
      'is kept in %s: %s',
      async (format, _, stages, width, height) => {
        const made = await rendered(original, { format, quality: 100 }, ...stages);
        expect(await sharp(made, { animated: true }).metadata()).toMatchObject({
          format,
          width,
          pageHeight: height,
          pages: 4,
          ...times,
        });
        for (const frame of [0, 1, 2, 3]) {
          const { at } = await pixels(made, frame);
          const [x, y] = [width / 2, height / 2];
          expectColour(at(x, y + 3), [40 * frame, 200 - 40 * frame, 90, 255], 25);
          expect(at(x, y - 3)[3]).toBeLessThan(20);
        }
      },
    );

    it.each(['jpeg', 'png', 'avif'] as const)('becomes its first frame in %s', async (format) => {
      const made = await rendered(original, { format }, { resize: { width: 20 } });
      expect(await sharp(made).metadata()).toMatchObject({ width: 20, height: 12 });
      const { at } = await pixels(made);
      expectColour(at(10, 9).slice(0, 3), [0, 200, 90], 25);
      if (format === 'jpeg') expectColour(at(10, 2), [255, 255, 255], 25);
      else expect(at(10, 2)[3]).toBeLessThan(20);
    });
  });
});

describe('quality', () => {
  it.each(['jpeg', 'webp', 'avif'] as const)('makes a %s smaller', async (format) => {
    const raw = new Uint8Array(64 * 64 * 3).map((_, index) => (index * index * 31) % 251);
    const original = await sharp(raw, { raw: { width: 64, height: 64, channels: 3 } })
      .png()
      .toBuffer();
    const [low, usual, high] = await Promise.all(
      [20, undefined, 95].map(async (quality) => (await rendered(original, { format, quality })).length),
    );
    expect(low).toBeLessThan(usual ?? 0);
    expect(usual).toBeLessThan(high ?? 0);
  });
});
