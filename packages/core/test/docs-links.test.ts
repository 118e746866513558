import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
const pages = ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })]
  .filter((name) => name.endsWith('.md'))
  .map((name) => (name === 'README.md' ? name : join('docs', name)));
const textOf = (path: string): string => readFileSync(path, 'utf8').replaceAll(/```.*?```/gs, '');

/** The anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (path: string): readonly string[] =>
  [...textOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** The links of a page to other files and to its own sections. */
const linksOf = (path: string): readonly string[] =>
  [...textOf(path).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link = '']) => link);

describe('the documentation', () => {
  it.each(pages)('leads from %s to pages and sections that are there', (page) => {
    const from = join(root, page);
    const broken = linksOf(from).filter((link) => {
      const [file = '', anchor] = link.split('#');
      const to = file === '' ? from : resolve(dirname(from), file);
      return !existsSync(to) || (anchor !== undefined && !anchorsOf(to).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  it('has links', () => {
    expect(pages.flatMap((page) => linksOf(join(root, page))).length).toBeGreaterThan(50);
  });
});
