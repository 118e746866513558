import etag from 'etag';
import { LRUCache } from 'lru-cache';
import { derivativeKey, type Input } from '../cache/derivative.ts';
import { type OriginRecord, type RecordName, recordName } from '../cache/record.ts';
import type { Dialect, DialectRequest } from '../dialect/dialect.ts';
import { TintypeError } from '../errors.ts';
import type { AcceptClass } from '../http/accept.ts';
import { type HintValues, withLessDensity } from '../http/client-hints.ts';
import { splitTarget, type Target } from '../http/target.ts';
import { originalId } from '../origin/identity.ts';
import type { Origin } from '../origin/origin.ts';
import { isUrlPath } from '../origin/url-path.ts';
import type { EncoderOptions } from '../transform/encoding.ts';
import { checkRequestedSize } from '../transform/geometry.ts';
import type { ImageInfo } from '../transform/image.ts';
import { checkLimits, type Limits } from '../transform/limits.ts';
import type { Overlay } from '../transform/overlay.ts';
import { planRender, type RenderPlan } from '../transform/plan.ts';
import { overlaysOf, type Transformation, withOverlay } from '../transform/transformation.ts';

/** One value for the original and one for each picture laid over it, in drawing order. */
export type OfEach<T> = readonly [own: T, ...overlays: T[]];

/** What a URL means, worked out once. */
export interface UrlPlan {
  /** Under which it is remembered. */
  readonly name: string;
  readonly records: OfEach<RecordName>;
  readonly request: DialectRequest;
  /** With the endpoint's watermark. */
  readonly transformation: Transformation;
  /** Its derivatives by class of clients, for the content they were worked out for. */
  readonly variants: Map<AcceptClass, Variant>;
}

/** Which derivative a URL selects, given the content of its originals and the client's class. */
export interface Variant {
  readonly kind: 'picture';
  readonly contents: OfEach<Input>;
  readonly images: OfEach<ImageInfo>;
  readonly plan: RenderPlan;
  /** Names the derivative's bytes. */
  readonly key: string;
  readonly etag: string;
}

/** From request targets to derivatives. */
export interface UrlPlans {
  /** Throws what the dialect throws, its verification included; undefined where the target is none of ours. */
  planOf(target: string, mount: string, hints?: HintValues): UrlPlan | undefined;
  /** Whether a target is ours, signed or not. Throws what the dialect throws of its grammar. */
  isOurs(target: string, mount: string): boolean;
  /**
   * @throws TintypeError `UNSUPPORTED_IMAGE`, `BROKEN_IMAGE` or `ORIGINAL_TOO_LARGE`: what a record says of its
   * original.
   */
  variantOf(plan: UrlPlan, records: OfEach<OriginRecord>, accept: AcceptClass): Variant;
}

/** What plans depend on. */
export interface UrlPlansOptions {
  readonly dialect: Dialect;
  /** Name of the origin. */
  readonly origin: string;
  /** What its paths are, and whether it sees queries. */
  readonly paths: NonNullable<Origin['paths']>;
  readonly takesQuery: boolean;
  readonly limits: Limits;
  readonly pipeline: string;
  readonly encoders: EncoderOptions | undefined;
  /** Laid over every picture. */
  readonly watermark: Overlay | undefined;
}

/** Bytes that the plans of an endpoint may take. */
const rememberedBytes = 32 * 1024 * 1024;

/** Creates the plans of one endpoint. */
export function createUrlPlans(options: UrlPlansOptions): UrlPlans {
  const { dialect, origin, limits, pipeline, watermark, encoders } = options;
  const remembered = new LRUCache<string, UrlPlan>({
    maxSize: rememberedBytes,
    sizeCalculation: weightOf,
  });

  const parse = createParser(options);

  /** Counts what has come to a plan since it was remembered. */
  const weighAnew = (plan: UrlPlan): void => {
    if (remembered.peek(plan.name) !== plan) return;
    remembered.delete(plan.name);
    remembered.set(plan.name, plan);
  };

  const read = (name: string, rawTarget: string, mount: string, hints: HintValues | undefined): UrlPlan | undefined => {
    const target = splitTarget(rawTarget, mount);
    const request = target && parse(target, hints ?? {});
    if (target === undefined || request === undefined) return undefined;
    dialect.verify?.(target);
    const transformation =
      watermark === undefined ? request.transformation : withOverlay(request.transformation, watermark);
    const overlays = overlaysOf(transformation).map(({ path }) => recordName(originalId(origin, path), undefined));
    const own = recordName(
      originalId(origin, request.path),
      request.version,
      options.takesQuery ? request.query : undefined,
    );
    return { name, records: [own, ...overlays], request, transformation, variants: new Map() };
  };

  return {
    planOf(rawTarget, mount, hints) {
      // A target holds no blank, so the parts cannot be taken for others.
      const hinted = hints === undefined ? '' : ` ${hints.width},${hints.dpr},${hints.saveData}`;
      const name = `${mount} ${rawTarget}${hinted}`;
      const known = remembered.get(name);
      if (known !== undefined) return known;
      const plan = read(name, rawTarget, mount, hints);
      if (plan !== undefined) remembered.set(name, plan);
      return plan;
    },
    isOurs(rawTarget, mount) {
      const target = splitTarget(rawTarget, mount);
      return target !== undefined && parse(target, {}) !== undefined;
    },
    variantOf(urlPlan, records, accept) {
      const { records: names, transformation, variants } = urlPlan;
      const known = variants.get(accept);
      if (known !== undefined && isFor(known, records)) return known;
      const images = ofEach(records, (record) => imageOf(record, limits));
      const contents = ofEach(records, ({ hash, generation }): Input => [hash, generation]);
      const [image, ...overlays] = images;
      const plan = planRender(transformation, image, { accept, limits, overlays, encoders });
      const key = derivativeKey(
        ofEach(names, ({ id }) => id),
        contents,
        plan,
        pipeline,
      );
      const variant: Variant = { kind: 'picture', contents, images, plan, key, etag: etag(key) };
      variants.set(accept, variant);
      weighAnew(urlPlan);
      return variant;
    },
  };
}

/** About the bytes of a plan, rather too many: measured, as are the numbers in it. */
function weightOf({ name, records, transformation, variants }: UrlPlan): number {
  const told = JSON.stringify(transformation).length;
  // The name is there as it came, as one text, and in what was cut out of it.
  const own = 1024 + 512 * records.length + 3 * name.length + 4 * told;
  return own + variants.size * (1280 + 512 * records.length + 2 * told);
}

type Parse = (target: Target, hints: HintValues) => DialectRequest | undefined;

/** Creates what reads a target by the dialect, the limits, and the kind of paths that the origin takes. */
function createParser({ dialect, limits, paths }: UrlPlansOptions): Parse {
  const isForeign = (path: string): boolean => isUrlPath(path) !== (paths === 'url');

  /** What a client's hints ask for is cut to what may be asked for: they are no mistake of the URL's. */
  const fitting: Parse = (target, { width, ...others }) => {
    const hints = width === undefined ? others : { ...others, width: Math.min(width, limits.outputSide) };
    try {
      const request = dialect.parse(target, hints);
      if (request !== undefined) checkRequestedSize(request.transformation, limits);
      return request;
    } catch (error) {
      const smaller = withLessDensity(hints);
      if (smaller === undefined) throw error;
      return fitting(target, smaller);
    }
  };

  return (target, hints) => {
    const request = fitting(target, hints);
    if (request === undefined) return undefined;
    if (isForeign(request.path)) throw new TintypeError('NOT_FOUND');
    // No origin is asked for what it would not be asked for alone.
    const isOverlayForeign = overlaysOf(request.transformation).some(({ path }) => isForeign(path));
    if (isOverlayForeign) throw new TintypeError('NOT_FOUND', { message: 'There is no such overlay.' });
    return request;
  };
}

/** Applies a function to each of the values. */
export function ofEach<T, R>([own, ...overlays]: OfEach<T>, change: (value: T) => R): OfEach<R> {
  return [change(own), ...overlays.map((overlay) => change(overlay))];
}

function isFor({ contents }: Variant, records: OfEach<OriginRecord>): boolean {
  // A loop, because every hit comes by here.
  for (let index = 0; index < contents.length; index++) {
    const [content, record] = [contents[index], records[index]];
    if (content?.[0] !== record?.hash || content?.[1] !== record?.generation) return false;
  }
  return true;
}

function imageOf({ image, refusal, explanation }: OriginRecord, limits: Limits): ImageInfo {
  if (image === undefined) {
    const cause = explanation?.cause === undefined ? undefined : new Error(explanation.cause);
    throw new TintypeError(refusal ?? 'UNSUPPORTED_IMAGE', { message: explanation?.message, cause });
  }
  checkLimits(image, limits);
  return image;
}
