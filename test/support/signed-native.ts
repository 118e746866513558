import { type Dialect, native, TintypeError } from '@tintype/core';
import { nativeParameters } from '../../packages/core/src/dialect/native.ts';
import { createSigner, type SigningOptions } from '../../packages/core/src/dialect/signature.ts';

type Target = Parameters<Dialect['parse']>[0];

/**
 * The native grammar with `expires` and `s`, signed. It stands in until `native` has them itself; then what uses it takes
 * the option `signing`.
 */
export function signedNative(signing: SigningOptions): Dialect {
  const plain = native();
  const { sign, check } = createSigner(signing);

  /** What is signed: canonical path, known parameters in the order of the table, then `expires`. */
  const messageOf = (path: string, parameters: Readonly<Record<string, unknown>>, expires?: number): string => {
    const url = plain.format(path, parameters as Parameters<Dialect['format']>[1]);
    return expires === undefined ? url : withParameter(url, `expires=${expires}`);
  };

  return {
    name: 'signed native',
    parse(target, hints) {
      const { rest, expires } = takeApart(target);
      const request = plain.parse(rest, hints);
      return request && { ...request, expires };
    },
    verify(target) {
      const { rest, expires, signature } = takeApart(target);
      const pairs = [...new URLSearchParams(rest.query)].filter(([name]) => name in nativeParameters);
      check(messageOf(rest.path, Object.fromEntries(pairs), expires), signature);
    },
    format(path, parameters, { expires } = {}) {
      const message = messageOf(path, parameters, expires === undefined ? undefined : readExpires(String(expires)));
      return withParameter(message, `s=${sign(message)}`);
    },
  };
}

function takeApart({ path, query }: Target) {
  const pairs = query.split('&').map((pair) => [[...new URLSearchParams(pair)][0]?.[0], pair] as const);
  const ours = new URLSearchParams(pairs.flatMap(([name, pair]) => (isOurs(name) ? [pair] : [])).join('&'));
  for (const name of ['expires', 's']) if (ours.getAll(name).length > 1) refuse(`${name}: given more than once.`);
  const expires = ours.get('expires');
  return {
    rest: { path, query: pairs.flatMap(([name, pair]) => (isOurs(name) ? [] : [pair])).join('&') },
    expires: expires === null ? undefined : readExpires(expires),
    signature: ours.get('s') ?? undefined,
  };
}

function isOurs(name: string | undefined): boolean {
  return name === 'expires' || name === 's';
}

/** Twelve digits would be milliseconds. */
function readExpires(text: string): number {
  if (/^(0|[1-9]\d{0,10})$/.test(text)) return Number(text);
  return refuse(`expires: "${text}" is not allowed; expected whole seconds since the epoch.`);
}

function refuse(message: string): never {
  throw new TintypeError('INVALID_PARAMETER', { message });
}

function withParameter(url: string, parameter: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${parameter}`;
}
