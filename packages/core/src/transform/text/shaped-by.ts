import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hashBytes, hashOf } from '../../hash.ts';

const require = createRequire(import.meta.url);

/** The files that decide which glyphs words become, and where they stand. */
const deciding = ['harfbuzzjs/dist/harfbuzz.wasm', 'bidi-js', 'linebreak'] as const;

let known: string | undefined;

/** Names what letters are shaped and lines are broken by: with another of it the same words may be other pixels. */
export function shapedBy(): string {
  known ??= hashOf(...deciding.map((file) => hashBytes(readFileSync(require.resolve(file)))));
  return known;
}
