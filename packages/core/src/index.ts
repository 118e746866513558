/**
 * Image transformation, a cache that obeys HTTP, and purging, for any Node server. Express and Koa have adapters that
 * re-export all of this: `@tintype/express`, `@tintype/koa`.
 *
 * @example
 * const images = createTintype({ origin: folder('./photos'), store: files('./.cache') });
 * const answer = await images.handle({ method: 'GET', target: '/cat.jpg?w=400', mount: '', headers: {} });
 *
 * @module
 */

export type { CopyCount } from './cache/copies.ts';
export type { TagRule } from './cache/tags.ts';
export type { Clock } from './clock.ts';
// Dialects
export type {
  Dialect,
  DialectFailure,
  DialectRequest,
  FormatOptions,
  StagedParameters,
  UrlParameters,
} from './dialect/dialect.ts';
export { imagekit } from './dialect/imagekit/imagekit.ts';
export type { ImagekitOptions } from './dialect/imagekit/options.ts';
export { imgix } from './dialect/imgix/imgix.ts';
export type { ImgixOptions, ImgixSigningOptions } from './dialect/imgix/options.ts';
export { type NativeDialect, native } from './dialect/native.ts';
export type { NativeOptions } from './dialect/native-options.ts';
export type { SigningOptions } from './dialect/signature.ts';
// The engine
export { createTintype, type Tintype } from './engine/engine.ts';
export { type InFrontRequest, type InFrontResponse, inFront } from './engine/in-front.ts';
export type { TintypeStats } from './engine/stats.ts';
export type { RenderOptions, TintypeOptions } from './engine/tintype-options.ts';
export type { WarmOptions, WarmProgress, WarmResult } from './engine/warm.ts';
export { type ErrorCode, TintypeError } from './errors.ts';
// Events on node:diagnostics_channel
export type {
  OriginEvent,
  PurgeEvent,
  RenderEvent,
  RequestEvent,
  StoreEvent,
  TintypeEvents,
  WarmEvent,
} from './events.ts';
// For adapters
export type { ClientHint, HintValues } from './http/client-hints.ts';
export type { HttpHeaders, HttpRequest, HttpResponse } from './http/message.ts';
export { checkMountOptions, type MountOptions } from './http/mount.ts';
export { withholdCookies, writeAtOnce } from './http/node-response.ts';
export { mountOf } from './http/target.ts';
export type { OriginalSummary, TtlOptions } from './http/ttl.ts';
// Purging
export { type FileJournalOptions, fileJournal } from './journal/file-journal.ts';
export type {
  Coverage,
  Journal,
  JournaledStore,
  JournalView,
  Purge,
  PurgeMode,
  PurgeTarget,
  Trust,
} from './journal/journal.ts';
export { type MemoryJournalOptions, memoryJournal } from './journal/memory-journal.ts';
// Origins
export { firstOf } from './origin/first-of.ts';
export { type FolderOptions, folder } from './origin/folder/folder.ts';
export type { Origin, OriginRequest, OriginResponse } from './origin/origin.ts';
export type { S3CredentialSource, S3Credentials } from './origin/s3/credentials.ts';
export { type S3Options, s3 } from './origin/s3/s3.ts';
export { type WebOptions, web } from './origin/web/web.ts';
export { type WebProxyOptions, webProxy } from './origin/web-proxy/web-proxy.ts';
export type { PurgeRoutesRequest } from './purge/api.ts';
export type { BasicCredential, CredentialOptions, PurgeCaller } from './purge/credentials.ts';
export type { Purged, PurgedHook } from './purge/hooks.ts';
export type { PurgeOptions } from './purge/options.ts';
export type { PurgeResult } from './purge/purger.ts';
export type { Quota } from './purge/quota.ts';
export { createPurgeRoutes, type PurgeApiName, type PurgeRoutes, type PurgeRoutesOptions } from './purge/routes.ts';
export type { PurgeStatus, PurgeStep } from './purge/status.ts';
export type { PurgeRequest } from './purge/target.ts';
export type { WildcardRules } from './purge/wildcard-rules.ts';
// Stores
export { type FilesOptions, type FilesStore, files } from './store/files/files.ts';
export { type KeyvLike, keyv } from './store/keyv.ts';
export { type MemoryOptions, memory } from './store/memory.ts';
export type { Store, StoreLock, StoreUsage } from './store/store.ts';
export type { EncoderOptions } from './transform/encoding.ts';
export type { Limits } from './transform/limits.ts';
export type { Overlay } from './transform/overlay.ts';
export type { FontFiles, FontOptions } from './transform/text/fonts.ts';
export type { Transformation } from './transform/transformation.ts';
export type { Watermark } from './transform/watermark.ts';
