import Negotiator from 'negotiator';
import { remembered } from './remembered.ts';

/** Which of the formats worth negotiating a client names: all that is left of an Accept field before anything is keyed. */
export type AcceptClass = 'avif+webp' | 'avif' | 'webp' | 'other';

/** Browsers send some 150 characters. */
const longest = 1000;

/**
 * Reduces an Accept field to its class (RFC 9110 §12.5.1). Only an explicit type with a weight above zero opts in: a
 * client that sends `*` + `/*` or `image/*` has not said that it can decode AVIF.
 */
export const acceptClass: (accept: string | undefined) => AcceptClass = remembered(longest, 'other', (accept) => {
  // RFC 9110 §8.3.1: types in any case.
  const types = new Negotiator({ headers: { accept: accept.toLowerCase() } }).mediaTypes();
  const formats = ['avif', 'webp'].filter((format) => types.includes(`image/${format}`));
  return (formats.length === 0 ? 'other' : formats.join('+')) as AcceptClass;
});
