import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nginx } from '@tintype/cdn';
import { expect, it } from 'vitest';
import { purge, someKeys } from '../support/cdn-api.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const [key = '', other = ''] = someKeys(2);
const cached = (head: string, body = ''): string => `\0\0\0numbers\nKEY: /images/1.png */*\n${head}${body}`;

it('deletes of the cache of nginx what carries a key in its head, and nothing else', async () => {
  const directory = await temporaryFolder();
  await mkdir(join(directory, 'a/bc'), { recursive: true });
  const files: Readonly<Record<string, string>> = {
    own: cached(`HTTP/1.1 200 OK\r\nSurrogate-Key: ${other} ${key}\r\n\r\n`),
    'a/bc/deep': cached(`HTTP/1.1 200 OK\r\nsurrogate-key: ${key}\r\n\r\n`),
    endless: cached(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\nsurrogate-key: ${key}\r\n\r\n`),
    others: cached(`HTTP/1.1 200 OK\r\nsurrogate-key: ${other}\r\n\r\n`),
    body: cached('HTTP/1.1 200 OK\r\nx: y\r\n\r\n', `surrogate-key: ${key}\r\n\r\n`),
    'not of nginx': `surrogate-key: ${key}\r\n\r\n`,
    'not of nginx, and long': 'z'.repeat(40_000),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  await purge(nginx({ directory }), { keys: [key] });
  const left = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(left.map(({ name }) => name).sort()).toEqual(['body', 'not of nginx', 'not of nginx, and long', 'others']);
});

it('says which directory cannot be read', async () => {
  const directory = join(await temporaryFolder(), 'none');
  const failed = await purge(nginx({ directory }), { keys: [key] }).catch((error) => error);
  expect(failed.errors[0].message).toBe(directory);
  expect(failed.errors[0].cause.message).toBe('the cache cannot be read: ENOENT');
});
