import etag from 'etag';
import { derivativeKey, type Input } from '../cache/derivative.ts';
import { isStorable, type OriginRecord, type RecordName } from '../cache/record.ts';
import { TintypeError } from '../errors.ts';
import type { AcceptClass } from '../http/accept.ts';
import type { EncoderOptions } from '../transform/encoding.ts';
import type { ImageInfo } from '../transform/image.ts';
import { checkLimits, type Limits } from '../transform/limits.ts';
import { type Mezzanine, mezzanineOf, planFrom } from '../transform/mezzanine.ts';
import { pageOf } from '../transform/pages.ts';
import { planRender, type RenderPlan } from '../transform/plan.ts';
import { type OfEach, ofEach } from './of-each.ts';
import type { UrlPlan } from './url-plans.ts';

/** Which derivative a URL selects, given the content of its originals and the client's class. */
export interface Variant {
  readonly kind: 'picture';
  readonly contents: OfEach<Input>;
  readonly images: OfEach<ImageInfo>;
  readonly plan: RenderPlan;
  /** Pixels of the longer side of mezzanines, where it may have been planned with one. */
  readonly mezzanineSide: number | undefined;
  /** What stands for its original, where that is not used itself. */
  readonly mezzanine: KeyedMezzanine | undefined;
  /** Names the derivative's bytes. */
  readonly key: string;
  readonly etag: string;
}

/** A mezzanine that is kept like a derivative. */
export interface KeyedMezzanine extends Mezzanine {
  readonly key: string;
}

/** What variants depend on beside what is asked for. */
export interface VariantsOptions {
  readonly limits: Limits;
  /** Names what else the bytes depend on. */
  readonly pipeline: string;
  readonly encoders: EncoderOptions | undefined;
  /** Pixels of the longer side of mezzanines; undefined for none. */
  readonly mezzanineSide: number | undefined;
}

/** Creates what works out the variant of a plan, once for each content of its originals and each class of clients. */
export function createVariants(
  options: VariantsOptions,
): (plan: UrlPlan, records: OfEach<OriginRecord>, accept: AcceptClass) => Variant {
  return (plan, records, accept) => {
    const known = plan.variants.get(accept);
    // A mezzanine of what may not be kept would be made for one derivative alone.
    const mezzanineSide = isStorable(records[0]) ? options.mezzanineSide : undefined;
    if (known !== undefined && known.mezzanineSide === mezzanineSide && isFor(known, records)) return known;
    const variant = createVariant(plan, records, accept, { ...options, mezzanineSide });
    plan.variants.set(accept, variant);
    return variant;
  };
}

function createVariant(
  { records: names, transformation }: UrlPlan,
  records: OfEach<OriginRecord>,
  accept: AcceptClass,
  { limits, encoders, pipeline, mezzanineSide }: VariantsOptions,
): Variant {
  const [own, ...laid] = records;
  const images: OfEach<ImageInfo> = [
    imageOf(own, limits, transformation.output.frame),
    ...laid.map((record) => imageOf(record, limits)),
  ];
  const contents = ofEach(records, ({ hash, generation }): Input => [hash, generation]);
  const [image, ...overlays] = images;
  const direct = planRender(transformation, image, { accept, limits, overlays, encoders });
  const mezzanine = mezzanineSide === undefined ? undefined : mezzanineOf(image, mezzanineSide);
  const small = mezzanine && planFrom(mezzanine, image, direct);
  const plan = small ?? direct;
  const ids = ofEach(names, ({ id }: RecordName) => id);
  const key = derivativeKey(ids, contents, plan, pipeline);
  const keyed = small &&
    mezzanine && { ...mezzanine, key: derivativeKey([ids[0]], [contents[0]], mezzanine.plan, pipeline) };
  return { kind: 'picture', contents, images, plan, mezzanineSide, mezzanine: keyed, key, etag: etag(key) };
}

function isFor({ contents }: Variant, records: OfEach<OriginRecord>): boolean {
  // A loop, because every hit comes by here.
  for (let index = 0; index < contents.length; index++) {
    const [content, record] = [contents[index], records[index]];
    if (content?.[0] !== record?.hash || content?.[1] !== record?.generation) return false;
  }
  return true;
}

function imageOf({ image, refusal, explanation }: OriginRecord, limits: Limits, frame?: number): ImageInfo {
  if (image === undefined) {
    const cause = explanation?.cause === undefined ? undefined : new Error(explanation.cause);
    throw new TintypeError(refusal ?? 'UNSUPPORTED_IMAGE', { message: explanation?.message, cause });
  }
  const page = pageOf(image, frame);
  checkLimits(page, limits);
  return page;
}
