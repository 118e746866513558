import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { layoutOf } from '../../../src/store/files/layout.ts';
import { Ledger } from '../../../src/store/files/ledger.ts';

const bound = 1_000_000;

function setUp() {
  const layout = layoutOf(mkdtempSync(`${tmpdir()}/tintype-ledger-`));
  onTestFinished(() => rmSync(layout.root, { recursive: true, force: true }));
  const ledger = new Ledger(layout, systemClock);
  onTestFinished(() => ledger.close());
  return { ledger, path: layout.ledger };
}

it('a reservation counts in the ledger that stands there afterwards', async () => {
  const { ledger, path } = setUp();
  await ledger.reserve(1, bound);
  const reserving = ledger.reserve(4096, bound);
  // By now its record is on the way to the disk, and cannot have arrived before the event loop turns.
  for (let tick = 0; tick < 20; tick++) await Promise.resolve();
  renameSync(path, `${path}-old`);
  writeFileSync(path, '\n=7;');
  const generation = await reserving;
  expect(readFileSync(`${path}-old`, 'latin1')).toBe('\n=0;\n+1;\n+4096;');
  expect(readFileSync(path, 'latin1')).toBe('\n=7;\n+4096;');
  expect(generation?.tail.total).toBe(7 + 4096);
});

it('a reservation fails while no ledger stands there, and is asked for again in vain', async () => {
  const { ledger, path } = setUp();
  await ledger.reserve(1, bound);
  const reserving = ledger.reserve(4096, bound);
  for (let tick = 0; tick < 20; tick++) await Promise.resolve();
  // As a sweep does it: to the temp folder, which says that more is known than the ledger shows.
  renameSync(path, `${layoutOf(path.slice(0, -'/ledger'.length)).temp}/1-${'a'.repeat(16)}-0`);
  expect(await reserving).toBeUndefined();
  expect(ledger.peek()).toBeUndefined();
});

it('a release after the exchange takes nothing from the new count', async () => {
  const { ledger, path } = setUp();
  const generation = await ledger.reserve(4096, bound);
  renameSync(path, `${path}-old`);
  writeFileSync(path, '\n=7;');
  await ledger.current();
  if (generation !== undefined) await ledger.release(generation, 4096);
  expect(readFileSync(path, 'latin1')).toBe('\n=7;');
});

it('of two processes that reserve the last room at once, not both get it', async () => {
  const { ledger, path } = setUp();
  const other = new Ledger(layoutOf(path.slice(0, -'/ledger'.length)), systemClock);
  onTestFinished(() => other.close());
  await Promise.all([ledger.current(), other.current()]);
  for (let round = 0; round < 50; round++) {
    const got = await Promise.all([ledger.reserve(600_000, bound), other.reserve(600_000, bound)]);
    const granted = got.filter((generation) => generation !== undefined);
    expect(granted.length).toBeLessThanOrEqual(1);
    for (const generation of granted) await ledger.release(generation, 600_000);
  }
  expect(ledger.peek()).toBe(0);
});
