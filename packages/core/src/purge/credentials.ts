import { createHash, timingSafeEqual } from 'node:crypto';
import { TintypeError } from '../errors.ts';
import { warnOnce } from '../events.ts';
import { type HttpHeaders, header } from '../http/message.ts';
import { type Expectation, expectations } from '../options.ts';

/** Name and password of a caller (RFC 7617). */
export interface BasicCredential {
  readonly username: string;
  readonly password: string;
}

/** Who may call the purge routes. Any one that fits is enough; without any the routes do not exist. */
export interface CredentialOptions {
  /** The bearer token, or several while one replaces another. Long and random: nothing slows down who guesses. */
  readonly token?: string | readonly string[] | undefined;
  /** A name and password for Basic authentication, or several. */
  readonly basic?: BasicCredential | readonly BasicCredential[] | undefined;
  /** ImageKit's private key, or several: Basic authentication by it as the name, whatever the password. */
  readonly privateKey?: string | readonly string[] | undefined;
  /** imgix's API key, or several: bearer tokens by another name. */
  readonly apiKey?: string | readonly string[] | undefined;
  /** Decides for itself: `true` lets the request in. */
  readonly authorize?: ((request: PurgeCaller) => boolean | Promise<boolean>) | undefined;
}

/** A request that wants to be let in. */
export interface PurgeCaller {
  readonly method: string;
  /** Raw request target. */
  readonly target: string;
  readonly headers: HttpHeaders;
}

/** Lets a request in, or throws `UNAUTHORIZED` or `AUTHORIZATION_FAILED`. */
export type Authorize = (request: PurgeCaller) => Promise<void>;

// RFC 6750 §2.1 has no blanks in a token: one that has could never match.
const isToken = (value: unknown): boolean => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);

/** A colon would end the name (RFC 7617 §2), and neither has control characters. */
function isBasic(value: unknown): boolean {
  const { username, password, ...others } = (value ?? {}) as Record<string, unknown>;
  if (typeof username !== 'string' || typeof password !== 'string' || Object.keys(others).length > 0) return false;
  return /^[^:\p{Cc}]+$/u.test(username) && /^\P{Cc}+$/u.test(password);
}

const oneOrMore = (described: string, accepts: (value: unknown) => boolean): Expectation => [
  `${described} or a list of them`,
  (value) => (Array.isArray(value) ? value.every(accepts) : accepts(value)),
];

/** What each of them accepts. */
export const credentialExpectations: Readonly<Record<keyof CredentialOptions, Expectation>> = {
  token: oneOrMore('a token without blanks', isToken),
  basic: oneOrMore('a { username, password }', isBasic),
  privateKey: oneOrMore(
    'a private key without blanks or colons',
    (value) => isToken(value) && !String(value).includes(':'),
  ),
  apiKey: oneOrMore('an API key without blanks', isToken),
  authorize: expectations.function,
};

/** Creates the check of credentials; undefined where there is nothing to check against, and so nobody to let in. */
export function createAuthorize(options: CredentialOptions): Authorize | undefined {
  const { token = [], basic = [], privateKey = [], apiKey = [], authorize } = options;
  const tokens = [token, apiKey].flat(2).map(digest);
  const pairs = [basic].flat().map(({ username, password }) => digest(`${username}:${password}`));
  const names = [privateKey].flat().map(digest);
  const hasBasic = pairs.length + names.length > 0;
  if (tokens.length === 0 && !hasBasic && authorize === undefined) return undefined;
  const challenge = [
    // RFC 9110 §15.5.2 wants a challenge, whatever a function of yours looks at.
    ...(tokens.length > 0 || !hasBasic ? ['Bearer realm="purge"'] : []),
    ...(hasBasic ? ['Basic realm="purge", charset="UTF-8"'] : []),
  ].join(', ');

  return async (caller) => {
    const field = header(caller.headers, 'authorization') ?? '';
    const pair = basicOf(field);
    if (isAmong(tokens, bearerOf(field)) || isAmong(pairs, pair)) return;
    if (isAmong(names, pair?.split(':', 1)[0])) return;
    if (authorize !== undefined && (await decide(authorize, caller))) return;
    throw new TintypeError('UNAUTHORIZED', { headers: { 'www-authenticate': challenge } });
  };
}

async function decide(authorize: NonNullable<CredentialOptions['authorize']>, caller: PurgeCaller): Promise<boolean> {
  try {
    return (await authorize({ method: caller.method, target: caller.target, headers: caller.headers })) === true;
  } catch (cause) {
    warnOnce('TINTYPE_AUTHORIZE_FAILS', 'purgeRoutes.authorize fails: nobody is let in by it.', String(cause));
    throw new TintypeError('AUTHORIZATION_FAILED', { cause });
  }
}

/** Whether a request carries a bearer token, right or wrong. */
export function hasBearer(headers: HttpHeaders): boolean {
  return bearerOf(header(headers, 'authorization') ?? '') !== undefined;
}

/**
 * Both sides are hashed first: timingSafeEqual wants equal lengths and must not tell them. All are compared. None that
 * is known is empty, so what is missing is like none.
 */
function isAmong(known: readonly Buffer[], credential = ''): boolean {
  const given = digest(credential);
  return known.filter((each) => timingSafeEqual(each, given)).length > 0;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

// RFC 6750 §2.1
function bearerOf(field: string): string | undefined {
  return /^bearer +([\x21-\x7e]+)$/i.exec(field)?.[1];
}

// RFC 7617 §2
function basicOf(field: string): string | undefined {
  const encoded = /^basic +([a-z0-9+/]+=*)$/i.exec(field)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}
