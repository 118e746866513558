import { appendFileSync, linkSync, mkdtempSync, readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { journalLayout, volumeNumbers } from '../../../src/journal/file/layout.ts';
import { encodeLine } from '../../../src/journal/file/line.ts';
import type { Volume } from '../../../src/journal/file/volume.ts';
import { createVolumes, type Volumes } from '../../../src/journal/file/volumes.ts';

/** Follows one directory as often as is asked for, as several processes would. `now` is the time of each. */
function setUp() {
  const root = mkdtempSync(join(tmpdir(), 'tintype-volumes-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const layout = journalLayout(join(root, 'journal'));
  const open = (now = 0): Volumes => {
    const volumes = createVolumes(layout, { maxRecords: 100, clock: { now: () => now }, onPurge: () => undefined });
    onTestFinished(() => volumes.close());
    return volumes;
  };
  return { root, layout, open };
}

function known(volume: Volume | undefined): Volume {
  if (volume === undefined) throw new Error('Expected a volume');
  return volume;
}

/** Closes the volume that is the journal, as a rotation begins. */
function closeCurrent(volumes: Volumes): Volume {
  const volume = known(volumes.current());
  appendFileSync(volume.path, encodeLine({ kind: 'closed', nonce: 'x' }));
  volumes.current();
  expect(volume.isClosed).toBe(true);
  return volume;
}

it('makes one volume where many find none', async () => {
  const { layout, open } = setUp();
  const many = Array.from({ length: 5 }, () => open());
  await Promise.all(many.map((volumes) => volumes.renew()));
  expect(new Set(many.map((volumes) => known(volumes.newest()).number)).size).toBe(1);
  expect(volumeNumbers(layout)).toHaveLength(1);
});

it('replaces a closed volume once, whoever does it', async () => {
  const { layout, open } = setUp();
  const many = Array.from({ length: 5 }, () => open());
  await many[0]?.renew();
  const closed = many.map(closeCurrent);
  const number = closed[0]?.number ?? 0;
  await Promise.all(many.map((volumes, index) => volumes.replace(known(closed[index]))));
  expect(volumeNumbers(layout)).toEqual([number + 1]);
  const epochs = many.map((volumes) => known(volumes.current()).view.epoch);
  expect(new Set([...epochs, closed[0]?.view.epoch]).size).toBe(1);
});

it('withdraws a volume that comes after others have gone on', async () => {
  const { layout, open } = setUp();
  const [late, other] = [open(), open()];
  await late.renew();
  const closed = closeCurrent(late);
  for (let round = 0; round < 3; round++) await other.replace(closeCurrent(other));
  await late.replace(closed);
  expect(volumeNumbers(layout)).toEqual([closed.number + 3]);
  expect(known(late.current()).number).toBe(closed.number + 3);
});

it('withdraws a volume that comes after the directory was emptied, and made anew', async () => {
  const { layout, open } = setUp();
  const [late, fresh] = [open(1_000_000), open(1_000_005)];
  await late.renew();
  const closed = closeCurrent(late);
  unlinkSync(closed.path);
  await fresh.renew();
  await late.replace(closed);
  const { number, view } = known(fresh.current());
  expect(volumeNumbers(layout)).toEqual([number]);
  expect([known(late.current()).view.epoch, view.epoch === closed.view.epoch]).toEqual([view.epoch, false]);
});

it('leads with the newest volume alone, and only then', async () => {
  const { root, layout, open } = setUp();
  const [behind, ahead] = [open(), open()];
  await behind.renew();
  const old = closeCurrent(behind);
  linkSync(old.path, join(root, 'kept'));
  await ahead.replace(closeCurrent(ahead));
  renameSync(join(root, 'kept'), old.path);
  expect(volumeNumbers(layout)).toEqual([old.number, old.number + 1]);
  // It is in its place, so nothing has been recorded elsewhere; but nothing must be recorded in it.
  expect(behind.current()).toBe(old);
  expect(await behind.leadWith(old)).toBe(false);
  expect(behind.newest()?.number).toBe(old.number + 1);
  expect(await ahead.leadWith(known(ahead.newest()))).toBe(true);
  expect(readdirSync(layout.root).filter((name) => name.startsWith('journal.'))).toEqual([`journal.${old.number + 1}`]);
});
