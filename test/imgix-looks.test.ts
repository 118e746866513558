import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imgix, type Tintype } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { engineOn } from './support/engines.ts';
import { type Decoded, decode, quadrantsFolder } from './support/quadrants.ts';

/** An endpoint with a picture of four colours, a black square in wide edges of white or of nothing, and a plain grey. */
async function serve(): Promise<Tintype> {
  const root = await quadrantsFolder();
  const edged = async (name: string, edges: string) => {
    const square = sharp({ create: { width: 40, height: 20, channels: 4, background: '#000' } });
    const around = { top: 10, bottom: 20, left: 30, right: 40, background: edges };
    await writeFile(join(root, name), await square.extend(around).png().toBuffer());
  };
  await edged('white-edges.png', '#ffff');
  await edged('no-edges.png', '#0000');
  const grey = sharp({ create: { width: 60, height: 60, channels: 3, background: '#404040' } });
  await writeFile(join(root, 'grey.png'), await grey.png().toBuffer());
  const opaque = sharp({ create: { width: 30, height: 30, channels: 3, background: '#000' } });
  const edges = { top: 5, bottom: 5, left: 5, right: 5, background: '#fff' };
  await writeFile(join(root, 'opaque.png'), await opaque.extend(edges).removeAlpha().png().toBuffer());
  return engineOn(root, { dialect: imgix() });
}

const bytesOf = async (images: Tintype, target: string): Promise<Uint8Array> => {
  const { status, body } = await get(images, target);
  if (status !== 200 || body === undefined) throw new Error(`${target} was answered ${status}: ${body}`);
  return body as Uint8Array;
};

const show = async (images: Tintype, target: string): Promise<Decoded> => decode(await bytesOf(images, target));

const size = ({ width, height }: Decoded) => [width, height];

describe('edges', () => {
  it.each([
    ['/white-edges.png?trim=auto', [40, 20]],
    ['/white-edges.png?trim=color', [40, 20]],
    ['/white-edges.png?trim=color&trim-color=fff', [40, 20]],
    ['/white-edges.png?trim=color&trim-color=f00', [110, 50]],
    ['/white-edges.png?trim=alpha', [110, 50]],
    ['/white-edges.png?trim=auto&trim-pad=5', [50, 30]],
    ['/white-edges.png?trim=auto&w=20', [20, 10]],
    ['/no-edges.png?trim=alpha', [40, 20]],
    ['/no-edges.png?trim=colorunlessalpha', [40, 20]],
    ['/white-edges.png?trim=colorunlessalpha', [40, 20]],
    ['/opaque.png?trim=alpha', [40, 40]],
    ['/opaque.png?trim=color', [30, 30]],
  ])('%s', async (target, expected) => {
    expect(size(await show(await serve(), target))).toEqual(expected);
  });
});

describe('shapes', () => {
  it('an ellipse leaves nothing in the corners, in a JPEG white, or the colour that is said', async () => {
    const images = await serve();
    const clear = await show(images, '/quadrants.png?w=100&mask=ellipse');
    expect([clear.at(0.03, 0.03), clear.at(0.5, 0.02), clear.at(0.3, 0.3)]).toEqual(['nothing', 'green', 'red']);
    expect((await show(images, '/quadrants.jpg?w=100&mask=ellipse')).at(0.03, 0.03)).toBe('white');
    expect((await show(images, '/quadrants.png?w=100&mask=ellipse&mask-bg=00f')).at(0.03, 0.03)).toBe('blue');
  });

  it('corners are round by a fifth of the shorter side', async () => {
    const images = await serve();
    const round = await show(images, '/quadrants.png?w=100&h=100&fit=crop&mask=corners');
    expect([round.at(0.01, 0.01), round.at(0.1, 0.1), round.at(0.01, 0.25)]).toEqual(['nothing', 'red', 'red']);
    const one = await show(images, '/quadrants.png?w=100&h=100&fit=crop&mask=corners&corner-radius=40,0,0,0');
    expect([one.at(0.05, 0.05), one.at(0.99, 0.01)]).toEqual(['nothing', 'green']);
  });

  it('a box is filled with the picture itself, blurred', async () => {
    const images = await serve();
    const filled = await show(images, '/quadrants.png?w=100&h=200&fit=fill&fill=blur');
    expect(size(filled)).toEqual([100, 200]);
    expect([filled.at(0.1, 0.05), filled.at(0.9, 0.95)]).toEqual(['red', 'yellow']);
  });

  it('a ratio is kept within bounds', async () => {
    const images = await serve();
    expect(size(await show(images, '/quadrants.png?w=200&ar=1:1&fit=crop&max-h=50'))).toEqual([200, 50]);
    expect(size(await show(images, '/quadrants.png?w=20&ar=1:1&fit=crop&min-width=60'))).toEqual([60, 20]);
  });
});

describe('colours', () => {
  const grey = async (query: string): Promise<number> => {
    const { data } = await sharp(await bytesOf(await serve(), `/grey.png?${query}`))
      .raw()
      .toBuffer({ resolveWithObject: true });
    return data[0] ?? -1;
  };

  it.each<readonly [string, (value: number) => boolean]>([
    ['bri=50', (value) => value > 0x40],
    ['bri=-50', (value) => value < 0x40],
    ['exp=50', (value) => value > 0x50],
    ['exp=-50', (value) => value < 0x38],
    ['con=50', (value) => value < 0x40],
    ['con=-50', (value) => value > 0x40],
    ['gam=50', (value) => value > 0x40],
    ['inv=1', (value) => value === 0xbf],
    ['sat=100', (value) => value === 0x40],
  ])('%s', async (query, isRight) => {
    expect(await grey(query)).toSatisfy(isRight);
  });

  it('squares have one colour each', async () => {
    const { data, info } = await sharp(await bytesOf(await serve(), '/quadrants.png?w=90&px=30'))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => data.readUIntBE((y * info.width + x) * 3, 3);
    expect([at(0, 0), at(29, 0), at(0, 29)]).toEqual([at(10, 10), at(10, 10), at(10, 10)]);
  });
});

describe('types', () => {
  it.each([
    ['/quadrants.jpg?w=50&fm=png8', { format: 'png', isPalette: true }],
    ['/quadrants.jpg?w=50&fm=png32', { format: 'png', isPalette: false }],
    ['/quadrants.png?w=50&fm=jpg&dpi=300', { format: 'jpeg', density: 300 }],
    ['/quadrants.png?w=50&fm=jpg&chromasub=444', { format: 'jpeg', chromaSubsampling: '4:4:4' }],
    ['/quadrants.png?w=50&fm=jpg', { format: 'jpeg', chromaSubsampling: '4:2:0', isProgressive: true }],
    ['/quadrants.png?w=50&fm=webp', { format: 'webp' }],
    ['/quadrants.png?w=50&fm=gif', { format: 'gif' }],
  ])('%s', async (target, expected) => {
    expect(await sharp(await bytesOf(await serve(), target)).metadata()).toMatchObject(expected);
  });

  it('fm=json tells of the picture', async () => {
    const { headers, body } = await get(await serve(), '/quadrants.jpg?fm=json');
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(JSON.parse(Buffer.from(body as Uint8Array).toString())).toMatchObject({
      width: 400,
      height: 300,
      format: 'jpeg',
    });
  });
});
