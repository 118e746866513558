import { LRUCache } from 'lru-cache';
import type { Derivative } from '../cache/derivative.ts';
import type { Hand } from '../cache/flights.ts';
import { isStorable, reachableBy } from '../cache/record.ts';
import { TintypeError } from '../errors.ts';
import { publish } from '../events.ts';
import type { ImageInfo } from '../transform/image.ts';
import { processRenderQueue } from '../transform/queue.ts';
import { render } from '../transform/render.ts';
import type { Endpoint } from './endpoint.ts';
import type { Parts } from './parts.ts';
import type { Source, Sources } from './sources.ts';
import type { OfEach, UrlPlan, Variant } from './url-plans.ts';

/** The origin's answer is no longer what the record says: the request must start over with what it says now. */
export class ContentMoved extends Error {
  readonly source: Source;

  constructor(source: Source) {
    super('The original changed since its record was made');
    this.source = source;
  }
}

/** What a derivative is made from, and how. */
export interface Order {
  readonly plan: UrlPlan;
  readonly sources: Sources;
  readonly variant: Variant;
  readonly hand: Hand;
}

/**
 * Makes the derivative of a variant: finds the bytes of its originals, waits for a place, renders.
 *
 * @throws ContentMoved, and TintypeError for everything else.
 */
export type Maker = (order: Order) => Promise<Derivative>;

/** Creates the maker of an endpoint. */
export function createMaker({ limits, queueBounds }: Endpoint, { counters, records, originals }: Parts): Maker {
  const queue = processRenderQueue();
  // The key names the bytes: what could not be decoded once never can, and need not cost a decode each time.
  const damaged = new LRUCache<string, TintypeError>({ max: 1000 });

  async function originalOf({ name, lookup: { record, body } }: Source, hand: Hand): Promise<Uint8Array> {
    const near = body ?? (await originals.get(name.id, record.hash));
    if (near !== undefined) return near;
    const again = await records.refetch(name, hand);
    // Other bytes under the old record's key would break content addressing, and what the origin wants kept from others
    // now must not go out under the old record's permission.
    const isSame = again.record.hash === record.hash && isStorable(again.record) === isStorable(record);
    if (!isSame || again.body === undefined) throw new ContentMoved({ name, lookup: again });
    return again.body;
  }

  async function make(bytes: OfEach<Uint8Array>, { plan: urlPlan, sources, variant }: Order, waited: number) {
    const { plan, images, key } = variant;
    const [own, ...overlays] = pairs(bytes, images);
    const started = performance.now();
    let size = 0;
    let error: unknown;
    try {
      const body = await render(own.bytes, own.image, plan, limits, overlays);
      size = body.length;
      counters.renders++;
      const renderMs = performance.now() - started;
      const inputs = sources.map(({ name, lookup }) => reachableBy(lookup.record, name.id));
      return { body, format: plan.format, width: plan.width, height: plan.height, renderMs, inputs };
    } catch (cause) {
      error = cause;
      if (cause instanceof TintypeError && cause.code === 'BROKEN_IMAGE') damaged.set(key, cause);
      throw cause;
    } finally {
      const ms = performance.now() - started;
      const { path } = sources[0].name.id;
      publish('tintype:render', { path, transformation: urlPlan.transformation, bytes: size, ms, waited, error });
    }
  }

  return async (order) => {
    const { sources, variant, hand } = order;
    const known = damaged.get(variant.key);
    if (known !== undefined) throw known;
    // Before the original is read for nothing.
    queue.checkRoom(queueBounds);
    // Whoever has brought an original has a place already.
    await hand.enter();
    const [own, ...overlays] = sources;
    const bytes: [Uint8Array, ...Uint8Array[]] = [await originalOf(own, hand)];
    for (const overlay of overlays) bytes.push(await originalOf(overlay, hand));
    return queue.run((waited) => make(bytes, order, waited), queueBounds);
  };
}

interface Picture {
  readonly bytes: Uint8Array;
  readonly image: ImageInfo;
}

function pairs([own, ...overlays]: OfEach<Uint8Array>, [image, ...images]: OfEach<ImageInfo>): OfEach<Picture> {
  const laid = images.flatMap((each, index) => {
    const bytes = overlays[index];
    return bytes === undefined ? [] : [{ bytes, image: each }];
  });
  return [{ bytes: own, image }, ...laid];
}
