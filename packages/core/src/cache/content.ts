import { toTintypeError } from '../errors.ts';
import type { HttpHeaders } from '../http/message.ts';
import { isCoded } from '../http/stored-fields.ts';
import type { ImageInfo } from '../transform/image.ts';
import type { OptionalType } from '../transform/probe/optional.ts';
import type { FreshnessPolicy, Inspected, OriginRecord } from './record.ts';

/** Reads the header of an original, and throws what is wrong with it: of an optional type, or else of a picture. */
export interface Inspect {
  readonly picture: (bytes: Uint8Array) => ImageInfo;
  readonly optional: readonly OptionalType[];
}

/** What a record says of a content. */
export type Content = Inspected & Pick<OriginRecord, 'optional'>;

/** Of what has no content. */
export const nothing: Content = { image: undefined, refusal: undefined };

/** Looks at what an origin has sent, as far as an endpoint accepts it. */
export function contentOf(
  body: Uint8Array,
  headers: HttpHeaders,
  { inspect, accepts }: { readonly inspect: Inspect } & Pick<FreshnessPolicy, 'accepts'>,
): Content {
  // Coded bytes are no image before somebody decodes them, which nobody here does.
  if (isCoded(headers)) return { image: undefined, refusal: 'UNSUPPORTED_IMAGE' };
  const type = inspect.optional.find(({ isOf }) => isOf(body));
  if (type === undefined) return inspected(body, inspect.picture);
  const { format, read } = type;
  if (!accepts.has(format)) {
    const unread = { image: undefined, refusal: 'UNSUPPORTED_IMAGE' } as const;
    return { ...unread, optional: { format, isUnread: true, ...unread } };
  }
  const seen = inspected(body, read);
  return { ...seen, optional: { format, ...seen } };
}

function inspected(body: Uint8Array, inspect: (bytes: Uint8Array) => ImageInfo): Inspected {
  try {
    return { image: inspect(body), refusal: undefined };
  } catch (error) {
    const { code, message, cause } = toTintypeError(error, 'BROKEN_IMAGE');
    const explanation = { message, cause: cause instanceof Error ? cause.message : undefined };
    return { image: undefined, refusal: code, explanation };
  }
}
