import { afterAll, beforeAll } from 'vitest';

/** What nobody catches while the tests of a suite run: it would end a server's process. */
export function escapedErrors(): readonly unknown[] {
  const escaped: unknown[] = [];
  const trap = (error: unknown): void => {
    escaped.push(error);
  };
  beforeAll(() => {
    process.on('unhandledRejection', trap);
    process.on('uncaughtException', trap);
  });
  afterAll(() => {
    process.off('unhandledRejection', trap);
    process.off('uncaughtException', trap);
  });
  return escaped;
}
