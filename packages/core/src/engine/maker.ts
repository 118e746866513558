import type { Derivative } from '../cache/derivative.ts';
import { isStorable } from '../cache/record.ts';
import { encodeContent } from '../http/encode-content.ts';
import type { Hand } from '../load/hand.ts';
import { processRenderQueue } from '../load/queue.ts';
import { type Asset, assetOf } from './asset.ts';
import type { Endpoint } from './endpoint.ts';
import type { Order, OriginalOf } from './order.ts';
import type { Parts } from './parts.ts';
import { createPictureMaker } from './picture-maker.ts';
import { inputsOf, type Source } from './sources.ts';

/** The origin's answer is no longer what the record says: the request must start over with what it says now. */
export class ContentMoved extends Error {
  readonly source: Source;

  constructor(source: Source) {
    super('The original changed since its record was made');
    this.source = source;
  }
}

type AssetOrder = Order & { readonly selection: Asset };

/**
 * Makes what was selected: finds the bytes of its originals, waits for a place, renders or codes them.
 *
 * @throws ContentMoved, and TintypeError for everything else.
 */
export type Maker = (order: Order) => Promise<Derivative>;

/** Creates the maker of an endpoint. */
export function createMaker(endpoint: Endpoint, parts: Parts): Maker {
  const { records, originals } = parts;

  /** The copy that is kept. Whoever finds none gives the room back, and waits with the others for a place to read it. */
  const copyOf = async ({ name, lookup: { record } }: Source, hand: Hand): Promise<Uint8Array | undefined> => {
    if (!originals.areKept) return undefined;
    await hand.admit(name.key, record.bytes);
    const near = await originals.get(name.id, record.hash);
    if (near === undefined) hand.drop(name.key);
    return near;
  };

  const find: OriginalOf = async (source, { hand }) => {
    const { name, lookup } = source;
    const { record, body } = lookup;
    if (body !== undefined) {
      // It may have come in the hand of another, who leaves before.
      hand.count(name.key, body);
      return body;
    }
    const near = await copyOf(source, hand);
    if (near !== undefined) return near;
    const again = await records.refetch(name, hand);
    // Other bytes under the old record's key would break content addressing, and what the origin wants kept from others
    // now must not go out under the old record's permission.
    const isSame = again.record.hash === record.hash && isStorable(again.record) === isStorable(record);
    if (!isSame || again.body === undefined) throw new ContentMoved({ name, lookup: again });
    hand.count(name.key, again.body);
    return again.body;
  };

  const originalOf: OriginalOf = async (source, order) => {
    const { hash } = source.lookup.record;
    const shared = order.shared?.get(hash);
    if (shared !== undefined) return shared;
    const bytes = await find(source, order);
    order.shared?.set(hash, bytes);
    return bytes;
  };

  const makePicture = createPictureMaker(endpoint, parts, originalOf);
  const makeAsset = createAssetMaker(endpoint, parts, originalOf);

  return async ({ selection, ...order }) =>
    selection.kind === 'picture' ? makePicture({ ...order, selection }) : makeAsset({ ...order, selection });
}

/** Creates what passes originals on, coded where the client wants that. */
function createAssetMaker({ queueBounds }: Endpoint, { derivatives }: Parts, originalOf: OriginalOf) {
  const queue = processRenderQueue();
  async function makeAsset(order: AssetOrder): Promise<Derivative> {
    const { sources, selection, hand, kept } = order;
    const [own] = sources;
    if (selection.coding === 'identity') {
      return { body: await originalOf(own, order), renderMs: 0, inputs: inputsOf(sources) };
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
