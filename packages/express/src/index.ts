/**
 * Image transformation, caching and purging as Express middleware (Express 4 and 5).
 *
 * @example
 * const images = createTintype({ origin: folder('./photos'), store: files('./.cache') });
 * app.use('/images', serveImages(images));
 *
 * @module
 */

// Everything a user needs of the core, so that this package is enough to install.
export {
  type Clock,
  createTintype,
  type Dialect,
  type DialectRequest,
  type ErrorCode,
  type FilesOptions,
  type FolderOptions,
  files,
  firstOf,
  folder,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  type Journal,
  type JournalView,
  type KeyvLike,
  keyv,
  type Limits,
  type MemoryJournalOptions,
  type MemoryOptions,
  type MountOptions,
  memory,
  memoryJournal,
  type NativeOptions,
  native,
  type Origin,
  type OriginalSummary,
  type OriginEvent,
  type OriginRequest,
  type OriginResponse,
  type PurgeEvent,
  type PurgeRequest,
  type PurgeResult,
  type PurgeRoutesOptions,
  type PurgeTarget,
  type RenderEvent,
  type RenderOptions,
  type RequestEvent,
  type Store,
  type StoreEvent,
  type StoreUsage,
  type Tintype,
  TintypeError,
  type TintypeEvents,
  type TintypeOptions,
  type TintypeStats,
  type Transformation,
  type TtlOptions,
  type UrlParameters,
  type WebOptions,
  web,
} from '@tintype/core';
export { purgeRoutes, serveImages } from './middleware.ts';
