import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import ImgixClient from '@imgix/js-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPackages, startExample, stopExamples } from './support/example.ts';
import { decode, quadrantsFolder } from './support/quadrants.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const root = resolve(import.meta.dirname, '..');
const page = join(root, 'docs/migrating-from-imgix.md');
const [token, apiKey] = ['a secure URL token', 'ak_0123456789abcdef'];

/** What Node imports is the class itself, whatever its types say. */
const Client = ImgixClient as unknown as typeof ImgixClient.default;

beforeAll(buildPackages);
afterAll(stopExamples);

describe('docs/migrating-from-imgix.md', () => {
  it('shows the file of the examples, word for word', async () => {
    const code = await readFile(join(root, 'examples/express/imgix.js'), 'utf8');
    expect(await readFile(page, 'utf8')).toContain(`\`\`\`js\n${code}\`\`\``);
  });

  it('shows a server that real clients fetch from and purge', async () => {
    const directory = await temporaryFolder();
    await mkdir(join(directory, 'photos'));
    const pictures = await quadrantsFolder();
    await copyFile(join(pictures, 'quadrants.jpg'), join(directory, 'photos/cat.jpg'));
    const env = { IMGIX_TOKEN: token, IMGIX_API_KEY: apiKey };
    const example = await startExample('express/imgix.js', { cwd: directory, env });
    const client = new Client({ domain: '127.0.0.1', useHTTPS: false, secureURLToken: token });
    const { host } = new URL(example.base);
    (client as unknown as { settings: { domain: string } }).settings.domain = host;

    // Before anybody has asked for a picture: its mount is known by an option.
    const shim = /const require = .*?\n(require\(.*?\n)/s.exec(await readFile(page, 'utf8'))?.[1] ?? '';
    const address = /'(https:\/\/your\.example[^']*)'/.exec(shim)?.[1] ?? '';
    const require = createRequire(import.meta.url);
    new Function('require', shim.replace('https://your.example', example.base))(require);
    expect(new URL(address).pathname).toBe('/images-api/api');
    const ImgixManagement = require('imgix-management-js');
    const attributes = { url: `${example.base}/images/cat.jpg` };
    const purge = new ImgixManagement({ apiKey }).request('purge', {
      method: 'POST',
      body: { data: { attributes, type: 'purges' } },
    });
    expect(await purge).toMatchObject({ data: { type: 'purges' } });

    const response = await fetch(client.buildURL('/images/cat.jpg', { w: 100, h: 100, fit: 'crop' }));
    expect(await decode(new Uint8Array(await response.arrayBuffer()))).toMatchObject({ width: 100, height: 100 });
    expect((await fetch(`${example.base}/images/cat.jpg?w=100`)).status).toBe(403);
    await example.stop();
  });
});
