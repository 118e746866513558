import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { encodeEnd } from '../../../src/journal/file/ends.ts';
import { endsPath, journalLayout, volumeNumbers } from '../../../src/journal/file/layout.ts';
import { encodeLine } from '../../../src/journal/file/line.ts';
import { placeVolume } from '../../../src/journal/file/place-volume.ts';
import type { Volume } from '../../../src/journal/file/volume.ts';
import { createVolumes, type Volumes, type VolumesOptions } from '../../../src/journal/file/volumes.ts';

const options = (now: number): VolumesOptions => ({
  maxRecords: 100,
  clock: { now: () => now },
  onPurge: () => undefined,
});

function move(from: string, to: string, name: string): void {
  mkdirSync(to, { recursive: true });
  renameSync(join(from, name), join(to, name));
}

/** Follows one directory as often as is asked for, as several processes would. `now` is the time of each. */
function setUp() {
  const root = mkdtempSync(join(tmpdir(), 'tintype-volumes-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const layout = journalLayout(join(root, 'journal'));
  const open = (now = 0): Volumes => {
    const volumes = createVolumes(layout, options(now));
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

it('forgets nothing where many make the first volume, whatever their clocks say', async () => {
  const { layout, open } = setUp();
  const many = Array.from({ length: 5 }, (_, index) => open(1000 + index));
  await Promise.all(many.map((volumes) => volumes.renew()));
  const views = many.map((volumes) => known(volumes.newest()).view);
  expect(new Set(views.map(({ epoch }) => epoch)).size).toBe(1);
  expect([volumeNumbers(layout).length, ...views.map(({ floor }) => floor)]).toEqual([1, 0, 0, 0, 0, 0]);
});

it('makes no first volume where another process has been faster', async () => {
  const { root, layout, open } = setUp();
  const elsewhere = journalLayout(join(root, 'elsewhere'));
  const faster = createVolumes(elsewhere, options(999));
  onTestFinished(() => faster.close());
  await faster.renew();
  const { number, view } = known(faster.newest());
  let calls = 0;
  const clock = {
    now: () => {
      // The second time it has found the directory to be empty.
      if (++calls === 2) for (const name of readdirSync(elsewhere.root)) move(elsewhere.root, layout.root, name);
      return 1000;
    },
  };
  const slower = createVolumes(layout, { ...options(0), clock });
  onTestFinished(() => slower.close());
  await slower.renew();
  expect([volumeNumbers(layout), known(slower.newest()).view.epoch]).toEqual([[number], view.epoch]);
  expect(known(open(2000).newest()).view.floor).toBe(0);
});

it('takes a volume for whole that grows while its sizes are read', async () => {
  const { layout, open } = setUp();
  const volumes = open();
  await volumes.renew();
  const { path, inode, number } = known(volumes.newest());
  const write = (nonce: string): void => {
    appendFileSync(path, encodeLine({ kind: 'purge', purge: { targets: [], mode: 'soft' }, nonce }));
    appendFileSync(endsPath(layout, number), encodeEnd(inode, statSync(path).size));
  };
  write('first');
  const nonces: string[] = [];
  const onPurge = (nonce: string): void => {
    nonces.push(nonce);
    if (nonce === 'first') write('second');
  };
  const late = createVolumes(layout, { ...options(0), onPurge });
  onTestFinished(() => late.close());
  expect(known(late.current()).view.epoch).toBe(known(volumes.current()).view.epoch);
  expect(nonces).toEqual(['first', 'second']);
});

it('puts no volume in its place before its first size is written', async () => {
  const { layout, open } = setUp();
  mkdirSync(endsPath(layout, 1000), { recursive: true });
  await expect(open(1000).renew()).rejects.toMatchObject({ code: 'EISDIR' });
  expect(volumeNumbers(layout)).toEqual([]);
});

it('keeps to the sizes of its own volume, whatever others left that would have placed one', async () => {
  const { layout, open } = setUp();
  const volumes = open();
  await volumes.renew();
  const closed = closeCurrent(volumes);
  writeFileSync(endsPath(layout, closed.number + 1), encodeEnd(closed.inode + 1n, 1_000_000));
  await volumes.replace(closed);
  for (const each of [volumes, open()]) {
    expect([known(each.current()).number, known(each.current()).view.epoch]).toEqual([
      closed.number + 1,
      closed.view.epoch,
    ]);
  }
});

it('leaves no sizes of a volume that it withdraws', async () => {
  const { layout, open } = setUp();
  const [late, other] = [open(), open()];
  await late.renew();
  const closed = closeCurrent(late);
  for (let round = 0; round < 2; round++) await other.replace(closeCurrent(other));
  await late.replace(closed);
  expect(readdirSync(layout.root).filter((name) => name.endsWith('.ends'))).toEqual([
    `journal.${closed.number + 2}.ends`,
  ]);
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
  expect(readdirSync(layout.root).filter((name) => name.startsWith('journal.'))).toEqual([
    `journal.${old.number + 1}`,
    `journal.${old.number + 1}.ends`,
  ]);
});

it('does not go on in a volume that is put late into the place of one that took purges', async () => {
  const { layout, open } = setUp();
  const volumes = open();
  await volumes.renew();
  const { number, inode, end, path, view } = known(volumes.current());
  const beginning = { epoch: view.epoch, base: end, position: view.position, floor: view.floor };
  const begin = () =>
    placeVolume(layout, number + 1, { ...beginning, isFirst: false, index: undefined, maxEntries: 9 });
  expect(inode).toBeGreaterThan(0n);
  // Two processes put the next one into its place: one is faster, takes a purge, and its file is removed.
  await begin();
  const first = known(open().current());
  expect([first.number, first.view.epoch]).toEqual([number + 1, view.epoch]);
  appendFileSync(endsPath(layout, first.number), encodeEnd(first.inode, first.size));
  unlinkSync(first.path);
  unlinkSync(path);
  await begin();
  expect(open().current()).toBeUndefined();
  const again = open(1);
  await again.renew();
  expect(known(again.current()).view.epoch).not.toBe(view.epoch);
});
