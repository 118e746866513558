import { LRUCache } from 'lru-cache';
import type { Derivative } from '../cache/derivative.ts';
import type { Keeping } from '../cache/derivatives.ts';
import type { Hand } from '../cache/flights.ts';
import { isStorable, reachableBy } from '../cache/record.ts';
import { TintypeError } from '../errors.ts';
import { publish } from '../events.ts';
import { encodeContent } from '../http/encode-content.ts';
import type { Reachable } from '../journal/journal.ts';
import { allocatorWatch } from '../transform/allocator.ts';
import type { ImageInfo } from '../transform/image.ts';
import { processRenderQueue } from '../transform/queue.ts';
import { render as renderPicture } from '../transform/render.ts';
import { type Asset, assetOf } from './asset.ts';
import type { Endpoint } from './endpoint.ts';
import type { Parts } from './parts.ts';
import type { Selection } from './representation.ts';
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
  readonly selection: Selection;
  readonly hand: Hand;
  /** Where the original of a coded asset may be kept. */
  readonly kept: Keeping | undefined;
}

type PictureOrder = Order & { readonly selection: Variant };
type AssetOrder = Order & { readonly selection: Asset };

/**
 * Makes what was selected: finds the bytes of its originals, waits for a place, renders or codes them.
 *
 * @throws ContentMoved, and TintypeError for everything else.
 */
export type Maker = (order: Order) => Promise<Derivative>;

/** Creates the maker of an endpoint. */
export function createMaker(endpoint: Endpoint, parts: Parts): Maker {
  const { limits, queueBounds } = endpoint;
  const { counters, records, originals } = parts;
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

  async function render(
    bytes: OfEach<Uint8Array>,
    { plan: urlPlan, sources, selection }: PictureOrder,
    waited: number,
  ) {
    const { plan, images, key } = selection;
    const [own, ...overlays] = pairs(bytes, images);
    const started = performance.now();
    let size = 0;
    let error: unknown;
    try {
      const body = await renderPicture(own.bytes, own.image, plan, limits, overlays);
      size = body.length;
      counters.renders++;
      const renderMs = performance.now() - started;
      const { format, width, height } = plan;
      return { body, picture: { format, width, height }, renderMs, inputs: inputsOf(sources) };
    } catch (cause) {
      error = cause;
      if (cause instanceof TintypeError && cause.code === 'BROKEN_IMAGE') damaged.set(key, cause);
      throw cause;
    } finally {
      allocatorWatch.rendered();
      const ms = performance.now() - started;
      const { path } = sources[0].name.id;
      publish('tintype:render', { path, transformation: urlPlan.transformation, bytes: size, ms, waited, error });
    }
  }

  async function makePicture(order: PictureOrder): Promise<Derivative> {
    const { sources, selection, hand } = order;
    const known = damaged.get(selection.key);
    if (known !== undefined) throw known;
    // Before the original is read for nothing.
    queue.checkRoom(queueBounds);
    // Whoever has brought an original has a place already.
    await hand.enter();
    const [own, ...overlays] = sources;
    const bytes: [Uint8Array, ...Uint8Array[]] = [await originalOf(own, hand)];
    for (const overlay of overlays) bytes.push(await originalOf(overlay, hand));
    return queue.run((waited) => render(bytes, order, waited), queueBounds);
  }

  const makeAsset = createAssetMaker(endpoint, parts, originalOf);

  return async ({ selection, ...order }) =>
    selection.kind === 'picture' ? makePicture({ ...order, selection }) : makeAsset({ ...order, selection });
}

type OriginalOf = (source: Source, hand: Hand) => Promise<Uint8Array>;

/** Creates what passes originals on, coded where the client wants that. */
function createAssetMaker({ queueBounds }: Endpoint, { derivatives }: Parts, originalOf: OriginalOf) {
  const queue = processRenderQueue();
  async function makeAsset(order: AssetOrder): Promise<Derivative> {
    const { sources, selection, hand, kept } = order;
    const [own] = sources;
    if (selection.coding === 'identity') {
      await hand.enter();
      return { body: await originalOf(own, hand), renderMs: 0, inputs: inputsOf(sources) };
    }
    // The bytes as they came are kept too: another coding, or a part of them, will be asked for.
    const plain = assetOf(own.lookup.record, own.name.id, {});
    const start = () => makeAsset({ ...order, selection: plain });
    const { derivative } = await derivatives.get(plain.key, start, hand, kept);
    const started = performance.now();
    const body = await queue.run(() => encodeContent(derivative.body, selection.coding), queueBounds);
    return { body, renderMs: performance.now() - started, inputs: derivative.inputs };
  }
  return makeAsset;
}

function inputsOf(sources: Sources): readonly Reachable[] {
  return sources.map(({ name, lookup }) => reachableBy(lookup.record, name.id));
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
