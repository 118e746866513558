import { type Clock, systemClock } from '../clock.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { native } from '../dialect/native.ts';
import { type NativeOptions, nativeExpectations } from '../dialect/native-options.ts';
import { type ClientHint, clientHints } from '../http/client-hints.ts';
import { foundAlone, type Passthrough, toPassthrough, withoutPictures } from '../http/passthrough.ts';
import { fieldFilter } from '../http/repeated-fields.ts';
import type { TtlOptions } from '../http/ttl.ts';
import type { QueueBounds } from '../load/line.ts';
import { checkOptions } from '../options.ts';
import { isUrlPath } from '../origin/url-path.ts';
import { isMemoryStore } from '../store/memory.ts';
import { checkEncoderOptions } from '../transform/encoding.ts';
import { defaultLimits, type Limits } from '../transform/limits.ts';
import { defaultMezzanineSide } from '../transform/mezzanine.ts';
import { defaultRenderTimeout } from '../transform/open.ts';
import type { Overlay } from '../transform/overlay.ts';
import type { RenderJob } from '../transform/renderer.ts';
import { toOverlay } from '../transform/watermark.ts';
import { optionTables } from './option-tables.ts';
import type { RenderOptions, TintypeOptions } from './tintype-options.ts';

/** Options of one endpoint, complete. */
export interface Endpoint {
  readonly options: TintypeOptions;
  readonly dialect: Dialect;
  readonly limits: Limits;
  readonly ttl: TtlOptions;
  readonly queueBounds: QueueBounds;
  /** Originals that are read at once. */
  readonly readsAtOnce: number;
  /** What one render may take. */
  readonly rendering: Pick<RenderJob, 'timeout' | 'memory'>;
  /** Whether pictures are made in processes of their own. */
  readonly isIsolated: boolean;
  /** Pixels of the longer side of mezzanines; undefined for none. */
  readonly mezzanineSide: number | undefined;
  readonly clock: Clock;
  readonly watermark: Overlay | undefined;
  readonly passthrough: Passthrough;
  /** Whether the operator chose the origin, or clients name it in each URL. */
  readonly trustsOrigin: boolean;
  /** Whether `no-transform` counts. */
  readonly leavesUntouched: boolean;
  /** Whether a field of the origin's answer is repeated on derivatives; lower-case name. */
  readonly isRepeatedField: (name: string) => boolean;
  readonly hints: readonly ClientHint[];
}

/** Bytes that a render process may hold. */
const defaultChildMemory = 1024 ** 3;
/** Bytes that may be in flight in the process. */
const defaultInFlight = 1024 ** 3;

/** Seconds that an origin has for one answer. */
export const defaultOriginTimeout = 30;

/**
 * Checks the options of an endpoint once and fills in what was left out.
 *
 * @throws TypeError naming the option, what was expected and what came.
 */
export function toEndpoint(options: TintypeOptions): Endpoint {
  checkAll(options);
  const { ttl = {}, limits = {}, render = {} } = options;
  const trustsOrigin = options.origin.paths !== 'url';
  return {
    options,
    dialect: options.dialect ?? native(nativeOptions(options)),
    limits: { ...defaultLimits, ...given(limits) },
    ttl,
    queueBounds: { queue: render.queue ?? 100, wait: render.wait ?? 5, bytes: render.inFlight ?? defaultInFlight },
    readsAtOnce: render.reads ?? 64,
    rendering: { timeout: render.timeout ?? defaultRenderTimeout, memory: render.memory ?? defaultChildMemory },
    isIsolated: render.isolation === 'process',
    mezzanineSide: toMezzanineSide(render.mezzanine),
    clock: options.clock ?? systemClock,
    watermark: options.watermark === undefined ? undefined : toOverlay(options.watermark),
    passthrough: passthroughFor(options),
    trustsOrigin,
    leavesUntouched: options.noTransform !== 'ignore' && options.watermark === undefined,
    isRepeatedField: fieldFilter(options.repeatFields ?? []),
    hints: toHints(options.clientHints),
  };
}

function checkAll(options: TintypeOptions): void {
  checkOptions('createTintype', options, optionTables.createTintype);
  if (options.origin === undefined)
    throw new TypeError('Expected an origin for createTintype.origin but received none');
  if (options.memory !== undefined && options.store !== undefined && isMemoryStore(options.store)) {
    throw new TypeError('Expected no createTintype.memory beside a store that is memory(): give memory() its maxBytes');
  }
  const { ttl = {}, limits = {}, render = {} } = options;
  checkOptions('ttl', ttl, optionTables.ttl);
  checkOptions('limits', limits, optionTables.limits);
  checkOptions('render', render, optionTables.render);
  if (options.encoders !== undefined) checkEncoderOptions(options.encoders);
  checkTogether(options);
}

/** The options that are the native dialect's. */
function nativeOptions(options: TintypeOptions): NativeOptions {
  const names = Object.keys(nativeExpectations) as (keyof NativeOptions)[];
  return given(Object.fromEntries(names.map((name) => [name, options[name]])));
}

/** Checks what two options only say together. */
function checkTogether(options: TintypeOptions): void {
  const { origin, watermark, repeatFields = [] } = options;
  const isOfUrls = origin.paths === 'url';
  if (watermark !== undefined && isUrlPath(toOverlay(watermark).path) !== isOfUrls) {
    throw new TypeError('Expected a path of the kind that the origin takes for watermark.path');
  }
  if (isOfUrls && repeatFields.length > 0) {
    throw new TypeError('Expected no createTintype.repeatFields beside an origin that clients name');
  }
  checkDialect(options);
  checkTtl(options.ttl);
}

function checkDialect(options: TintypeOptions): void {
  const { dialect, signing, origin } = options;
  const [foreign] = dialect === undefined ? [] : Object.keys(nativeOptions(options));
  if (foreign !== undefined) {
    throw new TypeError(`Expected no createTintype.${foreign} beside a dialect: give it to the dialect`);
  }
  const isSigned = signing !== undefined || dialect?.verify !== undefined;
  if (isSigned && origin.takesQuery === true) {
    throw new TypeError('Expected an origin that takes no queries beside signed URLs, whose signature covers none');
  }
}

function checkTtl({ rule, targets = [], lifetime, policy = 'respect' }: TtlOptions = {}): void {
  if (rule === 'max-age' && targets.length > 0) {
    throw new TypeError("Expected no ttl.targets beside ttl.rule 'max-age', which heeds nothing else");
  }
  if (lifetime === 'heuristic' && policy !== 'respect') {
    throw new TypeError(`Expected ttl.lifetime to be known for ttl.policy ${policy} but received 'heuristic'`);
  }
}

/** Clients that name the origin must not speak through it, and no picture leaves without its watermark. */
function passthroughFor({ passthrough, origin, watermark }: TintypeOptions): Passthrough {
  const rule = toPassthrough(passthrough);
  if (watermark !== undefined) return withoutPictures(rule);
  return origin.paths === 'url' ? foundAlone(rule) : rule;
}

function toMezzanineSide(option: RenderOptions['mezzanine'] = false): number | undefined {
  if (typeof option === 'number') return option;
  return option ? defaultMezzanineSide : undefined;
}

function toHints(option: TintypeOptions['clientHints'] = false): readonly ClientHint[] {
  if (typeof option === 'boolean') return option ? clientHints : [];
  return clientHints.filter((hint) => option.includes(hint));
}

/** Without what is undefined: a limit that is not given must not switch the default off. */
function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
