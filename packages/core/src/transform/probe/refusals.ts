import { TintypeError } from '../../errors.ts';

/** The refusal of bytes of an accepted type whose header makes no sense. `reason` is for operators. */
export function broken(reason: string): TintypeError {
  return new TintypeError('BROKEN_IMAGE', { cause: new Error(reason) });
}

/** The refusal of bytes that are no image we accept. `reason` is for operators. */
export function unsupported(reason: string): TintypeError {
  return new TintypeError('UNSUPPORTED_IMAGE', { cause: new Error(reason) });
}
