/**
 * What two neighbours say to each other about the message, or a proxy and whoever speaks through it: RFC 9110 §7.6.1;
 * trailers are dropped, and so is what announces them (§6.6.2); RFC 9111 §3.1.
 */
export const betweenNeighbours: readonly string[] = [
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['proxy-authenticate', 'proxy-authentication-info', 'proxy-authorization'],
];

/** What sets cookies: kept nowhere, and sent to nobody (RFC 9111 §7.3). */
export const settingCookies: readonly string[] = ['set-cookie', 'set-cookie2'];

/** Digests of the bytes (RFC 9530, and its forerunners). */
export const digests: readonly string[] = ['content-digest', 'content-md5', 'digest', 'repr-digest'];

/** What describes the bytes held, whatever a 304 says (RFC 9111 §3.2). */
export const ofTheBytes: readonly string[] = ['content-encoding', 'content-length', 'content-range', ...digests];

/** What every answer of ours states itself about how it may be used by pages. */
export const ofTheMount: readonly string[] = ['accept-ch', 'cross-origin-resource-policy', 'x-content-type-options'];

/** What every answer of ours states itself about its making and its age. */
export const ofTheAnswer: readonly string[] = [
  ...['accept-ranges', 'age', 'cache-control', 'cache-status', 'content-length', 'content-type', 'date', 'etag'],
  ...['last-modified', 'vary'],
];
