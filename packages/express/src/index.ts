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
  type ErrorCode,
  files,
  firstOf,
  folder,
  keyv,
  type MountOptions,
  memory,
  native,
  type Origin,
  type OriginRequest,
  type OriginResponse,
  type PurgeRequest,
  type PurgeResult,
  type PurgeRoutesOptions,
  type Store,
  type Tintype,
  TintypeError,
  type TintypeEvents,
  type TintypeOptions,
  type TintypeStats,
  web,
} from '@tintype/core';
export { purgeRoutes, serveImages } from './middleware.ts';
