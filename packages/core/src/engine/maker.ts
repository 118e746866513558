import { LRUCache } from 'lru-cache';
import type { Derivative } from '../cache/derivative.ts';
import { isStorable, type RecordName } from '../cache/record.ts';
import type { Lookup } from '../cache/records.ts';
import { TintypeError } from '../errors.ts';
import { publish } from '../events.ts';
import { processIntake, processRenderQueue } from '../transform/queue.ts';
import { render } from '../transform/render.ts';
import type { Endpoint } from './endpoint.ts';
import type { Parts } from './parts.ts';
import type { UrlPlan, Variant } from './url-plans.ts';

/** The origin's answer is no longer what the record says: the request must start over with what it says now. */
export class ContentMoved extends Error {
  readonly lookup: Lookup;

  constructor(lookup: Lookup) {
    super('The original changed since its record was made');
    this.lookup = lookup;
  }
}

/**
 * Makes the derivative of a variant: finds the original's bytes, waits for a place, renders.
 *
 * @throws ContentMoved, and TintypeError for everything else.
 */
export type Maker = (plan: UrlPlan, lookup: Lookup, variant: Variant) => Promise<Derivative>;

/** Creates the maker of an endpoint. */
export function createMaker({ limits, queueBounds }: Endpoint, { counters, records, originals }: Parts): Maker {
  const queue = processRenderQueue();
  // The key names the bytes: what could not be decoded once never can, and need not cost a decode each time.
  const damaged = new LRUCache<string, TintypeError>({ max: 1000 });

  async function originalOf(name: RecordName, { record, body }: Lookup): Promise<Uint8Array> {
    const near = body ?? (await originals.get(name.id, record.hash));
    if (near !== undefined) return near;
    const again = await records.refetch(name);
    // Other bytes under the old record's key would break content addressing, and what the origin wants kept from others
    // now must not go out under the old record's permission.
    const isSame = again.record.hash === record.hash && isStorable(again.record) === isStorable(record);
    if (!isSame || again.body === undefined) throw new ContentMoved(again);
    return again.body;
  }

  async function make(original: Uint8Array, urlPlan: UrlPlan, variant: Variant, waited: number) {
    const { image, plan } = variant;
    const started = performance.now();
    let bytes = 0;
    let error: unknown;
    try {
      const body = await render(original, image, plan, limits);
      bytes = body.length;
      counters.renders++;
      const renderMs = performance.now() - started;
      const { format, width, height } = plan;
      return { body, format, width, height, renderMs, inputs: [variant.contentHash] };
    } catch (cause) {
      error = cause;
      if (cause instanceof TintypeError && cause.code === 'BROKEN_IMAGE') damaged.set(variant.key, cause);
      throw cause;
    } finally {
      const ms = performance.now() - started;
      const transformation = urlPlan.request.transformation;
      publish('tintype:render', { path: urlPlan.record.id.path, transformation, bytes, ms, waited, error });
    }
  }

  async function makeInHand(urlPlan: UrlPlan, lookup: Lookup, variant: Variant): Promise<Derivative> {
    const original = await originalOf(urlPlan.record, lookup);
    const { record } = lookup;
    if (isStorable(record)) originals.keep(urlPlan.record.id, record.hash, original);
    return queue.run((waited) => make(original, urlPlan, variant, waited), queueBounds);
  }

  return async (urlPlan, lookup, variant) => {
    const known = damaged.get(variant.key);
    if (known !== undefined) throw known;
    // Before the original is read for nothing.
    queue.checkRoom(queueBounds);
    // Whoever has brought the original has a place for it.
    if (lookup.body !== undefined) return makeInHand(urlPlan, lookup, variant);
    const leave = await processIntake.enter(queueBounds);
    try {
      return await makeInHand(urlPlan, lookup, variant);
    } finally {
      leave();
    }
  };
}
