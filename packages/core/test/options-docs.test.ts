import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { redis } from '../../redis/src/index.ts';
import { optionTables } from '../src/engine/option-tables.ts';
import { mountExpectations } from '../src/http/mount.ts';
import { createTintype, files, folder, imagekit, imgix, memory, s3, web, webProxy } from '../src/index.ts';
import { encoderExpectations } from '../src/transform/encoding.ts';

const page = readFileSync(`${import.meta.dirname}/../../../docs/options.md`, 'utf8');

/** The names in the first column of the table below a heading. */
function documented(heading: string): string[] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([\w.]+)` *\|/gm)].map(([, name]) => name ?? '');
}

/** The names that a factory says it knows, when it refuses one that it does not. */
function known(create: () => unknown): string[] {
  try {
    create();
  } catch (error) {
    return (/Known options: (.*)$/.exec((error as Error).message)?.[1] ?? '').split(', ');
  }
  return [];
}

const unknown = { nobodyKnowsThis: 1 } as never;

describe('docs/options.md', () => {
  it.each(Object.entries(optionTables))('lists the options of %s, and no others', (name, table) => {
    expect(documented(name).sort()).toEqual(Object.keys(table).sort());
  });

  it.each([
    ['folder', () => folder('.', unknown)],
    ['web', () => web('http://127.0.0.1/', unknown)],
    ['s3', () => s3(unknown)],
    ['webProxy', () => webProxy(unknown)],
    ['files', () => files('.', unknown)],
    ['memory', () => memory(unknown)],
    ['imagekit', () => imagekit(unknown)],
    ['imgix', () => imgix(unknown)],
    ['redis', () => redis('redis://127.0.0.1', unknown)],
  ])('lists the options of %s, and no others', (name, create) => {
    expect(documented(name).sort()).toEqual(known(create).sort());
  });

  it('lists the options of each encoder, and no others', () => {
    const names = Object.entries(encoderExpectations).flatMap(([format, table]) =>
      Object.keys(table).map((name) => `${format}.${name}`),
    );
    expect(documented('encoders').sort()).toEqual(names.sort());
  });

  it('names the options of a mount', () => {
    for (const name of Object.keys(mountExpectations)) expect(documented('createTintype')).toContain(name);
  });

  it('lists the methods of an endpoint, and no others', () => {
    const images = createTintype({ origin: { name: 'none', read: async () => undefined } });
    const methods = [...page.matchAll(/^\| `images\.(\w+)\(/gm)].map(([, name]) => name ?? '');
    expect(methods.sort()).toEqual(Object.keys(images).sort());
  });
});
