import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTintype } from '@tintype/core';
import { describe, expect, it } from 'vitest';
import { createSigner } from '../packages/core/src/dialect/signature.ts';
import { encodePath } from '../packages/core/src/origin/path.ts';
import { shelfOrigin } from './support/shelf-origin.ts';
import { signed } from './support/signed-shelf.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const page = readFileSync(`${import.meta.dirname}/../docs/signing.md`, 'utf8');
const key = 'an example key, not for use';
const vector = /^ {4}(\/summer.*)$/m.exec(page)?.[1] ?? '';

interface Language {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Prints nothing of interest where it is there. */
  readonly probe: readonly string[];
  /** The Debian package that brings it. */
  readonly from: string;
}

const languages: readonly Language[] = [
  { name: 'python', command: ['python3'], probe: ['--version'], from: 'python3' },
  { name: 'php', command: ['php'], probe: ['--version'], from: 'php-cli' },
  { name: 'go', command: ['go', 'run'], probe: ['version'], from: 'golang-go' },
  { name: 'sh', command: ['sh'], probe: ['-c', 'openssl version'], from: 'openssl' },
];

const isThere = ({ command: [program], probe }: Language): boolean => spawnSync(program, probe).status === 0;

for (const language of languages.filter((each) => !isThere(each))) {
  const { name, from } = language;
  process.stderr.write(`The ${name} code of docs/signing.md is not run here. Get it by: apt-get install ${from}\n`);
}

/** Runs the code of the page in a language, changed where a test wants that. */
async function printed({ name, command: [program, ...given] }: Language, change = (code: string) => code) {
  const code = new RegExp(`\`\`\`${name}\n(.*?)\`\`\``, 's').exec(page)?.[1] ?? '';
  expect(change(code)).not.toBe('');
  const file = join(await temporaryFolder(), `sign.${name}`);
  await writeFile(file, change(code));
  return execFileSync(program, [...given, file], { encoding: 'utf8' }).trim();
}

describe('docs/signing.md', () => {
  it('shows a URL that images.url writes, and that is served', async () => {
    const images = createTintype({ origin: shelfOrigin(), clock: { now: () => 0 }, ...signed({ keys: key }) });
    const parameters = { w: 400, position: 'right top', format: 'auto' };
    expect(images.url('/summer 2026/café.jpg', parameters, { expires: 1_893_456_000 })).toBe(vector);
    const statusOf = async (target: string) =>
      (await images.handle({ method: 'GET', target, mount: '', headers: {} }))?.status;
    expect([await statusOf(vector), await statusOf(vector.replace('400', '401'))]).toEqual([404, 403]);
    await images.close();
  });

  describe.each(languages)('in $name', (language) => {
    it.skipIf(!isThere(language))('shows code that prints it', { timeout: 120_000 }, async () => {
      expect(await printed(language)).toBe(vector);
    });
  });

  // What a shell is given is spelt already.
  describe.each(languages.filter(({ name }) => name !== 'sh'))('in $name', (language) => {
    const [path, value] = ['/a (b) *c*!~+,;=@&%?#é/.[]', 'a (b)*!~+;=@&%?#é|/:,<>'];

    it.skipIf(!isThere(language))('shows code that spells as we do', { timeout: 120_000 }, async () => {
      const message = `${encodePath(path)}?w=400&position=${spelt(value)}&format=auto&expires=1893456000`;
      const url = await printed(language, (code) =>
        code.replace('/summer 2026/café.jpg', path).replace('right top', value),
      );
      expect(url).toBe(`${message}&s=${createSigner({ keys: key }).sign(message)}`);
    });

    it.skipIf(!isThere(language))('shows code that signs a bare path', { timeout: 120_000 }, async () => {
      const url = await printed(language, (code) =>
        code.replace(/(café\.jpg"), (?:\{.*\}|\[.*\]|"w".*"1893456000")/, (_, head) =>
          language.name === 'go' ? head : `${head}, ${language.name === 'php' ? '[]' : '{}'}`,
        ),
      );
      const message = encodePath('/summer 2026/café.jpg');
      expect(url).toBe(`${message}?s=${createSigner({ keys: key }).sign(message)}`);
    });
  });

  it('is tried in at least one language', () => {
    expect(languages.some(isThere)).toBe(true);
  });
});

/** The spelling of values. */
function spelt(value: string): string {
  return encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',');
}
