import { channel } from 'node:diagnostics_channel';
import { readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it, vi } from 'vitest';
import { gallery } from '../../../docs/generate/gallery.js';
import { imgixRefusals } from '../../../docs/generate/imgix-tables.js';
import { galleryTable, parameterTables, titles, withSection } from '../../../docs/generate/parameter-tables.js';
import { refusedParameters } from '../src/dialect/imgix/refused-parameters.ts';
import { imgixParameters } from '../src/dialect/imgix/table.ts';
import { native } from '../src/dialect/native.ts';
import { nativeParameters } from '../src/dialect/native-parameters.ts';
import { groups } from '../src/dialect/parameter.ts';
import { errorKinds } from '../src/errors.ts';
import { isObserved, type TintypeEvents } from '../src/events.ts';
import type { ImageFormat, ImageInfo } from '../src/transform/image.ts';
import { defaultLimits } from '../src/transform/limits.ts';
import { planRender } from '../src/transform/plan.ts';
import { fits } from '../src/transform/stage.ts';
import { overlaysOf } from '../src/transform/transformation.ts';

const originalOf = (format: ImageFormat, width: number, height: number, orientation = 1): ImageInfo => ({
  format,
  width,
  height,
  orientation,
  frames: format === 'gif' ? 24 : 1,
  alpha: format === 'png',
  interlaced: false,
});

/** The pictures of the Express example. */
const originals: Readonly<Record<string, ImageInfo>> = {
  '/mountains.jpg': originalOf('jpeg', 3000, 2000),
  '/sea.jpg': originalOf('jpeg', 3000, 2000),
  '/agate.jpg': originalOf('jpeg', 3000, 2000),
  '/forest.jpg': originalOf('jpeg', 3000, 2000, 6),
  '/bubbles.png': originalOf('png', 2000, 2000),
  '/moon.gif': originalOf('gif', 440, 440),
};

/** What shows nothing on a small picture. */
const withoutPicture = new Set(['dpr', 'enlarge', 'orient']);

const root = `${import.meta.dirname}/../../..`;
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');

/** The rows of the first table below a heading, the heads of its columns left out. */
function tableOf(page: string, heading: string): readonly (readonly string[])[] {
  const section = page.split(`${heading}\n`)[1] ?? '';
  const lines = section.slice(section.indexOf('\n|') + 1).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/url-parameters.md', () => {
  const page = read('docs/url-parameters.md');

  it('has what the code generates of it: a row for each parameter, and the pictures', () => {
    const tables = withSection(page, 'parameters', parameterTables(nativeParameters));
    // If this fails, `npm run docs`.
    expect(page).toBe(withSection(tables, 'pictures', galleryTable(gallery)));
    const rows = groups.flatMap((group) => tableOf(page, `### ${titles[group]}`));
    expect(rows.map(([name]) => name?.split(',')[0])).toEqual(
      Object.keys(nativeParameters).map((name) => `\`${name}\``),
    );
  });

  it('has a picture of the size that each URL of them asks for', async () => {
    expect(readdirSync(`${root}/docs/pictures`).sort()).toEqual(
      Object.keys(gallery)
        .map((name) => `${name}.webp`)
        .sort(),
    );
    for (const [name, url] of Object.entries(gallery)) {
      const request = native().parse({ path: url.split('?')[0] ?? '', query: url.split('?')[1] ?? '' });
      const image = originals[request?.path ?? ''];
      if (request === undefined || image === undefined) throw new Error(`Expected ${url} to be of the example`);
      const overlays = overlaysOf(request.transformation).map(({ path }) => originals[path] ?? image);
      const plan = planRender(request.transformation, image, { accept: 'other', limits: defaultLimits, overlays });
      const { width, height, format } = await sharp(`${root}/docs/pictures/${name}.webp`).metadata();
      expect(format, url).toBe('webp');
      // What a trim leaves is known with the pixels only.
      if (plan.trimmed === undefined) expect([width, height], url).toEqual([plan.width, plan.height]);
    }
  });

  it('shows a picture for each parameter that changes one', () => {
    const shown = Object.values(gallery).flatMap((url) => [
      ...new URLSearchParams(url.split('?')[1]?.replaceAll('|', '&')).keys(),
    ]);
    const changing = Object.entries(nativeParameters).filter(([name, { group }]) => {
      return !['output', 'request'].includes(group) && !withoutPicture.has(name) && !name.startsWith('overlay-');
    });
    expect(shown).toEqual(expect.arrayContaining(changing.map(([name]) => name)));
  });

  it('has a row for each fit', () => {
    expect(tableOf(page, '## Sizes').map(([fit]) => fit)).toEqual(fits.map((fit) => `\`${fit}\``));
  });

  const examples = tableOf(page, '## Examples').map(([url = '']) => url.replaceAll('`', ''));

  it.each(examples)('gives %s as an example that works', (url) => {
    const [path = '', query = ''] = url.split('?');
    expect(native().format(path, Object.fromEntries(new URLSearchParams(query)))).toBe(url);
  });

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(5);
  });
});

describe('docs/migrating-from-imgix.md', () => {
  const page = read('docs/migrating-from-imgix.md');

  it('has what the code generates of it: a row for each parameter, and each that is refused', () => {
    const tables = withSection(page, 'parameters', parameterTables(imgixParameters));
    // If this fails, `npm run docs`.
    expect(page).toBe(withSection(tables, 'refusals', imgixRefusals(imgixParameters, refusedParameters)));
    const rows = groups.flatMap((group) => tableOf(page, `### ${titles[group]}`));
    expect(rows.map(([name]) => name?.split(',')[0])).toEqual(
      Object.keys(imgixParameters).map((name) => `\`${name}\``),
    );
    const refused = tableOf(page, '## What is refused').flatMap(([names = '']) => names.split(', '));
    for (const name of Object.keys(refusedParameters)) expect(refused).toContain(`\`${name}\``);
  });
});

describe('docs/errors.md', () => {
  const page = read('docs/errors.md');

  it('has a row for each error code, in order, with its status and text', () => {
    expect(tableOf(page, '## Errors').map((row) => row.slice(0, 3))).toEqual(
      Object.entries(errorKinds).map(([code, { status, message }]) => [`\`${code}\``, String(status), message]),
    );
  });

  it('says of each error what it means', () => {
    for (const [code, , , meaning] of tableOf(page, '## Errors')) expect(meaning, code).toMatch(/\w{3}/);
  });

  it('has a row for each channel, with the fields of its events', () => {
    const source = read('packages/core/src/events.ts');
    const bodyOf = (name: string): string =>
      new RegExp(`interface ${name} \\{(.*?)\\n\\}`, 's').exec(source)?.[1] ?? '';
    const fieldsOf = (name: string): string =>
      [...bodyOf(name).matchAll(/readonly (\w+)\??:/g)].map(([, field]) => `\`${field}\``).join(', ');
    const channels = [...bodyOf('TintypeEvents').matchAll(/readonly '([\w:]+)': (\w+);/g)];
    expect(channels).not.toEqual([]);
    expect(tableOf(page, '## Events').map(([name, , fields]) => [name, fields])).toEqual(
      channels.map(([, name, event = '']) => [`\`${name}\``, fieldsOf(event)]),
    );
  });

  it('names channels on which events are published', () => {
    for (const [cell = ''] of tableOf(page, '## Events')) {
      const name = cell.replaceAll('`', '') as keyof TintypeEvents;
      const listen = (): void => undefined;
      channel(name).subscribe(listen);
      expect(isObserved(name)).toBe(true);
      channel(name).unsubscribe(listen);
    }
  });

  it('shows code that listens', async () => {
    const code = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await import(`data:text/javascript,${encodeURIComponent(code)}`);
    channel('tintype:request').publish({
      target: '/cat.jpg',
      status: 502,
      ms: 3,
      error: new Error('x', { cause: 'y' }),
    });
    expect(log).toHaveBeenCalledExactlyOnceWith(502, '/cat.jpg', 3, 'y');
    log.mockRestore();
  });

  it('has a row for each warning', () => {
    const codes = ['core', 'express', 'koa', 'redis'].flatMap((name) =>
      readdirSync(`${root}/packages/${name}/src`, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .flatMap((path) => [...read(`packages/${name}/src/${path}`).matchAll(/warnOnce\(\s*'(\w+)'/g)])
        .map(([, code]) => `\`${code}\``),
    );
    const documented = tableOf(page, '## Warnings').map(([code]) => code);
    expect([...documented].sort()).toEqual([...new Set(codes)].sort());
  });
});

describe('docs/security.md and docs/options.md', () => {
  it.each([
    ['docs/security.md', '## Limits'],
    ['docs/options.md', '## limits'],
  ])('%s tells each limit and its default', (path, heading) => {
    const rows = tableOf(read(path), heading);
    // The size in MiB stands beside some.
    const told = Object.fromEntries(
      rows.map(([name = '', value]) => [name.replaceAll('`', ''), Number.parseInt(value ?? '', 10)]),
    );
    expect(told).toEqual(defaultLimits);
  });
});
