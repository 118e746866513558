import diagnostics from 'node:diagnostics_channel';
import { getEventListeners } from 'node:events';
import { memory, type TintypeOptions, type WarmProgress } from '@tintype/core';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { processRenderQueue } from '../packages/core/src/load/queue.ts';
import { get } from './support/client.ts';
import { gatedOrigin, openEngine } from './support/engines.ts';
import { turns } from './support/late-origin.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { pictureOf } from './support/versioned-picture.ts';

function open(options: Partial<TintypeOptions> = {}) {
  const origin = shelfOrigin();
  origin.put('/photo.png', 1);
  return { origin, images: openEngine({ origin, store: memory(), originals: false, ...options }) };
}

const widths = [6, 8, 10, 12].map((w) => ({ w }));

describe('warm', () => {
  it('makes what is asked for later, from one read of the original', async () => {
    const { origin, images } = open();
    expect(await images.warm('/photo.png', widths)).toMatchObject({ made: 4, found: 0, failed: [] });
    expect(origin.asked).toHaveLength(1);
    const { renders } = images.stats();
    for (const { w } of widths) {
      const { headers } = await get(images, `/photo.png?w=${w}`);
      expect(headers['cache-status']).toContain('hit');
    }
    expect(images.stats()).toMatchObject({ renders, originReads: 1 });
  });

  it('makes the very bytes that a request makes', async () => {
    const [warmed, asked] = [open().images, open().images];
    await warmed.warm('/photo.png', [{ w: 8, format: 'webp' }]);
    const [one, other] = [
      await get(warmed, '/photo.png?w=8&format=webp'),
      await get(asked, '/photo.png?w=8&format=webp'),
    ];
    expect([one.headers.etag, one.body]).toEqual([other.headers.etag, other.body]);
  });

  it('makes what has its format chosen by the client for all kinds of clients, or for those that are named', async () => {
    const [all, some] = [open().images, open().images];
    expect(await all.warm('/photo.png', [{ w: 8, format: 'auto' }])).toMatchObject({ made: 3 });
    expect(await some.warm('/photo.png', [{ w: 8, format: 'auto' }], { accept: ['image/webp'] })).toMatchObject({
      made: 1,
    });
    const { headers } = await get(some, '/photo.png?w=8&format=auto', { accept: 'image/webp,*/*' });
    expect([headers['content-type'], headers['cache-status']]).toEqual(['image/webp', expect.stringContaining('hit')]);
  });

  it('finds what is there, and makes anew what a purge has made old', async () => {
    const { origin, images } = open();
    await images.warm('/photo.png', widths);
    expect(await images.warm('/photo.png', widths)).toMatchObject({ made: 0, found: 4 });
    origin.put('/photo.png', 2);
    await images.purge('/photo.png');
    expect(await images.warm('/photo.png', widths)).toMatchObject({ made: 4, found: 0 });
  });

  it('tells of each as it is through, on a channel too', async () => {
    const { images } = open();
    const [told, heard]: [WarmProgress[], unknown[]] = [[], []];
    const hear = (event: unknown): void => void heard.push(event);
    diagnostics.subscribe('tintype:warm', hear);
    onTestFinished(() => void diagnostics.unsubscribe('tintype:warm', hear));
    await images.warm('/photo.png', [{ w: 8 }, { w: 12 }], { accept: ['*/*'], onProgress: (each) => told.push(each) });
    expect(told).toMatchObject([
      { done: 1, total: 2, url: '/photo.png?w=8', state: 'made', format: 'png', error: undefined },
      { done: 2, total: 2, url: '/photo.png?w=12', state: 'made', format: 'png', error: undefined },
    ]);
    expect(told[0]?.bytes).toBeGreaterThan(0);
    expect(heard).toMatchObject(told.map((each) => ({ path: '/photo.png', ...each })));
  });

  it('tells until all are through, and of what has one type or is not there once', async () => {
    const { images } = open();
    const told: WarmProgress[] = [];
    const onProgress = (each: WarmProgress): void => void told.push(each);
    const fixed = [{ w: 6 }, { w: 8, format: 'webp' }] as const;
    expect(await images.warm('/photo.png', fixed, { onProgress })).toMatchObject({ made: 2, found: 0 });
    expect(told).toMatchObject([
      { done: 1, total: 2 },
      { done: 2, total: 2 },
    ]);
    expect((await images.warm('/none.png', [{ w: 6 }])).failed).toMatchObject([{ done: 1, total: 1 }]);
    told.length = 0;
    // A type that is nobody's of these comes to the same for both.
    const accept = ['image/jpeg', '*/*'];
    const chosen = await images.warm('/photo.png', [{ w: 10, format: 'auto' }], { accept, onProgress });
    expect(chosen).toMatchObject({ made: 1, found: 0 });
    expect(told).toMatchObject([
      { done: 1, total: 2, state: 'made' },
      { done: 2, total: 2, state: 'found' },
    ]);
  });

  it('lives with a listener that throws', async () => {
    const { images } = open();
    const onProgress = () => {
      throw new Error('not of interest');
    };
    expect(await images.warm('/photo.png', widths, { onProgress })).toMatchObject({ made: 4 });
  });

  it('does nothing where one of them is no URL', async () => {
    const { origin, images } = open();
    await expect(images.warm('/photo.png', [{ w: 8 }, { w: -1 }])).rejects.toMatchObject({ code: 'INVALID_PARAMETER' });
    expect(origin.asked).toEqual([]);
  });

  it('tells what could not be made, and why', async () => {
    const { images } = open();
    const { made, failed } = await images.warm('/absent.png', widths, { accept: ['*/*'] });
    expect([made, failed.map(({ error }) => error?.code)]).toEqual([0, widths.map(() => 'NOT_FOUND')]);
  });

  it('ends when it is told to', async () => {
    const { images } = open();
    const controller = new AbortController();
    const told: WarmProgress[] = [];
    const onProgress = (each: WarmProgress): void => {
      told.push(each);
      controller.abort(new Error('enough'));
    };
    const warming = images.warm('/photo.png', widths, { onProgress, signal: controller.signal });
    await expect(warming).rejects.toThrow('enough');
    expect(told).toHaveLength(1);
  });

  it('is over when the endpoint is closed, which waits for what is being made', async () => {
    const { images } = open();
    let closing: Promise<void> | undefined;
    const warming = images.warm('/photo.png', widths, {
      onProgress: () => {
        closing ??= images.close();
      },
    });
    await expect(warming).rejects.toMatchObject({ code: 'CLOSED' });
    await closing;
    await expect(images.warm('/photo.png', widths)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('waits for a place where the queue is full, and leaves none taken', async () => {
    const { images } = open({ render: { queue: 0, wait: 0 } });
    const asked = Array.from({ length: 12 }, (_, index) => get(images, `/photo.png?w=${index + 1}`));
    expect(await images.warm('/photo.png', widths)).toMatchObject({ failed: [] });
    await Promise.all(asked);
    expect(images.stats().queue).toMatchObject({ running: 0, waiting: 0 });
  });

  it('signs what it asks for, where URLs are signed', async () => {
    const { images } = open({ signing: { keys: ['a key of thirty-two characters, 1'] } });
    expect(await images.warm('/photo.png', widths, { accept: ['*/*'] })).toMatchObject({ made: 4 });
    const url = images.url('/photo.png', { w: 8 });
    expect((await get(images, url)).headers['cache-status']).toContain('hit');
  });

  it('keeps what comes meanwhile right: a purge while it works is a purge', async () => {
    const { origin, images } = open();
    let purging: Promise<unknown> | undefined;
    await images.warm('/photo.png', widths, {
      accept: ['*/*'],
      onProgress() {
        if (purging !== undefined) return;
        origin.put('/photo.png', 2);
        purging = images.purge('/photo.png');
      },
    });
    await purging;

    const colourOf = async (bytes: Uint8Array | undefined) =>
      (await sharp(bytes).removeAlpha().raw().toBuffer()).readUIntBE(0, 3);
    const now = await colourOf(await pictureOf(2));
    for (const { w } of widths) expect(await colourOf((await get(images, `/photo.png?w=${w}`)).body)).toBe(now);
  });
});

describe('warm where it must wait', () => {
  /** Has every place in the render queue taken until the test lets go. */
  async function fillQueue() {
    const queue = processRenderQueue();
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const { concurrency } = queue.stats();
    const jobs = Array.from({ length: concurrency }, () => queue.run(() => held, { queue: concurrency, wait: 60 }));
    onTestFinished(async () => {
      letGo();
      await Promise.all(jobs);
    });
    return { letGo };
  }

  const full = { render: { queue: 0, wait: 0 } };
  const waits = { originReads: 1, renders: 0, load: { reading: 0 }, inFlight: { originals: 0 } };

  it('holds nothing meanwhile', async () => {
    const queue = await fillQueue();
    const { images } = open(full);
    const warming = images.warm('/photo.png', widths);
    await vi.waitFor(() => expect(images.stats()).toMatchObject(waits));
    queue.letGo();
    expect(await warming).toMatchObject({ made: 4, failed: [] });
    expect(images.stats()).toMatchObject({ originReads: 2, load: { reading: 0 } });
  });

  it('ends with the reason of its caller', async () => {
    await fillQueue();
    const { images } = open(full);
    const controller = new AbortController();
    const warming = images.warm('/photo.png', widths, { signal: controller.signal });
    await vi.waitFor(() => expect(images.stats()).toMatchObject(waits));
    controller.abort(new Error('enough'));
    await expect(warming).rejects.toThrow('enough');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('is over when the endpoint is closed', async () => {
    await fillQueue();
    const { images } = open(full);
    const warming = images.warm('/photo.png', widths);
    const over = expect(warming).rejects.toMatchObject({ code: 'CLOSED' });
    await vi.waitFor(() => expect(images.stats()).toMatchObject(waits));
    await images.close();
    await over;
  });

  it('takes nothing from requests for the same as it is ended', async () => {
    const gate = gatedOrigin(await pictureOf(1));
    const images = openEngine({ origin: gate, render: { reads: 1, queue: 5, wait: 600 } });
    const first = get(images, '/first.png?w=4');
    await gate.asked;
    const controller = new AbortController();
    const warming = images.warm('/same.png', [{ w: 4 }], { signal: controller.signal });
    const ended = expect(warming).rejects.toThrow('enough');
    await turns();
    expect(images.stats().load.waiting).toBe(1);
    controller.abort(new Error('enough'));
    const next = get(images, '/same.png?w=4');
    gate.open();
    await ended;
    expect([(await first).status, (await next).status]).toEqual([200, 200]);
  });
});
