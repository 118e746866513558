import { TintypeError } from '../../errors.ts';

/** What is refused by a rule of the web proxy: the client learns that it is, an operator by which. */
export function forbidden(rule: string): TintypeError {
  return new TintypeError('FORBIDDEN', { cause: new Error(rule) });
}
