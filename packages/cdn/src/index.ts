/**
 * Purges the CDN or the proxy in front of tintype after each purge of ours, by what its answers are made from.
 *
 * @example
 * const edge = fastly({ service: 'SU1Z0isxPaozGVKXdv0eY', token });
 * const images = createTintype({ origin: folder('./photos'), ...edge });
 *
 * @module
 */

export { type BunnyOptions, bunny } from './bunny.ts';
export { type CloudflareByUrl, type CloudflareOptions, cloudflare } from './cloudflare.ts';
export { type CloudfrontOptions, cloudfront } from './cloudfront.ts';
export type { Edge, EdgeOptions } from './edge.ts';
export { type FastlyOptions, fastly } from './fastly.ts';
export type { ListedUrls } from './listed-urls.ts';
export { type NginxByUrl, type NginxOptions, nginx } from './nginx.ts';
export type { ByUrlOptions } from './places.ts';
export { type VarnishByUrl, type VarnishOptions, varnish } from './varnish.ts';
