import type { ErrorCode, TintypeError } from '../errors.ts';
import type { HttpResponse } from '../http/message.ts';
import type { BodySource } from './body.ts';
import type { PurgeOptions } from './options.ts';
import type { PurgeResult } from './purger.ts';
import type { Quota } from './quota.ts';
import type { PurgeStatus } from './status.ts';
import type { PurgeRequest } from './target.ts';
import type { WildcardRules } from './wildcard-rules.ts';

/** A request that may be for the purge routes. */
export interface PurgeRoutesRequest extends BodySource {
  readonly method: string;
  /** Raw request target and mount, as in an image request. */
  readonly target: string;
  readonly mount: string;
}

/** The part of an engine that the routes call. */
export interface Purgeable {
  purge(request: PurgeRequest, options: PurgeOptions): Promise<PurgeResult>;
  purgeStatus(id: string): Promise<PurgeStatus | undefined>;
}

/** What a path names: all purges, or one of them. */
export interface Resource {
  readonly methods: readonly string[];
  /** What an unforeseen failure is called. */
  readonly failure: ErrorCode;
  answer(request: PurgeRoutesRequest): Promise<HttpResponse>;
}

/** What an API purges with. */
export interface PurgeApiParts {
  readonly images: Purgeable;
  /** Takes one purge from the quota, or throws `QUOTA_EXCEEDED`. */
  take(): void;
  readonly rules: WildcardRules;
}

/** The paths and answers of an API by which purges are asked for. */
export interface PurgeApi {
  /** What a path below the mount names; undefined for what is not ours. */
  resourceOf(path: string): Resource | undefined;
  /** The answer to a request that failed. */
  fail(error: TintypeError, request: PurgeRoutesRequest): HttpResponse;
}

/** One of the APIs, and what holds of it where the options say nothing. */
export interface PurgeApiKind {
  create(parts: PurgeApiParts): PurgeApi;
  readonly refuse: readonly string[];
  readonly quota?: Quota | undefined;
  /** Fields of the answer to a purge above the quota, beside Retry-After. */
  quotaFields?(quota: Quota, secondsLeft: number): Readonly<Record<string, string>>;
}
