import { LRUCache } from 'lru-cache';
import { type OriginRecord, type RecordName, recordName } from '../cache/record.ts';
import type { Dialect, DialectRequest } from '../dialect/dialect.ts';
import { TintypeError } from '../errors.ts';
import type { AcceptClass } from '../http/accept.ts';
import { type HintValues, withLessDensity } from '../http/client-hints.ts';
import { splitTarget, type Target } from '../http/target.ts';
import { originalId } from '../origin/identity.ts';
import type { Origin } from '../origin/origin.ts';
import { isUrlPath } from '../origin/url-path.ts';
import { checkLayers } from '../transform/check-layers.ts';
import { checkRequestedSize } from '../transform/geometry.ts';
import type { Limits } from '../transform/limits.ts';
import type { PictureOverlay } from '../transform/overlay.ts';
import { fontUses } from '../transform/text/font-uses.ts';
import type { Fonts } from '../transform/text/fonts.ts';
import { overlaysOf, type Transformation, withOverlay } from '../transform/transformation.ts';
import type { OfEach } from './of-each.ts';
import { createVariants, type Variant, type VariantsOptions } from './variants.ts';

/** What a URL means, worked out once. */
export interface UrlPlan {
  /** Under which it is remembered. */
  readonly key: string;
  /** Where the request came in that it was worked out for. */
  readonly mount: string;
  readonly records: OfEach<RecordName>;
  readonly request: DialectRequest;
  /** With the endpoint's watermark. */
  readonly transformation: Transformation;
  /** With what takes the place of the original where that is not there. */
  readonly fallback: UrlPlan | undefined;
  /** Its derivatives by class of clients, for the content they were worked out for. */
  readonly variants: Map<AcceptClass, Variant>;
}

/** From request targets to derivatives. */
export interface UrlPlans {
  /** Throws what the dialect throws, its verification included; undefined where the target is none of ours. */
  planOf(target: string, mount: string, hints?: HintValues): UrlPlan | undefined;
  /** The plan of a target that was asked for before, by whichever mount it came first; undefined where none is remembered. */
  remembered(target: string, hints?: HintValues): UrlPlan | undefined;
  /** Throws what {@link UrlPlans.planOf} throws of a target that nobody asks for yet. */
  check(target: string): void;
  /** Whether a target is ours, signed or not. Throws what the dialect throws of its grammar. */
  isOurs(target: string, mount: string): boolean;
  /**
   * @throws TintypeError `UNSUPPORTED_IMAGE`, `BROKEN_IMAGE` or `ORIGINAL_TOO_LARGE`: what a record says of its
   * original.
   */
  variantOf(plan: UrlPlan, records: OfEach<OriginRecord>, accept: AcceptClass): Variant;
}

/** What plans depend on. */
export interface UrlPlansOptions extends VariantsOptions {
  readonly dialect: Dialect;
  /** Name of the origin. */
  readonly origin: string;
  /** What its paths are, and whether it sees queries. */
  readonly paths: NonNullable<Origin['paths']>;
  readonly takesQuery: boolean;
  /** Laid over every picture. */
  readonly watermark: PictureOverlay | undefined;
}

/** Bytes that the plans of an endpoint may take. */
const rememberedBytes = 32 * 1024 * 1024;

/** Creates the plans of one endpoint. */
export function createUrlPlans(options: UrlPlansOptions): UrlPlans {
  const { dialect } = options;
  const remembered = new LRUCache<string, UrlPlan>({ maxSize: rememberedBytes, sizeCalculation: weightOf });
  const parse = createParser(options);
  const variantFor = createVariants(options);

  /** Counts what has come to a plan since it was remembered. */
  const weighAnew = (plan: UrlPlan): void => {
    const whole = remembered.peek(plan.key);
    if (whole === undefined || (whole !== plan && whole.fallback !== plan)) return;
    remembered.delete(plan.key);
    remembered.set(plan.key, whole);
  };

  const read = (key: string, rawTarget: string, mount: string, hints: HintValues | undefined): UrlPlan | undefined => {
    const target = splitTarget(rawTarget, mount);
    const request = target && parse(target, hints ?? {});
    if (target === undefined || request === undefined) return undefined;
    dialect.verify?.(target);
    return toPlan({ key, mount, request }, options);
  };

  const find = (key: string, target: string, mount: string, hints: HintValues | undefined): UrlPlan | undefined => {
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const plan = read(key, target, mount, hints);
    if (plan !== undefined) remembered.set(key, plan);
    return plan;
  };

  return {
    planOf(target, mount, hints) {
      const key = keyOf(target, hints);
      const plan = find(key, target, mount, hints);
      // Hardly any target comes by two mounts, and to put the mount into each key would cost every hit.
      return plan === undefined || plan.mount === mount ? plan : find(`${mount} ${key}`, target, mount, hints);
    },
    remembered: (target, hints) => remembered.get(keyOf(target, hints)),
    check: (target) => void find(` ${target}`, target, '', undefined),
    isOurs(rawTarget, mount) {
      const target = splitTarget(rawTarget, mount);
      return target !== undefined && parse(target, {}) !== undefined;
    },
    variantOf(plan, records, accept) {
      const before = plan.variants.size;
      const variant = variantFor(plan, records, accept);
      if (plan.variants.size > before) weighAnew(plan);
      return variant;
    },
  };
}

/** What a request means: the originals that it is made from, and those where its own is not there. */
function toPlan(
  asked: Pick<UrlPlan, 'key' | 'mount' | 'request'>,
  { origin, watermark, takesQuery }: UrlPlansOptions,
): UrlPlan {
  const { path, version, query, fallback, transformation: said } = asked.request;
  const transformation = watermark === undefined ? said : withOverlay(said, watermark);
  const overlays = overlaysOf(transformation).map((overlay) => recordName(originalId(origin, overlay.path), undefined));
  const planOf = (own: RecordName, instead: UrlPlan | undefined): UrlPlan => ({
    ...asked,
    records: [own, ...overlays],
    transformation,
    fallback: instead,
    variants: new Map(),
  });
  const own = recordName(originalId(origin, path), version, takesQuery ? query : undefined);
  const isReplaced = fallback !== undefined && fallback !== path;
  return planOf(own, isReplaced ? planOf(recordName(originalId(origin, fallback), undefined), undefined) : undefined);
}

/** A target holds no blank, so the parts cannot be taken for others. */
function keyOf(target: string, hints: HintValues | undefined): string {
  return hints === undefined ? target : `${target} ${hints.width},${hints.dpr},${hints.saveData}`;
}

/** About the bytes of a plan, rather too many: measured, as are the numbers in it. */
function weightOf({ key, records, transformation, variants, fallback }: UrlPlan): number {
  const told = JSON.stringify(transformation).length;
  // The key is there as it came, as one text, and in what was cut out of it.
  const own = 1024 + 512 * records.length + 3 * key.length + 4 * told;
  const count = variants.size + (fallback?.variants.size ?? 0);
  return own + (fallback === undefined ? 0 : 1024) + count * (2048 + 512 * records.length + 2 * told);
}

type Parse = (target: Target, hints: HintValues) => DialectRequest | undefined;

/** Creates what reads a target by the dialect, the limits, and the kind of paths that the origin takes. */
function createParser({ dialect, limits, fonts, paths, watermark }: UrlPlansOptions): Parse {
  const isForeign = (path: string): boolean => isUrlPath(path) !== (paths === 'url');

  /** What a client's hints ask for is cut to what may be asked for: they are no mistake of the URL's. */
  const fitting: Parse = (target, { width, ...others }) => {
    const hints = width === undefined ? others : { ...others, width: Math.min(width, limits.outputSide) };
    try {
      const request = dialect.parse(target, hints);
      if (request !== undefined) checkRequest(request.transformation, limits, fonts);
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
    if (request.original && watermark !== undefined) {
      const message = 'original: pictures leave with their watermark here.';
      throw new TintypeError('INVALID_PARAMETER', { message });
    }
    // No origin is asked for what it would not be asked for alone.
    if (request.fallback !== undefined && isForeign(request.fallback)) {
      throw new TintypeError('NOT_FOUND', { message: 'There is no such fallback.' });
    }
    const isOverlayForeign = overlaysOf(request.transformation).some(({ path }) => isForeign(path));
    if (isOverlayForeign) throw new TintypeError('NOT_FOUND', { message: 'There is no such overlay.' });
    return request;
  };
}

/** Refuses what is too much before anybody is asked for it. */
function checkRequest(transformation: Transformation, limits: Limits, fonts: Fonts): void {
  checkRequestedSize(transformation, limits);
  checkLayers(transformation, limits);
  // Throws where one is asked for that there is not.
  fontUses(transformation.stages, fonts);
}
