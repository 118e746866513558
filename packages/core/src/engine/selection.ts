import { TintypeError } from '../errors.ts';
import { absentControl } from '../http/emitted-control.ts';
import { freshnessUntil } from '../http/expiry.ts';
import { strictestOf } from '../http/strictest.ts';
import type { TtlOptions } from '../http/ttl.ts';
import { isAbsent } from '../origin/answer-status.ts';
import type { OriginalId } from '../origin/identity.ts';
import { assetOf, isPassedOn } from './asset.ts';
import type { Endpoint } from './endpoint.ts';
import type { WriteKeyFields } from './key-fields.ts';
import { ofEach } from './of-each.ts';
import type { Parts } from './parts.ts';
import type { Question } from './question.ts';
import type { Selection } from './representation.ts';
import { recordOf, type Source, type Sources } from './sources.ts';

export type Selector = (question: Question, sources: Sources, isOutdated: boolean) => Selection;

/** Creates what decides between a picture and an original passed on. It throws what a record says against its original. */
export function createSelector(endpoint: Endpoint, { plans, watermark }: Parts): Selector {
  const { ttl, keyFields } = endpoint;
  return (question, sources, isOutdated) => {
    const { record } = sources[0].lookup;
    const isFallenThrough = isAbsent(record.status) && question.mount.fallthrough === true;
    const { original: isAsked = false } = question.plan.request;
    if (isPassedOn(record, endpoint, isAsked) && !isFallenThrough) {
      return assetOf(record, sources[0].name.id, question.headers);
    }
    const absent = sources.find((source) => isMissing(source, sources, watermark));
    if (absent !== undefined) throw absence(absent, { question, sources, ttl, isOutdated, keyFields }, watermark);
    if (isAsked && record.image?.format === 'svg') {
      throw new TintypeError('UNSUPPORTED_IMAGE', { message: 'A drawing is not served as it is here.' });
    }
    return plans.variantOf(question.plan, ofEach(sources, recordOf), question.accept);
  };
}

/** Whether a source is not there; a watermark that is no picture is as good as none. */
function isMissing(source: Source, [own]: Sources, watermark: OriginalId | undefined): boolean {
  const { status, image } = source.lookup.record;
  return status !== 200 || (image === undefined && source !== own && source.name.id.hash === watermark?.hash);
}

interface Absence {
  readonly question: Question;
  readonly sources: Sources;
  readonly ttl: TtlOptions;
  readonly isOutdated: boolean;
  readonly keyFields: WriteKeyFields;
}

/** What is said where one of the originals is not there. */
function absence(
  { name, lookup }: Source,
  { question, sources, ttl, isOutdated, keyFields }: Absence,
  watermark: OriginalId | undefined,
): TintypeError {
  const [own] = sources;
  const isOwn = name === own.name;
  if (!isOwn && name.id.hash === watermark?.hash) {
    // Without its watermark no picture goes out, and the fault is nobody's who asked.
    return new TintypeError('ORIGIN_FAILED', { cause: new Error(`there is no watermark at ${name.id.path}`) });
  }
  const { freshness: said } = lookup.record;
  const { absent, now, expires } = question;
  const all: Sources = absent === undefined ? sources : [absent, ...sources];
  const varies = [...new Set(all.flatMap((source) => source.lookup.record.varies))];
  const known = absent === undefined ? said : strictestOf([said, absent.lookup.record.freshness], now);
  const freshness = freshnessUntil(expires, known, now);
  const lifetime = { freshness, browserTtl: ttl.browser, isOutdated };
  const headers = {
    'cache-control': absentControl(lifetime, now, question.mount),
    ...(varies.length === 0 ? {} : { vary: varies.join(', ') }),
    ...keyFields(all),
  };
  return new TintypeError('NOT_FOUND', { message: isOwn ? undefined : 'There is no such overlay.', headers });
}
