import { inspect } from 'node:util';
import { checkOptions, type Expectation, expectations } from '../../options.ts';
import type { UrlParameters } from '../dialect.ts';

/** How URLs are signed. */
export interface ImgixSigningOptions {
  /** The secure URL token of the source, or several while one replaces another: the first signs, all verify. */
  readonly token: string | readonly string[];
  /**
   * Whether URLs without a signature are refused. Those that name an original by its whole URL always need one.
   * @default true
   */
  readonly required?: boolean;
}

/** Options of {@link imgix}. */
export interface ImgixOptions {
  /**
   * Signatures, as imgix makes them: URLs without a valid one are refused.
   * @default URLs need none
   */
  readonly signing?: ImgixSigningOptions;
  /**
   * The path below which clients see the endpoint, such as `/images`: signatures cover it.
   * @default the mount that a request came in by; for URLs that are written none
   */
  readonly mount?: string;
  /**
   * Hosts under which clients see the endpoint: URLs of theirs are paths where `mark` or `blend` names one. Beside it
   * `mount` must be given, `''` where there is none: a URL is read without the mount that its request came in by.
   * @default []
   */
  readonly hosts?: readonly string[];
  /**
   * Parameters that hold where a URL says nothing else; `auto` adds up.
   * @default none
   */
  readonly defaults?: UrlParameters;
}

const isToken = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** What each option accepts. */
const imgixExpectations: Readonly<Record<keyof ImgixOptions, Expectation>> = {
  // Whoever checks it prints no token.
  signing: ['how URLs are signed', () => true],
  mount: ['a path such as "/images"', (value) => typeof value === 'string' && /^(?:\/[^/?#]+)*$/.test(value)],
  hosts: [
    'a list of hosts such as "images.example"',
    (value) => Array.isArray(value) && value.every((host) => typeof host === 'string' && /^[^/?#@\s]+$/.test(host)),
  ],
  defaults: expectations.object,
};

const signingExpectations: Readonly<Record<keyof ImgixSigningOptions, Expectation>> = {
  token: ['anything', () => true],
  required: expectations.boolean,
};

/** @throws TypeError naming the option, what was expected and what came, but never a token. */
export function checkImgixOptions(options: ImgixOptions): void {
  checkOptions('imgix', options, imgixExpectations);
  const { signing, hosts = [], mount } = options;
  if (hosts.length > 0 && mount === undefined) {
    throw new TypeError('Expected imgix.mount beside imgix.hosts, "" where there is none, but received undefined');
  }
  if (signing === undefined) return;
  if (!expectations.object[1](signing)) {
    throw new TypeError(`Expected an object for imgix.signing but received a value of type ${typeof signing}`);
  }
  checkOptions('imgix.signing', signing, signingExpectations);
  const tokens: readonly unknown[] = [signing.token].flat();
  if (tokens.length > 0 && tokens.every(isToken)) return;
  const received = tokens.length === 0 ? 'an empty list' : inspect(typeof tokens.find((token) => !isToken(token)));
  throw new TypeError(`Expected a token, or a list of them, for imgix.signing.token but received ${received}`);
}
