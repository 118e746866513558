import { TintypeError } from '../../errors.ts';
import { refusal } from '../parameter.ts';
import { decodeText, splitPair, type Values } from '../query.ts';
import { type Spelling, spellings } from './table.ts';

/** A query, read: decoded, and each parameter under its one name. */
export interface ImgixQuery {
  readonly values: Values;
  /** The pairs that are not known, as they came; undefined where there are none. */
  readonly rest: string | undefined;
}

/** The longest URL that imgix takes (docs.imgix.com, HTTP status codes: 414). */
const mostCharacters = 8000;

/** What builders of URLs append to tell of themselves. */
const ofBuilders: ReadonlySet<string> = new Set(['ixlib', 'ixid']);

/**
 * Reads the known parameters of a query; unknown ones are passed over. Of one that comes several times the last counts,
 * as builders of source sets expect that put another width behind the first; `auto` alone adds up.
 *
 * @throws TintypeError `MALFORMED_REQUEST`, or `INVALID_PARAMETER` for what is no base64.
 */
export function readImgixQuery(query: string): ImgixQuery {
  if (query.length > mostCharacters) {
    throw new TintypeError('MALFORMED_REQUEST', { message: `The query is over ${mostCharacters} characters.` });
  }
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (const pair of query.split('&').filter((each) => each !== '')) {
    const { name, value } = splitPair(pair);
    const known = spellings.get(name);
    if (known !== undefined) put(values, known.name, textOf(name, value, known));
    else if (!ofBuilders.has(name)) rest.push(pair);
  }
  return { values, rest: rest.join('&') || undefined };
}

function put(values: Map<string, string>, name: string, text: string): void {
  const before = name === 'auto' ? values.get(name) : undefined;
  values.set(name, before === undefined ? text : `${before},${text}`);
}

function textOf(spelling: string, value: string, { isEncoded }: Spelling): string {
  const decoded = decodeText(value);
  if (decoded === undefined) {
    throw new TintypeError('MALFORMED_REQUEST', { message: `${spelling}: not valid percent-encoding.` });
  }
  return isEncoded ? fromBase64(spelling, decoded) : decoded;
}

/** @throws TintypeError `INVALID_PARAMETER` for padding, and for the alphabet that is not safe in URLs. */
function fromBase64(spelling: string, text: string): string {
  if (/^[\w-]*$/.test(text) && text.length % 4 !== 1) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64url'));
    } catch {
      // No text.
    }
  }
  throw refusal(spelling, text, 'is not allowed; expected UTF-8 in base64url without padding');
}
