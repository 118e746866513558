import { inspect } from 'node:util';
import { TintypeError } from '../errors.ts';
import { isAbsent } from './answer-status.ts';
import { type Origin, type OriginRequest, type OriginResponse, toOriginResponse } from './origin.ts';

/**
 * An origin that asks several in turn: the next one only where one has nothing (404 or 410). An error is an error and
 * never skipped, or a picture would change with the health of a server. Each sees of a client's request what it asks for.
 *
 * Each answer carries in `source` which origin it came from, so that its validators go back to that one alone.
 *
 * @throws TypeError where there is no origin, something is none, or some have plain paths and others URLs.
 */
export function firstOf(...origins: readonly Origin[]): Origin {
  if (origins.length === 0) throw new TypeError('Expected at least one origin for firstOf but received none');
  for (const [index, origin] of origins.entries()) {
    if (typeof origin?.read === 'function') continue;
    throw new TypeError(
      `Expected an origin as origin ${index} of firstOf but received ${inspect(origin, { depth: 0 })}`,
    );
  }
  const names = origins.map((origin) => origin.name);
  const kinds = new Set(origins.map(({ paths = 'plain' }) => paths));
  if (kinds.size > 1) {
    throw new TypeError('Expected origins of one kind for firstOf but some take plain paths, others URLs');
  }
  const forwards = [...new Set(origins.flatMap((origin) => origin.forwards ?? []))];
  return {
    // As JSON, so that no two lists of names are spelt alike.
    ...(names.includes(undefined) ? {} : { name: `firstOf(${names.map((name) => JSON.stringify(name)).join(',')})` }),
    keepOriginals: origins.some((origin) => origin.keepOriginals === true),
    ...(forwards.length === 0 ? {} : { forwards }),
    ...(origins.some((origin) => origin.takesQuery === true) ? { takesQuery: true } : {}),
    ...(kinds.has('url') ? { paths: 'url' } : {}),
    read: (path, request) => readFirst(origins, path, request),
    close: () => closeAll(origins),
  };
}

async function readFirst(origins: readonly Origin[], path: string, request: OriginRequest): Promise<OriginResponse> {
  const absences: OriginResponse[] = [];
  for (const [index, origin] of origins.entries()) {
    const question = withoutForeign(origin, questionFor(index, request));
    const answer = toOriginResponse(await origin.read(path, question));
    if (answer.status === 304 && question.ifNoneMatch === undefined && question.ifModifiedSince === undefined) {
      // Passed on, it would renew what another origin had said.
      throw new TintypeError('ORIGIN_FAILED', { cause: new Error(`origin ${index} of firstOf answered 304 unasked`) });
    }
    if (!isAbsent(answer.status)) {
      return { ...answer, source: answer.source === undefined ? `${index}` : `${index}.${answer.source}` };
    }
    absences.push(answer);
  }
  return nothing(absences);
}

/** The question without validators, but for the origin whose they are. */
function questionFor(index: number, { ifNoneMatch, ifModifiedSince, source, ...rest }: OriginRequest): OriginRequest {
  const [asked, ...inner] = source?.split('.') ?? [];
  if (asked !== `${index}`) return rest;
  return { ...rest, ifNoneMatch, ifModifiedSince, source: inner.length === 0 ? undefined : inner.join('.') };
}

/** The question without what of the client's request the origin did not ask for. */
function withoutForeign({ forwards = [], takesQuery = false }: Origin, question: OriginRequest): OriginRequest {
  const { fields, query, ...rest } = question;
  const own = Object.entries(fields ?? {}).filter(([name]) => forwards.includes(name));
  return {
    ...rest,
    ...(fields === undefined || forwards.length === 0 ? {} : { fields: Object.fromEntries(own) }),
    ...(query === undefined || !takesQuery ? {} : { query }),
  };
}

/** The absence that all agree on: the last one's answer, to be asked again as seldom as the dearest of them wants. */
function nothing(absences: readonly OriginResponse[]): OriginResponse {
  const { recheck: _, source: __, ...last } = absences.at(-1) ?? { status: 404, headers: {} };
  const rechecks = absences.flatMap(({ recheck }) => recheck ?? []);
  return rechecks.length < absences.length ? last : { ...last, recheck: Math.max(...rechecks) };
}

async function closeAll(origins: readonly Origin[]): Promise<void> {
  const outcomes = await Promise.allSettled(origins.map(async (origin) => origin.close?.()));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
