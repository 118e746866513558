import { channel } from 'node:diagnostics_channel';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { native, nativeParameters } from '../src/dialect/native.ts';
import { errorKinds } from '../src/errors.ts';
import { isObserved, type TintypeEvents } from '../src/events.ts';
import { fits } from '../src/transform/transformation.ts';

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

  it('has a row for each parameter, in order, in the words of the code', () => {
    expect(tableOf(page, '# URL parameters')).toEqual(
      Object.entries(nativeParameters).map(([name, { allowed, doc }]) => [`\`${name}\``, allowed, doc]),
    );
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
    const codes = ['core', 'express', 'koa'].flatMap((name) =>
      readdirSync(`${root}/packages/${name}/src`, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts'))
        .flatMap((path) => [...read(`packages/${name}/src/${path}`).matchAll(/warnOnce\(\s*'(\w+)'/g)])
        .map(([, code]) => `\`${code}\``),
    );
    const documented = tableOf(page, '## Warnings').map(([code]) => code);
    expect([...documented].sort()).toEqual([...new Set(codes)].sort());
  });
});
