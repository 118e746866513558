import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSrc, getResponsiveImageAttributes, type Transformation } from '@imagekit/javascript';
import ImageKit from '@imagekit/nodejs';
import { imagekit, type TintypeOptions } from '@tintype/core';
import express from 'express';
import Koa from 'koa';
import sharp from 'sharp';
import { transformUrl } from 'unpic';
import { describe, expect, it } from 'vitest';
import { engineOn } from './support/engines.ts';
import { expressAdapter } from './support/express-sites.ts';
import { koaAdapter } from './support/koa-sites.ts';
import type { RawAnswer } from './support/raw-http.ts';
import { type Adapter, type OpenSite, open } from './support/sites.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

type Point = readonly [x: number, y: number];
type Rgba = readonly [r: number, g: number, b: number, alpha?: number];

const [red, green, blue, yellow] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
] as const;
const grey: Rgba = [243, 243, 243];
const black: Rgba = [0, 0, 0];

/** Four quarters in four colours, of the size of the picture that the vendor's docs give numbers for. */
async function quarters(width = 640, height = 865): Promise<Buffer> {
  const [x, y] = [width / 2, height / 2];
  const svg = `<svg width="${width}" height="${height}" shape-rendering="crispEdges">
    <rect width="${width}" height="${height}" fill="#ff0"/><rect width="${width}" height="${y}" fill="#0f0"/>
    <rect width="${x}" height="${height}" fill="#00f"/><rect width="${x}" height="${y}" fill="#f00"/></svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
}

/** A folder with the pictures that the tests name. */
async function folderOfPictures(): Promise<string> {
  const root = await temporaryFolder();
  const plain = (width: number, height: number, background: string): Promise<Buffer> =>
    sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer();
  await Promise.all([
    quarters().then((bytes) => writeFile(join(root, 'plant.png'), bytes)),
    quarters().then((bytes) => writeFile(join(root, 'a b é.png'), bytes)),
    plain(40, 20, '#808').then((bytes) => writeFile(join(root, 'logo.png'), bytes)),
    plain(100, 50, '#fff').then((bytes) => writeFile(join(root, 'none.png'), bytes)),
  ]);
  return root;
}

const named = { thumb: 'tr:w-100,h-100,c-at_max', turned: 'w-400,h-300:rt-90' };

const adapters: readonly (readonly [string, Adapter])[] = [
  ['Express', expressAdapter(express)],
  ['Koa', koaAdapter(Koa, 'prefix')],
];

interface Site extends OpenSite {
  readonly endpoint: string;
  /** Asks for a URL of a client. */
  readonly fetch: (url: string, accept?: string) => Promise<RawAnswer>;
}

async function openSite(adapter: Adapter, options: Partial<TintypeOptions> = {}): Promise<Site> {
  const images = engineOn(await folderOfPictures(), { dialect: imagekit({ named }), ...options });
  const site = await open(adapter, { mounts: [{ images }] });
  const host = `http://127.0.0.1:${site.port}`;
  return {
    ...site,
    endpoint: `${host}/img`,
    fetch: (url, accept = '*/*') => site.get(url.slice(host.length), { accept }),
  };
}

async function pixelAt(body: Buffer, [left, top]: Point): Promise<Rgba> {
  const raw = await sharp(body).ensureAlpha().extract({ left, top, width: 1, height: 1 }).raw().toBuffer();
  return [...raw] as unknown as Rgba;
}

async function expectPicture(
  { status, body, text }: RawAnswer,
  [width, height]: Point,
  pixels: readonly (readonly [Point, Rgba])[] = [],
): Promise<void> {
  expect(status, status === 200 ? '' : text).toBe(200);
  const found = await sharp(body).metadata();
  expect([found.width, found.height]).toEqual([width, height]);
  for (const [point, [r, g, b, alpha = 255]] of pixels) {
    const pixel = await pixelAt(body, point);
    const difference = [r, g, b, alpha].map((value, index) => Math.abs(value - (pixel[index] ?? 0)));
    expect(Math.max(...difference), `${point} is ${pixel}, not ${[r, g, b, alpha]}`).toBeLessThan(12);
  }
}

interface Case {
  readonly transformation: Transformation[];
  readonly size: Point;
  readonly pixels?: readonly (readonly [Point, Rgba])[];
}

const box = { width: 300, height: 200 } as const;

/** What the vendor's docs say of sizes, and what follows of crops. */
const cases: Readonly<Record<string, Case>> = {
  'at_max: 148 × 200': { transformation: [{ ...box, crop: 'at_max' }], size: [148, 200], pixels: [[[2, 2], red]] },
  'at_max does not enlarge': { transformation: [{ width: 850, height: 1000, crop: 'at_max' }], size: [640, 865] },
  'at_max_enlarge: 740 × 1000': {
    transformation: [{ width: 850, height: 1000, crop: 'at_max_enlarge' }],
    size: [740, 1000],
  },
  'at_least: 300 × 405': { transformation: [{ ...box, crop: 'at_least' }], size: [300, 405] },
  'both sides: the middle of the picture': {
    transformation: [box],
    size: [300, 200],
    pixels: [
      [[5, 5], red],
      [[295, 5], green],
      [[5, 195], blue],
      [[295, 195], yellow],
    ],
  },
  'focus on the top': {
    transformation: [{ ...box, focus: 'top' }],
    size: [300, 200],
    pixels: [
      [[5, 195], red],
      [[295, 195], green],
    ],
  },
  'focus on the bottom': {
    transformation: [{ ...box, focus: 'bottom' }],
    size: [300, 200],
    pixels: [
      [[5, 5], blue],
      [[295, 5], yellow],
    ],
  },
  force: {
    transformation: [{ ...box, crop: 'force' }],
    size: [300, 200],
    pixels: [
      [[145, 95], red],
      [[155, 105], yellow],
    ],
  },
  'one side, enlarged': { transformation: [{ width: 1280 }], size: [1280, 1730] },
  'a share of the original': { transformation: [{ width: 0.5 }], size: [320, 433] },
  'a part by an expression': { transformation: [{ width: 'iw_div_2' }], size: [320, 433] },
  'a ratio': { transformation: [{ width: 400, aspectRatio: '4-3' }], size: [400, 300] },
  'twice the pixels': { transformation: [{ width: 100, height: 50, dpr: 2 }], size: [200, 100] },
  pad_resize: {
    transformation: [{ ...box, cropMode: 'pad_resize', background: 'F3F3F3' }],
    size: [300, 200],
    pixels: [
      [[2, 100], grey],
      [[297, 100], grey],
      [[78, 2], red],
      [[220, 197], yellow],
    ],
  },
  'pad_resize on one side': {
    transformation: [{ ...box, cropMode: 'pad_resize', focus: 'left', background: 'F3F3F3' }],
    size: [300, 200],
    pixels: [
      [[2, 2], red],
      [[145, 197], yellow],
      [[155, 100], grey],
      [[297, 100], grey],
    ],
  },
  'pad_resize, black by default': {
    transformation: [{ ...box, cropMode: 'pad_resize' }],
    size: [300, 200],
    pixels: [[[2, 100], black]],
  },
  pad_extract: {
    transformation: [{ width: 700, height: 400, cropMode: 'pad_extract', background: 'F3F3F3' }],
    size: [700, 400],
    pixels: [
      [[10, 200], grey],
      [[690, 200], grey],
      [[40, 10], red],
      [[660, 390], yellow],
    ],
  },
  extract: {
    transformation: [{ width: 200, height: 200, cropMode: 'extract' }],
    size: [200, 200],
    pixels: [
      [[95, 95], red],
      [[105, 105], yellow],
    ],
  },
  'extract at a corner': {
    transformation: [{ width: 300, height: 300, cropMode: 'extract', focus: 'bottom_right' }],
    size: [300, 300],
    pixels: [
      [[5, 5], yellow],
      [[295, 295], yellow],
    ],
  },
  'extract from a point': {
    transformation: [{ width: 300, height: 300, cropMode: 'extract', x: 100, y: 300 }],
    size: [300, 300],
    pixels: [
      [[215, 125], red],
      [[225, 125], green],
      [[215, 140], blue],
    ],
  },
  'extract about a point': {
    transformation: [{ width: 300, height: 300, cropMode: 'extract', xCenter: 300, yCenter: 500 }],
    size: [300, 300],
    pixels: [
      [[165, 75], red],
      [[175, 75], green],
      [[165, 90], blue],
    ],
  },
  'a chain: then turned': {
    transformation: [{ width: 400, height: 300 }, { rotation: 90 }],
    size: [300, 400],
    pixels: [
      [[5, 5], blue],
      [[295, 5], red],
      [[295, 395], green],
    ],
  },
  'a chain: turned first': {
    transformation: [{ rotation: 90 }, { width: 400, height: 300 }],
    size: [400, 300],
    pixels: [[[5, 5], blue]],
  },
  'what the components append': {
    transformation: [{ width: 300, height: 300 }, { raw: 'w-640,c-at_max' }],
    size: [300, 300],
  },
  mirrored: { transformation: [{ width: 64, flip: 'h' }], size: [64, 87], pixels: [[[2, 2], green]] },
  grey: {
    transformation: [{ width: 64, grayscale: true }],
    size: [64, 87],
    pixels: [
      [
        [2, 2],
        [54, 54, 54],
      ],
    ],
  },
  'a border': {
    transformation: [{ width: 64, border: '5_FF0000' }],
    size: [74, 97],
    pixels: [
      [[2, 95], red],
      [[8, 88], blue],
    ],
  },
  'round corners': {
    transformation: [{ width: 100, height: 100, radius: 'max' }],
    size: [100, 100],
    pixels: [
      [
        [1, 1],
        [0, 0, 0, 0],
      ],
      [[30, 30], red],
    ],
  },
  'a named transformation': { transformation: [{ named: 'thumb' }], size: [74, 100] },
  'a named chain': { transformation: [{ named: 'turned' }], size: [300, 400] },
  'a logo in a corner': {
    transformation: [
      {
        width: 300,
        height: 200,
        overlay: {
          type: 'image',
          input: 'logo.png',
          position: { focus: 'bottom_right' },
          transformation: [{ raw: 't-false' }],
        },
      },
    ],
    size: [300, 200],
    pixels: [
      [
        [262, 182],
        [136, 0, 136],
      ],
      [[255, 182], yellow],
      [[262, 175], yellow],
    ],
  },
  'a logo in its share of the picture': {
    transformation: [
      {
        width: 300,
        height: 200,
        overlay: {
          type: 'image',
          input: 'logo.png',
          position: { x: 10, y: 20 },
          transformation: [{ width: 'bw_mul_0.4', raw: 't-false' }],
        },
      },
    ],
    size: [300, 200],
    pixels: [
      [
        [11, 21],
        [136, 0, 136],
      ],
      [
        [128, 78],
        [136, 0, 136],
      ],
      [[133, 78], red],
      [[128, 83], red],
    ],
  },
  'a layer in a layer': {
    transformation: [
      {
        ...box,
        overlay: {
          type: 'image',
          input: 'none.png',
          transformation: [
            {
              raw: 't-false',
              overlay: {
                type: 'image',
                input: 'logo.png',
                position: { focus: 'top_left' },
                transformation: [{ raw: 't-false' }],
              },
            },
          ],
        },
      },
    ],
    size: [300, 200],
    pixels: [
      [
        [105, 80],
        [136, 0, 136],
      ],
      [
        [145, 80],
        [255, 255, 255],
      ],
      [
        [105, 100],
        [255, 255, 255],
      ],
      [[95, 80], red],
    ],
  },
  'words on a ground of their own': {
    transformation: [
      {
        ...box,
        overlay: {
          type: 'text',
          text: 'Hello, World!',
          position: { x: 20, y: 20 },
          transformation: [{ fontSize: 30, fontColor: '000000', background: 'FFFFFF', padding: 10 }],
        },
      },
    ],
    size: [300, 200],
    pixels: [
      [
        [23, 23],
        [255, 255, 255],
      ],
      [[17, 23], red],
      [[23, 17], red],
    ],
  },
  'a block of colour at a point': {
    transformation: [
      {
        width: 300,
        height: 200,
        overlay: {
          type: 'solidColor',
          color: 'F3F3F3',
          position: { x: 10, y: 20 },
          transformation: [{ width: 50, height: 30 }],
        },
      },
    ],
    size: [300, 200],
    pixels: [
      [[11, 21], grey],
      [[59, 49], grey],
      [[8, 21], red],
      [[62, 21], red],
    ],
  },
};

const nodeClient = new ImageKit({ privateKey: 'private_test' });

describe.each(adapters)('%s', (_, adapter) => {
  it.each(Object.entries(cases))('serves %s', async (_what, { transformation, size, pixels = [] }) => {
    const { endpoint, fetch } = await openSite(adapter);
    const about = { urlEndpoint: endpoint, src: '/plant.png', transformation };
    const inPath: Parameters<typeof nodeClient.helper.buildSrc>[0] = {
      ...about,
      transformation: [],
      transformationPosition: 'path',
    };
    const asPng = [...transformation, { format: 'png' as const }];
    await expectPicture(await fetch(buildSrc({ ...about, transformation: asPng })), size, pixels);
    await expectPicture(
      await fetch(
        nodeClient.helper.buildSrc({ ...inPath, transformation: asPng as NonNullable<typeof inPath.transformation> }),
      ),
      size,
      pixels,
    );
  });

  it('gives the type that a client takes, and says that it varies', async () => {
    const { endpoint, fetch } = await openSite(adapter);
    const url = buildSrc({ urlEndpoint: endpoint, src: 'plant.png', transformation: [{ width: 64 }] });
    for (const [accept, type] of [
      ['image/avif,image/webp,*/*', 'image/avif'],
      ['image/webp,*/*', 'image/webp'],
      ['*/*', 'image/png'],
    ] as const) {
      const { headers } = await fetch(url, accept);
      expect(headers['content-type']).toBe(type);
      expect(headers.vary).toContain('Accept');
    }
    const jpeg = buildSrc({ urlEndpoint: endpoint, src: 'plant.png', transformation: [{ width: 64, format: 'jpg' }] });
    const { headers, body } = await fetch(jpeg, 'image/avif');
    expect(headers['content-type']).toBe('image/jpeg');
    expect((await sharp(body).metadata()).isProgressive).toBe(false);
  });

  it('finds names with blanks and accents, in both positions', async () => {
    const { endpoint, fetch } = await openSite(adapter);
    for (const transformationPosition of ['path', 'query'] as const) {
      const url = buildSrc({
        urlEndpoint: endpoint,
        src: '/a b é.png',
        transformation: [{ width: 64 }],
        transformationPosition,
      });
      await expectPicture(await fetch(url), [64, 87]);
    }
  });

  it('serves every candidate of a responsive image', async () => {
    const { endpoint, fetch } = await openSite(adapter);
    const { src, srcSet = '' } = getResponsiveImageAttributes({
      urlEndpoint: endpoint,
      src: '/plant.png',
      width: 100,
      transformation: [{ height: 300, width: 300, focus: 'auto' }],
    });
    for (const url of [src, ...srcSet.split(', ').map((candidate) => candidate.split(' ')[0] ?? '')]) {
      expect((await fetch(url)).status, url).toBe(200);
    }
  });

  it('serves what unpic makes', async () => {
    const { endpoint, fetch } = await openSite(adapter);
    const url = transformUrl({
      url: `${endpoint}/plant.png`,
      provider: 'imagekit',
      width: 300,
      height: 200,
      format: 'webp',
      quality: 70,
    });
    const answer = await fetch(String(url));
    await expectPicture(answer, [300, 200]);
    expect(answer.headers['content-type']).toBe('image/webp');
  });

  it('serves the original as it is, and what stands in for one that is not there', async () => {
    const { endpoint, fetch } = await openSite(adapter);
    const about = { urlEndpoint: endpoint, src: '/plant.png' };
    const original = await fetch(buildSrc({ ...about, transformation: [{ width: 9, original: true }] }));
    expect(original.body).toEqual(await quarters());
    expect(original.headers['content-type']).toBe('image/png');
    const transformation: Transformation[] = [{ width: 10, defaultImage: '/none.png' }];
    const missing = await fetch(buildSrc({ urlEndpoint: endpoint, src: '/nothing.png', transformation }));
    await expectPicture(missing, [10, 5]);
    await expectPicture(await fetch(buildSrc({ ...about, transformation })), [10, 14]);
  });

  it('has a file saved under its name', async () => {
    const { endpoint, fetch } = await openSite(adapter);
    const { headers } = await fetch(`${endpoint}/plant.png?ik-attachment=true`);
    expect(headers['content-disposition']).toMatch(/^attachment; filename="?plant\.png"?$/);
  });

  it('says why there is no picture', async () => {
    const { endpoint, fetch } = await openSite(adapter);
    const missing = await fetch(`${endpoint}/nothing.png?tr=w-9`);
    expect(missing).toMatchObject({ status: 404, headers: { 'ik-error': 'ENOENT - There is no such image.' } });
    for (const steps of ['w-x', 'e-bgremove', 'n-none', 'w-iw_add_2']) {
      const { status, headers, text } = await fetch(`${endpoint}/plant.png?tr=${steps}`);
      expect(status).toBe(400);
      expect(headers['cache-control']).toBe('no-store');
      expect(text).toContain(steps.split('-')[0]);
    }
  });
});
