import type { ErrorCode } from '../errors.ts';
import type { ClientHint, HintValues } from '../http/client-hints.ts';
import type { Target } from '../http/target.ts';
import type { Transformation } from '../transform/transformation.ts';

/** What a URL asks for. */
export interface DialectRequest {
  /** Canonical origin path, such as `/cats/1.jpg`. */
  readonly path: string;
  /** The version in the URL: selects an origin record of its own. */
  readonly version: string | undefined;
  readonly transformation: Transformation;
  /** Canonical path of the original that takes this one's place where the origin has none. */
  readonly fallback?: string | undefined;
  /** Whether the original is answered as it is, whatever the transformation says. */
  readonly original?: true | undefined;
  /** The name that browsers save it under, `true` for one made of the path; undefined where they show it. */
  readonly download?: string | true | undefined;
  /** What of the query is none of the dialect's: as it came, pairs joined with `&`; undefined where there is none. */
  readonly query?: string | undefined;
  /** The client hints for which the URL leaves room, whether or not they were sent. */
  readonly hints?: readonly ClientHint[] | undefined;
  /** When the URL expires, in whole seconds since the epoch: from then on nobody is served. */
  readonly expires?: number | undefined;
}

/** What a URL is to say beside its parameters. */
export interface FormatOptions {
  /** When it expires, in whole seconds since the epoch. Only a dialect that signs its URLs is given any. */
  readonly expires?: number | undefined;
}

/** Parameters of a URL by their names in the dialect. */
export type UrlParameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** Parameters of one stage, or of several that work one after the other. */
export type StagedParameters = UrlParameters | readonly UrlParameters[];

/** How a failure is told by a dialect that has statuses of its own. */
export interface DialectFailure {
  /** HTTP status in place of the error's. */
  readonly status: number;
  /** Further fields, lower-case names. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Whether a path is whole, or the beginning of several. */
export type PathExtent = 'whole' | 'beginning';

/** A URL grammar. Pure: the same target always means the same. */
export interface Dialect {
  readonly name: string;
  /** What is answered otherwise than by the table of errors. */
  readonly failures?: Readonly<Partial<Record<ErrorCode, DialectFailure>>> | undefined;
  /**
   * Parses the part of a request target below its mount. Signatures are none of its business: purges name URLs without.
   *
   * @param hints what the client's hints come to, where the endpoint takes any.
   * @returns undefined where the target is no image URL: the mount itself.
   * @throws TintypeError `MALFORMED_REQUEST`, `INVALID_PARAMETER` or `NOT_FOUND`.
   */
  parse(target: Target, hints?: HintValues): DialectRequest | undefined;
  /**
   * Verifies the signature of a target that `parse` has read, where URLs are signed; left out where they are not. Of a
   * target that is verified everything counts that `parse` gives, but `query`.
   *
   * @param mount what was taken off the path; undefined for a URL that nobody has asked for.
   * @throws TintypeError `SIGNATURE_INVALID`.
   */
  verify?(target: Target, mount?: string): void;
  /**
   * The raw path of an original, or the beginning of one, in that of a URL; left out where URLs say nothing else in their
   * path. The asterisk of a purge may stand behind a beginning.
   *
   * @param extent how much of a path is given. Of a whole one nothing counts that is to be done to the original.
   * @throws TintypeError `INVALID_PARAMETER` or `NOT_FOUND` where the path does not tell.
   */
  originPath?(path: string, extent: PathExtent): string;
  /**
   * Writes the URL that `parse` reads, relative to the mount.
   *
   * @param path origin path; percent-encoded or not, both forms that a purge takes.
   * @throws TintypeError for what `parse` would refuse, and `INVALID_PARAMETER` for a name it does not know.
   */
  format(path: string, parameters: StagedParameters, options?: FormatOptions): string;
}
