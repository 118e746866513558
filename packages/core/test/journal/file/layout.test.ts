import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { filesBefore, isUnused, journalLayout, volumeNumbers } from '../../../src/journal/file/layout.ts';

function directoryWith(...names: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'tintype-layout-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const name of names) writeFileSync(join(root, name), '');
  return root;
}

const foreign = ['journal.', 'journal.x', 'journal.1.x', 'journal.1.ends.x', 'xjournal.1', 'journal.-1', '1'];

it('takes nothing for a volume but volumes', () => {
  const root = directoryWith(...foreign, 'journal.9', 'journal.10', 'journal.11.ends');
  expect(volumeNumbers(journalLayout(root))).toEqual([9, 10]);
  expect(volumeNumbers(journalLayout(join(root, 'absent')))).toEqual([]);
});

it('removes a volume before its sizes, because a volume without them counts as damaged', () => {
  const root = directoryWith(...foreign, 'journal.3.ends', 'journal.1.ends', 'journal.1', 'journal.2', 'journal.3');
  expect(filesBefore(journalLayout(root), 3)).toEqual(
    ['journal.1', 'journal.2', 'journal.1.ends'].map((name) => join(root, name)),
  );
});

it.each<readonly [readonly string[], boolean]>([
  [[], true],
  [foreign, true],
  [['journal.1'], false],
  [['journal.1.ends'], false],
])('with %j in the directory, says of its being unused: %s', (names, expected) => {
  expect(isUnused(journalLayout(directoryWith(...names)))).toBe(expected);
});
