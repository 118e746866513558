import { TintypeError } from '../../src/errors.ts';

/** The error that a call throws, or undefined. What is no TintypeError is thrown on. */
export function failure(call: () => unknown): TintypeError | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (error instanceof TintypeError) return error;
    throw error;
  }
}
