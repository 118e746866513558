import etag from 'etag';
import { LRUCache } from 'lru-cache';
import { derivativeKey } from '../cache/derivative.ts';
import { type OriginRecord, type RecordName, recordName } from '../cache/record.ts';
import type { Dialect, DialectRequest } from '../dialect/dialect.ts';
import { TintypeError } from '../errors.ts';
import type { AcceptClass } from '../http/accept.ts';
import { splitTarget } from '../http/target.ts';
import { originalId } from '../origin/identity.ts';
import { checkRequestedSize } from '../transform/geometry.ts';
import type { ImageInfo } from '../transform/image.ts';
import { checkLimits, type Limits } from '../transform/limits.ts';
import { planRender, type RenderPlan } from '../transform/plan.ts';

/** What a URL means, worked out once. */
export interface UrlPlan {
  /** The record of its original. */
  readonly record: RecordName;
  readonly request: DialectRequest;
  /** Its derivatives by class of clients, for the content they were worked out for. */
  readonly variants: Map<AcceptClass, Variant>;
}

/** Which derivative a URL selects, given the content of its original and the client's class. */
export interface Variant {
  readonly contentHash: string;
  readonly generation: number;
  readonly image: ImageInfo;
  readonly plan: RenderPlan;
  /** Names the derivative's bytes. */
  readonly key: string;
  readonly etag: string;
}

/** From request targets to derivatives. */
export interface UrlPlans {
  /** Throws what the dialect throws; undefined where the target is none of ours. */
  planOf(target: string, mount: string): UrlPlan | undefined;
  /**
   * @throws TintypeError `UNSUPPORTED_IMAGE`, `BROKEN_IMAGE` or `ORIGINAL_TOO_LARGE`: what the record says
   * of its original.
   */
  variantOf(plan: UrlPlan, record: OriginRecord, accept: AcceptClass): Variant;
}

/** Bytes of targets whose plans are remembered. */
const rememberedBytes = 4 * 1024 * 1024;

/** Creates the plans of one endpoint. */
export function createUrlPlans(dialect: Dialect, origin: string, limits: Limits, pipeline: string): UrlPlans {
  const remembered = new LRUCache<string, UrlPlan>({
    maxSize: rememberedBytes,
    sizeCalculation: (_plan, key) => 512 + key.length,
  });

  return {
    planOf(rawTarget, mount) {
      // A target holds no blank, so the two cannot be taken for others.
      const key = `${mount} ${rawTarget}`;
      const known = remembered.get(key);
      if (known !== undefined) return known;
      const target = splitTarget(rawTarget, mount);
      const request = target === undefined ? undefined : dialect.parse(target);
      if (request === undefined) return undefined;
      checkRequestedSize(request.transformation, limits);
      const record = recordName(originalId(origin, request.path), request.version);
      const plan = { record, request, variants: new Map() };
      remembered.set(key, plan);
      return plan;
    },
    variantOf({ record: { id }, request, variants }, record, accept) {
      const known = variants.get(accept);
      if (known?.contentHash === record.hash && known.generation === record.generation) return known;
      const { hash: contentHash, generation, image, refusal } = record;
      if (image === undefined) throw new TintypeError(refusal ?? 'UNSUPPORTED_IMAGE');
      checkLimits(image, limits);
      const plan = planRender(request.transformation, image, accept, limits);
      const key = derivativeKey(id, [[contentHash, generation]], plan, pipeline);
      const variant = { contentHash, generation, image, plan, key, etag: etag(key) };
      variants.set(accept, variant);
      return variant;
    },
  };
}
