import type { Derivative } from '../cache/derivative.ts';
import type { Keeping } from '../cache/derivatives.ts';
import type { Hand } from '../cache/flights.ts';
import { isStorable, reachableBy } from '../cache/record.ts';
import { publish } from '../events.ts';
import { encodeContent } from '../http/encode-content.ts';
import type { Reachable } from '../journal/journal.ts';
import { renderCost } from '../transform/cost.ts';
import type { ImageInfo } from '../transform/image.ts';
import { processRenderQueue } from '../transform/queue.ts';
import { type Asset, assetOf } from './asset.ts';
import type { Endpoint } from './endpoint.ts';
import { createKnownFailures } from './known-failures.ts';
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
  const { queueBounds } = endpoint;
  const { records, originals } = parts;
  const queue = processRenderQueue();
  const failures = createKnownFailures(endpoint.clock);
  const render = createPictureRenderer(endpoint, parts);

  async function originalOf({ name, lookup: { record, body } }: Source, hand: Hand): Promise<Uint8Array> {
    if (body !== undefined) {
      // It may have come in the hand of another, who leaves before.
      hand.count(name.key, body.length);
      return body;
    }
    await hand.admit(name.key, record.bytes);
    const near = await originals.get(name.id, record.hash);
    if (near !== undefined) return near;
    const again = await records.refetch(name, hand);
    // Other bytes under the old record's key would break content addressing, and what the origin wants kept from others
    // now must not go out under the old record's permission.
    const isSame = again.record.hash === record.hash && isStorable(again.record) === isStorable(record);
    if (!isSame || again.body === undefined) throw new ContentMoved({ name, lookup: again });
    return again.body;
  }

  async function makePicture(order: PictureOrder): Promise<Derivative> {
    const { sources, selection, hand } = order;
    failures.check(selection.key);
    // Before the original is read for nothing.
    queue.checkRoom(queueBounds);
    const [own, ...overlays] = sources;
    const bytes: [Uint8Array, ...Uint8Array[]] = [await originalOf(own, hand)];
    for (const overlay of overlays) bytes.push(await originalOf(overlay, hand));
    const demand = { bytes: renderCost(selection.images, selection.plan), signal: hand.signal };
    const made = queue.run((waited) => render(bytes, order, waited), queueBounds, demand);
    return made.catch((error) => failures.rethrow(selection.key, error));
  }

  const makeAsset = createAssetMaker(endpoint, parts, originalOf);

  return async ({ selection, ...order }) =>
    selection.kind === 'picture' ? makePicture({ ...order, selection }) : makeAsset({ ...order, selection });
}

/** Creates what renders a picture whose originals are in hand, and tells of it. */
function createPictureRenderer({ limits, rendering }: Endpoint, { counters, renderer }: Parts) {
  return async (bytes: OfEach<Uint8Array>, order: PictureOrder, waited: number): Promise<Derivative> => {
    const { plan: urlPlan, sources, selection } = order;
    const { plan, images } = selection;
    const [own, ...overlays] = pairs(bytes, images);
    const started = performance.now();
    let size = 0;
    let error: unknown;
    try {
      const body = await renderer.render({
        original: own.bytes,
        image: own.image,
        plan,
        limits,
        overlays,
        ...rendering,
      });
      size = body.length;
      counters.renders++;
      const renderMs = performance.now() - started;
      const { format, width, height } = plan;
      return { body, picture: { format, width, height }, renderMs, inputs: inputsOf(sources) };
    } catch (cause) {
      error = cause;
      throw cause;
    } finally {
      const ms = performance.now() - started;
      const { path } = sources[0].name.id;
      publish('tintype:render', { path, transformation: urlPlan.transformation, bytes: size, ms, waited, error });
    }
  };
}

type OriginalOf = (source: Source, hand: Hand) => Promise<Uint8Array>;

/** Creates what passes originals on, coded where the client wants that. */
function createAssetMaker({ queueBounds }: Endpoint, { derivatives }: Parts, originalOf: OriginalOf) {
  const queue = processRenderQueue();
  async function makeAsset(order: AssetOrder): Promise<Derivative> {
    const { sources, selection, hand, kept } = order;
    const [own] = sources;
    if (selection.coding === 'identity') {
      return { body: await originalOf(own, hand), renderMs: 0, inputs: inputsOf(sources) };
    }
    // The bytes as they came are kept too: another coding, or a part of them, will be asked for.
    const plain = assetOf(own.lookup.record, own.name.id, {});
    const start = (own: Hand) => makeAsset({ ...order, selection: plain, hand: own });
    const { derivative } = await derivatives.get(plain.key, start, hand, kept);
    const started = performance.now();
    const body = await queue.run(() => encodeContent(derivative.body, selection.coding), queueBounds, {
      signal: hand.signal,
    });
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
