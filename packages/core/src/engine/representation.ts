import type { FoundDerivative } from '../cache/derivatives.ts';
import type { OriginRecord } from '../cache/record.ts';
import type { Counters } from '../counters.ts';
import type { DialectRequest } from '../dialect/dialect.ts';
import { isStructuredList } from '../http/cache-status.ts';
import { hintFields } from '../http/client-hints.ts';
import { formatHttpDate, parseHttpDate } from '../http/date.ts';
import { contentDisposition } from '../http/download.ts';
import { isRepeated, type Lifetime } from '../http/emitted-control.ts';
import { freshnessUntil, lifetimeUntil } from '../http/expiry.ts';
import { ageOf, type Freshness } from '../http/freshness.ts';
import { type HttpResponse, header, sendable } from '../http/message.ts';
import type { MountOptions } from '../http/mount.ts';
import { passedFields } from '../http/passed-fields.ts';
import { fieldsWhere, isLifetimeField } from '../http/repeated-fields.ts';
import { type Representation, respondFound, respondWithoutBytes } from '../http/respond.ts';
import { variedFields, varyMembers } from '../http/vary.ts';
import type { Asset } from './asset.ts';
import { statusOf } from './cache-status.ts';
import type { Endpoint } from './endpoint.ts';
import type { Question } from './question.ts';
import { freshnessOf, type Sources } from './sources.ts';
import type { Variant } from './variants.ts';

/** What is answered: a picture made from the originals, or an original passed on. */
export type Selection = Variant | Asset;

/** What an answer is made from. */
export interface Answerable {
  readonly question: Question;
  readonly sources: Sources;
  readonly selection: Selection;
  /** Whether any of it was purged meanwhile. */
  readonly isOutdated: boolean;
}

/** The answers that hold bytes, or say that the client has them. */
export interface Responses {
  /** 304 from the records alone: no bytes, no render, even where the derivative is long gone. Throws 412. */
  withoutBytes(answerable: Answerable): HttpResponse | undefined;
  /** Throws 416. */
  found(answerable: Answerable, bytes: FoundDerivative): HttpResponse;
  /** What has no content to look for. */
  empty(answerable: Answerable): HttpResponse;
}

const noBytes = new Uint8Array();

/** Creates the answers of an endpoint, which are counted. */
export function createResponses(endpoint: Endpoint, counters: Counters): Responses {
  return {
    withoutBytes(answerable) {
      const { question } = answerable;
      const representation = toRepresentation(answerable, endpoint);
      const short = respondWithoutBytes(question, representation, statusOf(answerable, undefined));
      if (short !== undefined) counters.notModified++;
      return short;
    },
    found(answerable, bytes) {
      const { derivative, layer } = bytes;
      const representation = toRepresentation(answerable, endpoint);
      const answer = respondFound(answerable.question, representation, statusOf(answerable, bytes), derivative.body);
      // Not before it is sure that there is an answer.
      if (layer === 'memory') counters.hitsMemory++;
      else if (layer !== 'render') counters.hitsStore++;
      return answer;
    },
    empty(answerable) {
      const representation = toRepresentation(answerable, endpoint);
      return respondFound(answerable.question, representation, statusOf(answerable, undefined), noBytes);
    },
  };
}

/** What was worked out last for a selection, and for whom. */
interface Known {
  readonly record: OriginRecord;
  readonly mount: MountOptions;
  /** What is said of the answer by URLs that share an asset, and by the time. */
  readonly download: string | true | undefined;
  readonly until: number;
  readonly representation: Representation;
}

const known = new WeakMap<Selection, Known>();

/** The fields of an answer: known from the origin records alone, without its bytes. */
function toRepresentation(answerable: Answerable, endpoint: Endpoint): Representation {
  const { question, sources, selection, isOutdated } = answerable;
  // What is made of several originals ages with each of them.
  if (sources.length > 1 || isOutdated || question.absent !== undefined)
    return createRepresentation(answerable, endpoint);
  const { record } = sources[0].lookup;
  const { mount, expires, now } = question;
  const { download } = question.plan.request;
  const until = lifetimeUntil(expires, record.freshness, now);
  const before = known.get(selection);
  const isSame = before?.record === record && before.mount === mount;
  if (isSame && before.download === download && before.until === until) return before.representation;
  const representation = createRepresentation(answerable, endpoint);
  known.set(selection, { record, mount, download, until, representation });
  return representation;
}

function createRepresentation(answerable: Answerable, endpoint: Endpoint): Representation {
  const { question, sources, selection, isOutdated } = answerable;
  const { plan, now, expires, absent } = question;
  const freshness = freshnessUntil(expires, freshnessOf(sources, absent, now), now);
  const lifetime: Lifetime = {
    freshness,
    browserTtl: endpoint.ttl.browser,
    isOutdated,
    isVersioned: plan.request.version !== undefined && absent === undefined,
  };
  const { headers } = sources[0].lookup.record;
  const common = {
    ...lifetime,
    etag: selection.etag,
    date: dateOf(sources.length === 1 && absent === undefined ? header(headers, 'date') : undefined, freshness, now),
    upstreamStatus: endpoint.trustsOrigin ? upstreamStatus(header(headers, 'cache-status')) : undefined,
  };
  const isVerbatim = isRepeated(lifetime, question.mount);
  const specific =
    selection.kind === 'asset'
      ? assetFields(answerable, selection, endpoint, isVerbatim)
      : pictureFields(answerable, selection, endpoint, isVerbatim);
  const fields = { ...specific.fields, ...deliveryFields(plan.request, selection) };
  // What comes in its place may be older than what stands there now.
  const lastModified = absent === undefined ? specific.lastModified : undefined;
  return { ...common, ...specific, lastModified, fields };
}

/** What the URL says of the answer itself. */
function deliveryFields({ download, path }: DialectRequest, selection: Selection): Readonly<Record<string, string>> {
  if (download === undefined) return {};
  const extension = selection.kind === 'asset' ? undefined : selection.plan.format;
  return { 'content-disposition': contentDisposition(download, path, extension) };
}

/**
 * When the origin made it: as it says, but not so long ago that others would take it for older than we do (RFC 9111
 * §4.2.3), because the operator counts from when it came, or because it is made of several.
 */
function dateOf(said: string | undefined, freshness: Freshness, now: number): string {
  const made = now - ageOf(freshness, now) * 1000;
  const date = parseHttpDate(said ?? '', now);
  return said !== undefined && date !== undefined && date > made - 1000 ? said : formatHttpDate(made);
}

type Specific = Omit<Representation, keyof Lifetime | 'etag' | 'date' | 'upstreamStatus'>;

function pictureFields(
  { question, sources }: Answerable,
  { plan }: Variant,
  endpoint: Endpoint,
  isVerbatim: boolean,
): Specific {
  const { transformation, request } = question.plan;
  const hints = endpoint.hints.filter((hint) => request.hints?.includes(hint)).map((hint) => hintFields[hint]);
  const all = question.absent === undefined ? sources : [...sources, question.absent];
  const varied = [...new Set(all.flatMap(({ lookup }) => variesBy(lookup.record)))];
  const ours = [...(transformation.output.format === 'auto' ? ['Accept'] : []), ...hints];
  const chosenBy = [...ours, ...varied.filter((name) => !ours.some((each) => each.toLowerCase() === name))];
  return {
    status: 200,
    contentType: plan.format === 'json' ? 'application/json' : `image/${plan.format}`,
    lastModified: lastModifiedOf(sources),
    // RFC 9110 §12.5.5: an asterisk stands alone.
    vary: varied.includes('*') ? '*' : chosenBy.join(', '),
    fields: fieldsWhere(
      sources[0].lookup.record.headers,
      (name) => endpoint.isRepeatedField(name) && (isVerbatim || !isLifetimeField(name)),
    ),
    saidControl: undefined,
    isPassedOn: false,
    role: 'origin',
    hasRanges: true,
  };
}

/** What its origin's answer depends on of what this client sends: the rest is the same for everybody. */
function variesBy({ headers, varies, freshness }: OriginRecord): readonly string[] {
  // Where the operator overrides it, it is kept, and so may others.
  return freshness.told.validate && variedFields(headers).includes('*') ? ['*'] : varies;
}

function assetFields(
  { question, sources: [{ lookup }] }: Answerable,
  { coding, isNegotiated, isForeign }: Asset,
  { trustsOrigin: isTrusted }: Endpoint,
  isVerbatim: boolean,
): Specific {
  const { status, headers } = lookup.record;
  const said = variedFields(headers);
  const absence = question.absent === undefined ? [] : variesBy(question.absent.lookup.record);
  const addsVary = isNegotiated && !said.includes('*') && !said.includes('accept-encoding');
  const hasCors = (question.mount.cors ?? false) !== false;
  const isCoded = coding !== 'identity';
  const fields = passedFields(headers, { isTrusted, isCoded, isRepeated: isVerbatim, hasCors });
  return {
    status,
    contentType: typeOf(lookup.record),
    lastModified: modificationOf(lookup.record),
    vary: [...varyMembers(headers), ...absence, ...(addsVary ? ['Accept-Encoding'] : [])].join(', '),
    fields: isCoded ? { ...fields, 'content-encoding': coding } : fields,
    // What cannot be sent on cannot be known to allow anything.
    saidControl:
      headers['cache-control'] === undefined ? undefined : (sendable(headers, 'cache-control') ?? 'no-store'),
    isPassedOn: true,
    role: isForeign ? 'cache' : 'origin',
    hasRanges: status === 200 && !isCoded,
  };
}

/** Of a picture by our own look, never by what the origin calls it. */
function typeOf({ image, headers, bytes }: OriginRecord): string | undefined {
  if (image !== undefined) return image.format === 'svg' ? 'image/svg+xml' : `image/${image.format}`;
  return sendable(headers, 'content-type') ?? (bytes === 0 ? undefined : 'application/octet-stream');
}

/** The origin's date as it wrote it, unless content has changed under it: then ours. */
function modificationOf({ status, headers, lastModified, freshness }: OriginRecord): string | undefined {
  const said = sendable(headers, 'last-modified');
  if (status !== 200 || said === undefined || parseHttpDate(said, freshness.since) === lastModified) return said;
  return lastModified === undefined ? undefined : formatHttpDate(lastModified);
}

/** RFC 9211 §2: who comes later adds its member. What is no such list, or a flood, is left out. */
function upstreamStatus(field: string | undefined): string | undefined {
  return field !== undefined && field.length <= 1000 && isStructuredList(field) ? field : undefined;
}

/** Of several originals no date tells which of them changed: the entity tag does. */
function lastModifiedOf(sources: Sources): string | undefined {
  const { lastModified } = sources[0].lookup.record;
  return sources.length > 1 || lastModified === undefined ? undefined : formatHttpDate(lastModified);
}
