import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { animation, chart, chartSize, noise, quadrants } from './charts.ts';
import { bounds, expectColour } from './judge.ts';
import { decoded, make } from './make.ts';
import { source, sourceNames } from './sources.ts';

const exif = { IFD0: { Copyright: 'Somebody', Make: 'A camera' }, IFD3: { GPSLatitudeRef: 'N' } } as const;
const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret/></x:xmpmeta>';

/** A chart in Display P3 that says who made it. */
const told = await chart().withIccProfile('p3').withExif(exif).withXmp(xmp).jpeg({ quality: 95 }).toBuffer();
/** One that lies on its side. */
const lying = await chart().rotate(270).withMetadata({ orientation: 6, exif }).jpeg({ quality: 95 }).toBuffer();

const metadataOf = async (original: Uint8Array, query: string) => sharp((await make(original, query)).bytes).metadata();

/** The colours as they are seen, by the profile. */
const seen = async (bytes: Uint8Array) => decoded(await sharp(bytes).png().toBuffer());

const everywhere = ['', 'w=48', 'w=48&blur=0.5', 'crop=0,0,90,60|w=40', 'trim=1', 'rotate=180', 'pad=2'];

describe('where nothing is kept', () => {
  it.each(everywhere)('a result says nothing but its pixels: %s', async (text) => {
    for (const format of ['jpeg', 'png', 'webp', 'avif']) {
      const { icc, exif: said, xmp: more, orientation = 1 } = await metadataOf(told, `${text}&format=${format}`);
      expect([icc, said, more, orientation]).toEqual([undefined, undefined, undefined, 1]);
    }
  });
});

describe('keep=icc', () => {
  it.each(everywhere)('keeps the profile and the colours that are seen, but nothing else: %s', async (text) => {
    for (const format of ['jpeg', 'png', 'webp', 'avif']) {
      const query = `${text}&keep=icc&format=${format}`;
      const { bytes } = await make(told, query);
      const { icc, exif: said, xmp: more } = await sharp(bytes).metadata();
      expect(icc?.equals((await sharp(told).metadata()).icc ?? Buffer.of()), query).toBe(true);
      expect([said, more]).toEqual([undefined, undefined]);
      const [made, plain] = [await seen(bytes), await seen((await make(told, `${text}&format=png`)).bytes)];
      for (const [x, y] of [
        [8, 6],
        [made.width - 9, 6],
      ] as const)
        expectColour(made.at(x, y), plain.at(x, y), bounds.lossy + 2, query);
    }
  });

  it('leaves colours as they are stored', async () => {
    const { at } = await decoded((await make(told, 'keep=icc&format=png&blur=0.3')).bytes);
    const stored = await decoded(await sharp(told).keepIccProfile().png().toBuffer());
    expectColour(at(8, 6), stored.at(8, 6));
  });

  it.each(sourceNames)('shows %s in its colours', async (name) => {
    const original = await source(name);
    for (const text of ['format=png', 'format=png&flip=v']) {
      const [kept, plain] = await Promise.all([make(original, `${text}&keep=icc`), make(original, text)]);
      const [one, other] = [await seen(kept.bytes), await seen(plain.bytes)];
      for (const [x, y] of [
        [20, 8],
        [76, 8],
        [20, 56],
        [76, 56],
      ] as const)
        expectColour(one.at(x, y), other.at(x, y), bounds.lossy, `${name} ${text} ${x},${y}`);
    }
  });
});

describe('keep=all', () => {
  it.each(everywhere)('keeps what the original says: %s', async (text) => {
    for (const format of ['jpeg', 'png', 'webp', 'avif']) {
      const { icc, exif: said, xmp: more } = await metadataOf(told, `${text}&keep=all&format=${format}`);
      expect(icc?.length).toBeGreaterThan(0);
      expect(said?.toString('latin1')).toContain('A camera');
      expect(more?.toString()).toContain('<secret/>');
    }
  });

  it.each(['', 'w=48', 'orient=6', 'orient=exif&blur=0.5', 'w=40|rotate=180|rotate=180'])(
    'turns a picture once: %s',
    async (text) => {
      const { bytes } = await make(lying, `${text}&keep=all`);
      const { orientation = 1, exif: said } = await sharp(bytes).metadata();
      expect(orientation).toBe(1);
      expect(said?.toString('latin1')).toContain('Somebody');
      // As a viewer shows it.
      const made = await decoded(await sharp(bytes).autoOrient().png().toBuffer());
      expect(made.width / made.height).toBeCloseTo(chartSize.width / chartSize.height, 1);
      expectColour(made.at(3, 3), quadrants.leftTop, bounds.lossy);
      expectColour(made.at(made.width - 4, made.height - 4), quadrants.rightBottom, bounds.lossy);
    },
  );

  it.each(['none', '3'])('shows a picture as orient=%s has it', async (orient) => {
    const [kept, plain] = [
      await make(lying, `keep=all&format=png&orient=${orient}`),
      await make(lying, `format=png&orient=${orient}`),
    ];
    const [one, other] = [
      await decoded(await sharp(kept.bytes).autoOrient().png().toBuffer()),
      await decoded(await sharp(plain.bytes).autoOrient().png().toBuffer()),
    ];
    expect([one.width, one.height]).toEqual([other.width, other.height]);
    for (const [x, y] of [
      [3, 3],
      [one.width - 4, 3],
    ] as const)
      expectColour(one.at(x, y), other.at(x, y));
  });

  it('is for what can say it: pictures that do not move', async () => {
    const moving = await animation('webp');
    expect((await make(moving, 'keep=all')).plan.keep).toBeUndefined();
    expect((await make(moving, 'keep=all&frame=1')).plan.keep).toBe('all');
    expect((await make(told, 'keep=all&format=json')).plan.keep).toBeUndefined();
    expect((await make(told, 'keep=all&format=gif')).plan.keep).toBeUndefined();
  });
});

describe('dpi', () => {
  it.each(['jpeg', 'png'])('is said by a %s, and nothing of the original beside it', async (format) => {
    for (const dpi of [72, 300]) {
      const { density, exif: said } = await metadataOf(told, `dpi=${dpi}&format=${format}`);
      expect(density).toBe(dpi);
      expect(said?.toString('latin1') ?? '').not.toContain('camera');
    }
  });

  it('stands beside what is kept', async () => {
    const { density, exif: said } = await metadataOf(told, 'dpi=300&keep=all');
    expect(density).toBe(300);
    expect(said?.toString('latin1')).toContain('A camera');
  });

  it('turns nothing', async () => {
    const { orientation = 1, width, height } = await metadataOf(lying, 'dpi=300&orient=none');
    expect([orientation, width, height]).toEqual([1, chartSize.height, chartSize.width]);
  });
});

describe('the encoding', () => {
  it.each([
    ['chroma=444', '4:4:4'],
    ['chroma=4:2:0', '4:2:0'],
    ['', '4:2:0'],
  ])('of a JPEG by "%s" is %s', async (text, chroma) => {
    expect((await metadataOf(told, text)).chromaSubsampling).toBe(chroma);
  });

  it('of an AVIF by chroma=4:4:4 keeps fine colours', async () => {
    const stripes = await sharp(
      new Uint8Array(64 * 64 * 3).map((_, index) =>
        (Math.floor(index / 3) % 2 === 0) === (index % 3 === 0) ? 220 : 40,
      ),
      { raw: { width: 64, height: 64, channels: 3 } },
    )
      .png()
      .toBuffer();
    const contrast = async (query: string) => {
      const { at } = await decoded((await make(stripes, `format=avif&q=95&${query}`)).bytes);
      return Math.abs(at(20, 20)[0] - at(21, 20)[0]);
    };
    expect(await contrast('chroma=4:4:4')).toBeGreaterThan((await contrast('chroma=4:2:0')) + 20);
  });

  it.each([
    ['png', 2],
    ['png', 16],
    ['gif', 4],
    ['gif', 16],
  ])('of a %s has at most %i colours', async (format, colours) => {
    const original = await noise(32, 32).png().toBuffer();
    const { data } = await decoded((await make(original, `format=${format}&colours=${colours}`)).bytes);
    const counted = new Set<number>();
    for (let at = 0; at < data.length; at += data.length / 1024) counted.add(Buffer.from(data).readUIntBE(at, 3));
    expect(counted.size).toBeLessThanOrEqual(colours);
    expect(counted.size).toBeGreaterThan(1);
  });
});
