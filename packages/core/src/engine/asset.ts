import compressible from 'compressible';
import etag from 'etag';
import { derivativeKey } from '../cache/derivative.ts';
import { isPassable, type OriginRecord } from '../cache/record.ts';
import { type ContentCoding, selectCoding } from '../http/accept-encoding.ts';
import { codecs } from '../http/encode-content.ts';
import { type HttpHeaders, header, sendable } from '../http/message.ts';
import { isFound } from '../http/respond.ts';
import { isCoded } from '../http/stored-fields.ts';
import type { OriginalId } from '../origin/identity.ts';
import type { Endpoint } from './endpoint.ts';

/** An original that is passed on as it is, or coded for the way. */
export interface Asset {
  readonly kind: 'asset';
  /** Names its bytes. */
  readonly key: string;
  /** The origin's own where the bytes are; none for an error whose origin gave none. */
  readonly etag: string | undefined;
  readonly coding: ContentCoding;
  /** Whether the client's Accept-Encoding chose the coding. */
  readonly isNegotiated: boolean;
  /** Whether the tag is the origin's, and its conditions with it. */
  readonly isForeign: boolean;
}

/** Bytes below which a coding saves nothing worth a header. */
const leastBytes = 1024;

const known = new WeakMap<OriginRecord, Map<ContentCoding, Asset>>();

/**
 * Whether an endpoint passes on what a record says, instead of making a picture or an error of it.
 *
 * @param isAsked whether the URL asks for the original itself. A drawing may hold scripts, and is none of what that gives.
 */
export function isPassedOn(
  record: OriginRecord,
  { passthrough, leavesUntouched }: Endpoint,
  isAsked: boolean,
): boolean {
  const { status, image } = record;
  if (status !== 200) return passthrough.anyStatus;
  if (isAsked && image !== undefined && image.format !== 'svg') return true;
  // RFC 9111 §5.2.2.6.
  if (image !== undefined) return leavesUntouched && record.freshness.told.noTransform;
  return isPassable(record, passthrough);
}

/** The asset that a request selects (RFC 9110 §12.5.3). */
export function assetOf(record: OriginRecord, id: OriginalId, headers: HttpHeaders): Asset {
  const isNegotiated = mayBeCoded(record);
  const coding = isNegotiated ? selectCoding(header(headers, 'accept-encoding')) : 'identity';
  const assets = known.get(record) ?? new Map<ContentCoding, Asset>();
  const before = assets.get(coding);
  if (before !== undefined) return before;
  const asset = createAsset(record, id, coding, isNegotiated);
  known.set(record, assets.set(coding, asset));
  return asset;
}

function createAsset(record: OriginRecord, id: OriginalId, coding: ContentCoding, isNegotiated: boolean): Asset {
  const content = [record.hash, record.generation] as const;
  const key = derivativeKey([id], [content], { passedOn: coding }, coding === 'identity' ? '' : codecs);
  // A folder's tag is a stamp of its file; what its bytes are, we know better.
  const foreign = record.recheck === undefined ? sendable(record.headers, 'etag') : undefined;
  const isForeign = foreign !== undefined || (record.recheck === undefined && 'last-modified' in record.headers);
  // RFC 9110 §8.8.3.3: each coding is a representation of its own.
  const tag = coding === 'identity' && (foreign !== undefined || !isFound(record)) ? foreign : etag(key);
  return { kind: 'asset', key, etag: tag, coding, isNegotiated, isForeign };
}

/** Whether a coding saves anything, and nobody has forbidden it. */
function mayBeCoded({ status, image, bytes, headers, freshness }: OriginRecord): boolean {
  if (status !== 200 || image !== undefined || bytes < leastBytes || freshness.told.noTransform) return false;
  return !isCoded(headers) && compressible(header(headers, 'content-type') ?? '') === true;
}
