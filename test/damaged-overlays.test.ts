import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Tintype } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { get } from './support/client.ts';
import { openEngine } from './support/engines.ts';

// Node 20 runs no TypeScript, so the file of the processes is compiled; all else is as it is.
vi.mock('../packages/core/src/transform/isolation/child-entry.ts', async () => {
  const { compiledChild } = await import('./support/render-jobs.ts');
  return { childEntry: await compiledChild() };
});

/** Noise, so that what is cut off is missed. */
const noise = (side: number): Promise<Buffer> =>
  sharp(
    new Uint8Array(side * side * 3).map((_, index) => (index * index * 31) % 251),
    { raw: { width: side, height: side, channels: 3 } },
  )
    .png()
    .toBuffer();

/** An endpoint on originals by their paths, which a test may exchange, and how many renders were begun since last asked. */
async function open(damaged: string, isolation: 'none' | 'process') {
  const whole = await noise(60);
  const held = new Map([...['/a.png', '/b.png', '/logo.png', '/seal.png'].map((path) => [path, whole] as const)]);
  held.set(damaged, whole.subarray(0, whole.length * 0.6));
  const origin = { name: 'held', read: async (path: string) => held.get(path) ?? { status: 404, headers: {} } };
  const images = openEngine({ origin, render: { isolation } });
  let renders = 0;
  const count = (): void => void renders++;
  subscribe('tintype:render', count);
  onTestFinished(() => void unsubscribe('tintype:render', count));
  const begun = (): number => {
    const sinceThen = renders;
    renders = 0;
    return sinceThen;
  };
  return { images, held, whole, begun };
}

const statuses = async (images: Tintype, targets: readonly string[]): Promise<readonly number[]> => {
  const answers: number[] = [];
  for (const target of targets) {
    answers.push(
      await get(images, target).then(
        ({ status }) => status,
        () => 0,
      ),
    );
  }
  return answers;
};

describe.each(['none', 'process'] as const)('a damaged original of a composite, with isolation "%s"', (isolation) => {
  it('costs one render as an overlay, whatever it is laid over', async () => {
    const { images, begun } = await open('/logo.png', isolation);
    expect(await statuses(images, ['/a.png?overlay=/logo.png'])).toEqual([422]);
    expect(begun()).toBe(1);
    const others = ['/a.png?overlay=/logo.png&w=20', '/b.png?overlay=/logo.png', '/logo.png', '/logo.png?w=9'];
    expect(await statuses(images, others)).toEqual([422, 422, 422, 422]);
    expect(begun()).toBe(0);
    expect(await statuses(images, ['/a.png', '/a.png?overlay=/seal.png', '/b.png?w=20'])).toEqual([200, 200, 200]);
  });

  it('costs one render as what is below, whatever is laid over it', async () => {
    const { images, begun } = await open('/a.png', isolation);
    expect(await statuses(images, ['/a.png?overlay=/logo.png'])).toEqual([422]);
    expect(begun()).toBe(1);
    expect(await statuses(images, ['/a.png?overlay=/seal.png', '/a.png?w=9'])).toEqual([422, 422]);
    expect(begun()).toBe(0);
    expect(await statuses(images, ['/b.png?overlay=/logo.png'])).toEqual([200]);
  });

  it('is laid on once it has been replaced', async () => {
    const { images, held, whole } = await open('/logo.png', isolation);
    expect(await statuses(images, ['/a.png?overlay=/logo.png'])).toEqual([422]);
    held.set('/logo.png', whole);
    await images.purge('/logo.png');
    expect(await statuses(images, ['/a.png?overlay=/logo.png'])).toEqual([200]);
  });
});
