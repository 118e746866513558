import { nativeExpectations } from '../dialect/native-options.ts';
import { clientHints } from '../http/client-hints.ts';
import { mountExpectations } from '../http/mount.ts';
import { mediaRange } from '../http/passthrough.ts';
import { isRepeatable } from '../http/repeated-fields.ts';
import type { TtlOptions } from '../http/ttl.ts';
import { type Expectation, either, expectations, oneOf } from '../options.ts';
import { type Limits, limitExpectations } from '../transform/limits.ts';
import { type Watermark, watermarkExpectations } from '../transform/watermark.ts';
import { aboveZeroSeconds, hasMethod, isDialect, isListOf, isMount, isOrigin, isTargetable } from './option-checks.ts';
import type { RenderOptions, TintypeOptions } from './tintype-options.ts';

type Table<T> = Readonly<Record<keyof T, Expectation>>;

interface OptionTables {
  readonly createTintype: Table<TintypeOptions>;
  readonly ttl: Table<TtlOptions>;
  readonly limits: Table<Limits>;
  readonly render: Table<RenderOptions>;
  readonly watermark: Table<Watermark>;
}

/** What each option accepts. */
export const optionTables: OptionTables = {
  createTintype: {
    ...mountExpectations,
    ...nativeExpectations,
    origin: ['an origin: an object with a read method, and well-formed forwards, takesQuery and paths', isOrigin],
    store: ['a store: an object with get, set and delete', hasMethod('get', 'set', 'delete')],
    memory: expectations.bytes,
    dialect: ['a dialect: an object with parse and format, and perhaps a method verify', isDialect],
    ttl: expectations.object,
    passthrough: either(expectations.boolean, [
      'a list of media types such as "text/css" or "font/*"',
      isListOf((type) => mediaRange.test(type)),
    ]),
    noTransform: oneOf('respect', 'ignore'),
    repeatFields: [
      'a list of names of fields that may be repeated, or of beginnings such as "x-copyright-*"',
      isListOf(isRepeatable),
    ],
    clientHints: either(expectations.boolean, [
      `a list of ${clientHints.join(', ')}`,
      isListOf((hint) => (clientHints as readonly string[]).includes(hint)),
    ]),
    limits: expectations.object,
    render: expectations.object,
    svg: oneOf('refuse', 'rasterize'),
    tiff: oneOf('refuse', 'decode'),
    encoders: expectations.object,
    name: expectations.text,
    originals: expectations.boolean,
    originTimeout: aboveZeroSeconds,
    watermark: expectations.object,
    tags: expectations.function,
    onPurged: either(expectations.function, [
      'a list of functions',
      (value) => Array.isArray(value) && value.every((each) => typeof each === 'function'),
    ]),
    mounts: [
      'a path such as "/images" or a list of them',
      (value) => isMount(value) || (Array.isArray(value) && value.every(isMount)),
    ],
    clock: expectations.clock,
    journal: [
      'a journal: an object with view, append, note, noted and close',
      hasMethod('view', 'append', 'note', 'noted', 'close'),
    ],
  },
  ttl: {
    policy: oneOf('respect', 'override', 'atLeast', 'atMost'),
    lifetime: either(either(expectations.seconds, expectations.function), oneOf('heuristic')),
    browser: expectations.seconds,
    negative: expectations.seconds,
    rule: oneOf('rfc', 'max-age'),
    targets: ['a list of field names such as "CDN-Cache-Control"', isListOf(isTargetable)],
    staleWhileRevalidate: expectations.seconds,
    staleIfError: expectations.seconds,
    staleBesideSMaxage: expectations.boolean,
  },
  limits: limitExpectations,
  render: {
    queue: expectations.wholeNumber,
    wait: ['a number of seconds', (value) => typeof value === 'number' && value >= 0 && value < 2e6],
    settings: oneOf('own', 'host'),
    isolation: oneOf('process', 'none'),
    reads: expectations.count,
    inFlight: expectations.bytes,
    timeout: aboveZeroSeconds,
    memory: expectations.bytes,
    mezzanine: either(expectations.boolean, [
      'a whole number of pixels from 512 to 8192',
      (value) => Number.isInteger(value) && (value as number) >= 512 && (value as number) <= 8192,
    ]),
  },
  watermark: watermarkExpectations,
};
