import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hashBytes, hashOf } from '../../hash.ts';

const require = createRequire(import.meta.url);

/** The packages that decide where letters stand, beside what shapes them. */
const packages = ['bidi-js', 'linebreak'] as const;

let known: string | undefined;

/** Names what letters are shaped and lines are broken by: with another of it the same words may be other pixels. */
export function shapedBy(): string {
  known ??= hashOf(
    hashBytes(readFileSync(require.resolve('harfbuzzjs/dist/harfbuzz.wasm'))),
    packages.map((name) => (require(`${name}/package.json`) as { version: string }).version),
  );
  return known;
}
