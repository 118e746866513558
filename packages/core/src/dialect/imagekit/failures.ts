import type { Dialect } from '../dialect.ts';

/**
 * The vendor's statuses and its field `ik-error` (imagekit.io/docs, Signed URLs and 404 troubleshooting): whatever keeps
 * the original away is 404 there, and what is over a limit 400.
 */
export const failures: Dialect['failures'] = {
  SIGNATURE_INVALID: { status: 401 },
  URL_EXPIRED: { status: 401 },
  NOT_FOUND: { status: 404, headers: { 'ik-error': 'ENOENT - There is no such image.' } },
  ORIGIN_FAILED: { status: 404, headers: { 'ik-error': 'UNIDENTIFIED - The origin did not deliver the image.' } },
  ORIGIN_TIMEOUT: { status: 404, headers: { 'ik-error': 'UNIDENTIFIED - The origin did not answer in time.' } },
  ORIGINAL_TOO_LARGE: { status: 400, headers: { 'ik-error': 'ELIMIT - The original image is over a size limit.' } },
};
