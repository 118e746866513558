import { TintypeError } from '../../errors.ts';
import type { DialectRequest } from '../dialect.ts';
import { refusal } from '../parameter.ts';
import { expiryOf } from './signature.ts';
import type { Pair } from './target.ts';

/** Names under which applications tell versions of an original apart, in the order in which they are joined. */
const versions: readonly string[] = ['v', 'version', 'updatedAt'];

const known: ReadonlySet<string> = new Set([...versions, 'tr', 'ik-attachment', 'ik-s', 'ik-t']);

/**
 * What the query says beside `tr`.
 *
 * @throws TintypeError `INVALID_PARAMETER`, `MALFORMED_REQUEST` or `SIGNATURE_INVALID`.
 */
export function requestPairs(
  pairs: readonly Pair[],
): Pick<DialectRequest, 'version' | 'download' | 'expires' | 'query'> {
  const rest = pairs.filter(({ name }) => !known.has(name)).map(({ text }) => text);
  const stored = pairs.find(({ name }) => name === 'ik-obj-version');
  if (stored !== undefined) {
    const message = 'ik-obj-version: no older versions of a file are kept here.';
    throw new TintypeError('INVALID_PARAMETER', { message });
  }
  const expires = expiryOf(pairs);
  const download = downloadOf(only(pairs, 'ik-attachment'));
  return {
    version: versionOf(pairs),
    query: rest.join('&') || undefined,
    ...(download === undefined ? {} : { download }),
    ...(expires === undefined ? {} : { expires }),
  };
}

/** One of them is the version as it is, so that it is the same by another dialect. */
function versionOf(pairs: readonly Pair[]): string | undefined {
  const said = versions.map((name) => [name, only(pairs, name) ?? ''] as const).filter(([, value]) => value !== '');
  const long = said.find(([, value]) => value.length > 128);
  if (long !== undefined) throw refusal(long[0], long[1], 'is not allowed; expected up to 128 characters');
  if (said.length <= 1) return said[0]?.[1];
  return said.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

function downloadOf(text: string | undefined): true | undefined {
  if (text === undefined || text === 'false') return undefined;
  if (text === 'true') return true;
  throw refusal('ik-attachment', text, 'is not allowed; expected true or false');
}

function only(pairs: readonly Pair[], name: string): string | undefined {
  const [pair, ...others] = pairs.filter((each) => each.name === name);
  if (others.length > 0) throw new TintypeError('INVALID_PARAMETER', { message: `${name}: given more than once.` });
  if (pair === undefined) return undefined;
  try {
    return decodeURIComponent(pair.value.replaceAll('+', ' '));
  } catch (cause) {
    throw new TintypeError('MALFORMED_REQUEST', { message: `${name}: not valid percent-encoding.`, cause });
  }
}
