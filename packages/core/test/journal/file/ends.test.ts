import { appendFileSync, mkdtempSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Ends, encodeEnd, openEnds } from '../../../src/journal/file/ends.ts';

const inode = 0x1234n;

function setUp(...lines: readonly Buffer[]): { readonly path: string; readonly ends: Ends } {
  const root = mkdtempSync(join(tmpdir(), 'tintype-ends-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const path = join(root, 'ends');
  writeFileSync(path, Buffer.concat(lines));
  const ends = openEnds(path, inode);
  onTestFinished(() => ends.close());
  return { path, ends };
}

it('knows the largest size, in whatever order they came, and what is added later', () => {
  const { path, ends } = setUp(encodeEnd(inode, 300), encodeEnd(inode, 100));
  expect(ends.largest()).toBe(300);
  appendFileSync(path, encodeEnd(inode, 200));
  expect(ends.largest()).toBe(300);
  appendFileSync(path, encodeEnd(inode, 400));
  expect(ends.largest()).toBe(400);
});

it('reads as many as there are', () => {
  const { ends } = setUp(
    ...Array.from({ length: 5000 }, (_, index) => encodeEnd(inode, index === 3000 ? 9999 : index)),
  );
  expect(ends.largest()).toBe(9999);
});

it('keeps apart what is said of another file', () => {
  const { ends } = setUp(encodeEnd(inode, 100), encodeEnd(inode + 1n, 900));
  expect(ends.largest()).toBe(100);
});

it('takes any inode and any size', () => {
  for (const size of [0, 1, Number.MAX_SAFE_INTEGER]) {
    const line = encodeEnd(2n ** 64n - 1n, size);
    const { path } = setUp(line);
    const ends = openEnds(path, 2n ** 64n - 1n);
    expect([line.length, ends.largest()]).toEqual([32, size]);
    ends.close();
  }
});

it.each<readonly [string, readonly Buffer[]]>([
  ['empty', []],
  ['of another volume alone', [encodeEnd(inode + 1n, 100)]],
  [
    'of another volume too that took purges in its place',
    [encodeEnd(inode, 100), encodeEnd(inode + 1n, 100), encodeEnd(inode + 1n, 180)],
  ],
  ['cut', [encodeEnd(inode, 100), encodeEnd(inode, 200).subarray(0, 31)]],
  ['zeroed', [encodeEnd(inode, 100), Buffer.alloc(32)]],
  ['shifted', [Buffer.from('x'), encodeEnd(inode, 100)]],
])('has no volume large enough where it is %s', (_name, lines) => {
  expect(setUp(...lines).ends.largest()).toBe(Number.POSITIVE_INFINITY);
});

it('has no volume large enough where there is none, and may be closed', () => {
  const { path } = setUp();
  unlinkSync(path);
  const ends = openEnds(path, inode);
  expect(ends.largest()).toBe(Number.POSITIVE_INFINITY);
  ends.close();
});

it('knows what it has read, though that be gone', () => {
  const { path, ends } = setUp(encodeEnd(inode, 100));
  expect(ends.largest()).toBe(100);
  truncateSync(path, 0);
  expect(ends.largest()).toBe(100);
});
