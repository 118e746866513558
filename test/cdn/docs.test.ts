import { readFileSync } from 'node:fs';
import * as cdn from '@tintype/cdn';
import { describe, expect, it } from 'vitest';

const page = readFileSync(`${import.meta.dirname}/../../docs/cdn.md`, 'utf8');
const factories = Object.entries(cdn) as readonly (readonly [string, (options: never) => cdn.Edge])[];

/** The section of a factory: its heading is the name, in whatever case. */
const sectionOf = (name: string): string =>
  page.split('\n## ').find((section) => section.toLowerCase().startsWith(`${name}\n`)) ?? '';

describe('docs/cdn.md', () => {
  it('has a section for each cache', () => {
    expect(factories.map(([name]) => name)).toEqual([
      'bunny',
      'cloudflare',
      'cloudfront',
      'fastly',
      'nginx',
      'varnish',
    ]);
    for (const [name] of factories) expect(sectionOf(name)).toContain('```js');
  });

  it.each(factories)('lists the options of %s, and no others', (name, create) => {
    let message = '';
    try {
      create({ nobodyKnowsThis: 1 } as never);
    } catch (error) {
      message = (error as Error).message;
    }
    const known = /Known options: (.*)$/.exec(message)?.[1]?.split(', ') ?? [];
    const documented = [...sectionOf(name).matchAll(/^\| `(\w+)` *\|/gm)].map(([, option]) => option);
    expect(documented.sort()).toEqual(known.sort());
  });

  it.each(factories)('creates %s by code that works', (name, create) => {
    const code = /```js\nconst edge = (.*?);\n```/s.exec(sectionOf(name))?.[1];
    const process = { env: { FASTLY_TOKEN: 'a', CLOUDFLARE_TOKEN: 'b', BUNNY_KEY: 'c' } };
    const run = new Function(name, 'process', 'accessKeyId', 'secretAccessKey', `return ${code}`);
    expect(run(create, process, 'AK', 'SK').onPurged.name).toBe(name);
  });
});
