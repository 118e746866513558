import Negotiator from 'negotiator';

/** Which of the formats worth negotiating a client names: all that is left of an Accept field before anything is keyed. */
export type AcceptClass = 'avif+webp' | 'avif' | 'webp' | 'other';

const remembered = new Map<string, AcceptClass>();
const rememberedLimit = 500;
/** Browsers send some 150 characters; splitting what fills a whole header would cost more than the answer. */
const longest = 1000;

/**
 * Reduces an Accept field to its class (RFC 9110 §12.5.1). Only an explicit type with a weight above zero opts in: a
 * client that sends `*` + `/*` or `image/*` has not said that it can decode AVIF.
 */
export function acceptClass(accept: string | undefined): AcceptClass {
  if (accept === undefined || accept.length > longest) return 'other';
  const known = remembered.get(accept);
  if (known !== undefined) return known;
  // RFC 9110 §8.3.1: types in any case.
  const types = new Negotiator({ headers: { accept: accept.toLowerCase() } }).mediaTypes();
  const formats = ['avif', 'webp'].filter((format) => types.includes(`image/${format}`));
  const found = (formats.length === 0 ? 'other' : formats.join('+')) as AcceptClass;
  if (remembered.size >= rememberedLimit) remembered.clear();
  remembered.set(accept, found);
  return found;
}
