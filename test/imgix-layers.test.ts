import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imgix, type Tintype } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { get } from './support/client.ts';
import { engineOn } from './support/engines.ts';
import { type Decoded, decode, quadrantsFolder } from './support/quadrants.ts';

/** An endpoint with a picture of four colours, and a white logo of 40 × 20 pixels. */
async function serve(): Promise<Tintype> {
  const root = await quadrantsFolder();
  const logo = sharp({ create: { width: 40, height: 20, channels: 3, background: '#fff' } });
  await writeFile(join(root, 'logo.png'), await logo.png().toBuffer());
  return engineOn(root, { dialect: imgix({ hosts: ['images.example'], mount: '/img' }) });
}

const show = async (images: Tintype, query: string): Promise<Decoded> => {
  const { status, body } = await get(images, `/quadrants.png?${query}`);
  if (status !== 200 || body === undefined) throw new Error(`${query} was answered ${status}: ${body}`);
  return decode(body as Uint8Array);
};

/** Where something is seen, in pixels: left, top, and what lies behind right and bottom. */
function boxOf({ width, height, at }: Decoded, isSought: (seen: string) => boolean): readonly number[] {
  const points = Array.from(
    { length: width * height },
    (_, index) => [index % width, Math.floor(index / width)] as const,
  );
  const found = points.filter(([x, y]) => isSought(at((x + 0.5) / width, (y + 0.5) / height)));
  const [across, down] = [found.map(([x]) => x), found.map(([, y]) => y)];
  return [Math.min(...across), Math.min(...down), Math.max(...across) + 1, Math.max(...down) + 1];
}

const isWhite = (seen: string): boolean => seen === 'white';

describe('mark', () => {
  it.each<readonly [string, readonly number[]]>([
    // 5 pixels from the right bottom.
    ['w=200&mark=/logo.png', [155, 125, 195, 145]],
    ['w=200&mark64=L2xvZ28ucG5n', [155, 125, 195, 145]],
    ['w=100&dpr=2&mark=logo.png&mark-pad=10', [140, 110, 180, 130]],
    ['w=200&mark=/logo.png&mark-align=top,left&mark-pad=0', [0, 0, 40, 20]],
    ['w=200&mark=/logo.png&mark-align=middle,center', [80, 65, 120, 85]],
    ['w=200&mark=/logo.png&mark-w=80&mark-pad=0', [120, 110, 200, 150]],
    ['w=200&mark=/logo.png&mark-w=0.5&mark-pad=0', [180, 140, 200, 150]],
    ['w=200&mark=/logo.png&mark-w=30&mark-h=30&mark-fit=scale&mark-pad=0', [170, 120, 200, 150]],
    ['w=200&mark=/logo.png&mark-x=10&mark-y=20', [10, 20, 50, 40]],
    ['w=200&mark=/logo.png&mark-x=10&mark-pad=0', [10, 130, 50, 150]],
    ['w=200&mark=/logo.png&mark-scale=50&mark-pad=0', [100, 100, 200, 150]],
    ['w=200&mark=/logo.png&mark-rot=90&mark-pad=0', [180, 110, 200, 150]],
    ['w=200&mark=%2Flogo.png%3Fw%3D20&mark-pad=0', [180, 140, 200, 150]],
    ['w=200&mark=https%3A%2F%2Fimages.example%2Fimg%2Flogo.png%3Frot%3D0&mark-pad=0', [160, 130, 200, 150]],
  ])('%s', async (query, expected) => {
    expect(boxOf(await show(await serve(), query), isWhite)).toEqual(expected);
  });

  it('is laid all over, tiled', async () => {
    const { at } = await show(await serve(), 'w=200&mark=/logo.png&mark-tile=grid&mark-pad=0');
    expect([at(0.02, 0.02), at(0.5, 0.5), at(0.98, 0.98)]).toEqual(['white', 'white', 'white']);
  });

  it('shows what is below it as its alpha says', async () => {
    const { at } = await show(await serve(), 'w=200&mark=/logo.png&mark-alpha=50');
    expect([at(0.9, 0.9), at(0.5, 0.9)]).toEqual(['other', 'yellow']);
  });

  it('is answered 404 where it is not there', async () => {
    const answer = await get(await serve(), '/quadrants.png?mark=/nothing.png');
    expect([answer.status, String(answer.body)]).toEqual([404, 'There is no such overlay.\n']);
    expect((await get(await serve(), '/quadrants.png?mark=https://other.example/a.png')).status).toBe(404);
  });
});

describe('blend', () => {
  it('lays a colour over the whole picture', async () => {
    const images = await serve();
    const normal = await show(images, 'w=100&blend=fff&blend-mode=normal');
    expect(boxOf(normal, isWhite)).toEqual([0, 0, 100, 75]);
    const multiplied = await show(images, 'w=100&blend=f00&blend-mode=multiply');
    expect([multiplied.at(0.1, 0.1), multiplied.at(0.9, 0.1), multiplied.at(0.1, 0.9)]).toEqual([
      'red',
      'black',
      'black',
    ]);
  });

  it('lays a picture over it, as large where that is inherited', async () => {
    const images = await serve();
    const inherited = await show(images, 'w=100&h=100&fit=crop&blend=/logo.png&blend-mode=normal&blend-size=inherit');
    expect(boxOf(inherited, isWhite)).toEqual([0, 0, 100, 100]);
    const middle = await show(images, 'w=200&blend=/logo.png&blend-mode=normal');
    expect(boxOf(middle, isWhite)).toEqual([80, 65, 120, 85]);
  });
});

describe('txt', () => {
  it('lies in the right bottom corner, ten pixels from the edges', async () => {
    const [left = 0, top = 0, right, bottom] = boxOf(
      await show(await serve(), 'w=200&txt=Hello&txt-color=fff&txt-size=24'),
      (seen) => seen !== 'red' && seen !== 'green' && seen !== 'blue' && seen !== 'yellow',
    );
    expect(left).toBeGreaterThan(100);
    expect(top).toBeGreaterThan(100);
    expect(right).toBeLessThanOrEqual(190);
    expect(bottom).toBeLessThanOrEqual(140);
  });
});
