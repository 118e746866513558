import { LRUCache } from 'lru-cache';
import type { Derivative } from '../cache/derivative.ts';
import { TintypeError } from '../errors.ts';
import { publish, type RenderEvent } from '../events.ts';
import type { Reachable } from '../journal/journal.ts';
import type { ImageInfo } from '../transform/image.ts';
import type { OverlayOriginal } from '../transform/layer.ts';
import type { RenderPlan } from '../transform/plan.ts';
import { processRenderQueue } from '../transform/queue.ts';
import { render as renderPicture } from '../transform/render.ts';
import type { Endpoint } from './endpoint.ts';
import type { Order, OriginalOf } from './order.ts';
import type { Parts } from './parts.ts';
import { inputsOf } from './sources.ts';
import type { KeyedMezzanine, Variant } from './variants.ts';

/** What a picture is made from, and how. */
export type PictureOrder = Order & { readonly selection: Variant };

/** Creates what renders pictures. */
export function createPictureMaker(
  { limits, queueBounds }: Endpoint,
  { counters, derivatives }: Parts,
  originalOf: OriginalOf,
): (order: PictureOrder) => Promise<Derivative> {
  const queue = processRenderQueue();
  // The key names the bytes: what could not be decoded once never can, and need not cost a decode each time.
  const damaged = new LRUCache<string, TintypeError>({ max: 1000 });

  async function render({ plan, overlays = [], key, inputs, event, ...own }: Job, waited: number): Promise<Derivative> {
    const started = performance.now();
    let size = 0;
    let error: unknown;
    try {
      const body = await renderPicture(own.bytes, own.image, plan, limits, overlays);
      size = body.length;
      counters.renders++;
      const renderMs = performance.now() - started;
      const { format, width, height } = plan;
      return { body, picture: { format, width, height }, renderMs, inputs };
    } catch (cause) {
      error = cause;
      if (cause instanceof TintypeError && cause.code === 'BROKEN_IMAGE') damaged.set(key, cause);
      throw cause;
    } finally {
      publish('tintype:render', { ...event, bytes: size, ms: performance.now() - started, waited, error });
    }
  }

  function checkKnown({ selection: { key, mezzanine } }: PictureOrder): void {
    const known = damaged.get(key) ?? damaged.get(mezzanine?.key ?? '');
    if (known !== undefined) throw known;
  }

  async function makeMezzanine(mezzanine: KeyedMezzanine, { sources: [own], selection, hand }: PictureOrder) {
    await hand.enter();
    const { plan, key } = mezzanine;
    const bytes = await originalOf(own, hand);
    const event = { path: own.name.id.path, transformation: { stages: plan.stages, output: { format: plan.format } } };
    const job: Job = { bytes, image: selection.images[0], plan, key, inputs: inputsOf([own]), event };
    return queue.run((waited) => render(job, waited), queueBounds);
  }

  /** The picture that work begins with: the original, or its mezzanine, for which no original is read once it is there. */
  async function beginning(order: PictureOrder): Promise<Picture> {
    const { sources, selection, hand, kept } = order;
    const { mezzanine, images } = selection;
    if (mezzanine === undefined) return { bytes: await originalOf(sources[0], hand), image: images[0] };
    const make = () => makeMezzanine(mezzanine, order);
    const { derivative } = await derivatives.get(mezzanine.key, make, hand, kept);
    return { bytes: derivative.body, image: mezzanine.image };
  }

  return async function makePicture(order): Promise<Derivative> {
    const { plan: urlPlan, sources, selection, hand } = order;
    checkKnown(order);
    // Before the original is read for nothing.
    queue.checkRoom(queueBounds);
    // Whoever has brought an original has a place already.
    await hand.enter();
    const own = await beginning(order);
    const overlays: OverlayOriginal[] = [];
    for (const [index, overlay] of sources.slice(1).entries()) {
      const image = selection.images[index + 1];
      if (image !== undefined) overlays.push({ bytes: await originalOf(overlay, hand), image });
    }
    const event = { path: sources[0].name.id.path, transformation: urlPlan.transformation };
    const { plan, key } = selection;
    const job: Job = { ...own, overlays, plan, key, inputs: inputsOf(sources), event };
    return queue.run((waited) => render(job, waited), queueBounds);
  };
}

interface Picture {
  readonly bytes: Uint8Array;
  readonly image: ImageInfo;
}

/** One render. */
interface Job extends Picture {
  readonly overlays?: readonly OverlayOriginal[];
  readonly plan: RenderPlan;
  readonly key: string;
  readonly inputs: readonly Reachable[];
  readonly event: Pick<RenderEvent, 'path' | 'transformation'>;
}
