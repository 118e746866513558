/**
 * One Redis for a fleet: what one process has made none of the others makes again, and what one purges none of them
 * serves.
 *
 * @example
 * const images = createTintype({ origin: web('https://…'), store: redis({ url: 'redis://cache:6379' }) });
 *
 * @module
 */

export type { RedisConnection, RedisOptions } from './options.ts';
export { type RedisStore, redis } from './redis.ts';
