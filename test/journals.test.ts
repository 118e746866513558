import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fileJournal } from '../packages/core/src/journal/file-journal.ts';
import { memoryJournal } from '../packages/core/src/journal/memory-journal.ts';
import { originalId } from '../packages/core/src/origin/identity.ts';
import { describeJournal } from './contracts/journal.ts';
import { createRandom } from './model/random.ts';
import { bundle } from './support/bundle.ts';

const directories: string[] = [];
/** Given by `JOURNAL_SEED`, or new each time. The processes' own pace is nobody's to repeat. */
const seed = Number(process.env.JOURNAL_SEED ?? Date.now() % 1e9);
console.info(`JOURNAL_SEED=${seed}`);

function createDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tintype-journal-'));
  directories.push(directory);
  return join(directory, 'journal');
}

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

describeJournal('memory', (options) => {
  const journal = memoryJournal(options);
  return () => journal;
});
describeJournal('file', (options) => {
  const directory = createDirectory();
  return () => fileJournal(directory, options);
});
describeJournal('file, written anew all the time', (options) => {
  const directory = createDirectory();
  return () => fileJournal(directory, { ...options, rotateBytes: 100 });
});

it('records ten thousand purges that come one after the other', async () => {
  const directory = createDirectory();
  const journal = fileJournal(directory);
  const { epoch } = await journal.view();
  const ids = Array.from({ length: 10_000 }, (_, index) => originalId('photos', `/${index}.jpg`));
  const positions: number[] = [];
  for (const { origin, hash } of ids) {
    positions.push(await journal.append({ targets: [{ kind: 'exact', origin, hash }], mode: 'revalidate' }));
  }
  await journal.close();
  const fresh = fileJournal(directory);
  const view = await fresh.view();
  expect(view.epoch).toBe(epoch);
  expect(ids.every((id, index) => view.covering(id, []).hard === positions[index])).toBe(true);
  expect(positions).toEqual([...new Set(positions)].sort((one, other) => one - other));
  await fresh.close();
}, 60_000);

describe('a file journal shared by processes', () => {
  let script: string;
  beforeAll(async () => {
    script = await bundle(join(import.meta.dirname, 'support/journal-child.ts'));
  });

  interface Result {
    readonly purges: number;
    readonly refused: number;
    readonly checks: number;
    readonly blind: number;
    readonly violations: number;
    readonly epochs: readonly string[];
  }

  interface Task {
    readonly directory: string;
    readonly milliseconds: number;
    readonly rotateBytes: number;
  }

  const setUp = (milliseconds: number, rotateBytes = 3000): Task => {
    const directory = createDirectory();
    writeFileSync(`${directory}-told`, '');
    return { directory, milliseconds, rotateBytes };
  };

  const start = async ({ directory, milliseconds, rotateBytes }: Task): Promise<ChildProcess> => {
    const task = [directory, `${directory}-told`, milliseconds, rotateBytes].map(String);
    const child = spawn(process.execPath, [script, ...task], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    await once(child.stdout ?? child, 'data');
    return child;
  };

  const result = async (child: ChildProcess): Promise<Result> => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
    return JSON.parse(output) as Result;
  };

  const volumes = (directory: string): readonly string[] =>
    readdirSync(directory)
      .filter((name) => /^journal\.\d+$/.test(name))
      .map((name) => join(directory, name));

  it.each([3000, 1024 * 1024])(
    'loses no purge while three of them purge, written anew at %i bytes',
    async (rotateBytes) => {
      const task = setUp(2000, rotateBytes);
      // The first alone: of those that begin in an empty directory at once, each may have begun an epoch for a moment.
      const children = [await start(task), ...(await Promise.all([start(task), start(task)]))];
      const results = await Promise.all(children.map(result));
      for (const { purges, refused, checks, blind, violations } of results) {
        expect({ refused, blind, violations }).toEqual({ refused: 0, blind: 0, violations: 0 });
        expect(purges).toBeGreaterThan(20);
        expect(checks).toBeGreaterThan(purges);
      }
      expect(new Set(results.flatMap(({ epochs }) => epochs)).size).toBe(1);
      expect(volumes(task.directory)).toHaveLength(1);
      expect(readdirSync(join(task.directory, 'tmp'))).toEqual([]);
    },
  );

  it('loses no purge when writers are killed at any moment', async () => {
    const random = createRandom(seed);
    const task = setUp(6000);
    const survivor = result(await start(task));
    let isOver = false;
    const survived = survivor.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const victims = await Promise.all([start(task), start(task)]);
      await new Promise((resolve) => setTimeout(resolve, random.below(150)));
      for (const victim of victims) {
        const closed = once(victim, 'exit');
        victim.kill('SIGKILL');
        await closed;
      }
    }
    const { violations, refused, purges, checks, epochs } = await survived;
    expect({ violations, refused }).toEqual({ violations: 0, refused: 0 });
    // A line on two pages may be torn between them, and no other step leaves anything that looks like a loss.
    expect(epochs.length).toBeLessThan(3);
    expect(checks).toBeGreaterThan(purges);
  }, 60_000);

  it('is held up by no process that is stopped', async () => {
    const random = createRandom(seed);
    const task = setUp(120_000);
    const [stopped, other] = await Promise.all([start(task), start(task)]);
    const told = (): number => statSync(`${task.directory}-told`).size;
    for (let round = 0; round < 20; round++) {
      stopped.kill('SIGSTOP');
      const before = told();
      // Had it stopped with something that the other needs, this would never come true.
      await vi.waitFor(() => expect(told()).toBeGreaterThan(before + 2000), { timeout: 20_000, interval: 1 });
      stopped.kill('SIGCONT');
      await new Promise((resolve) => setTimeout(resolve, random.below(20)));
    }
    other.kill('SIGKILL');
  }, 60_000);

  it('never lets a purged record count as good again, whatever is done to its files', async () => {
    const task = setUp(8000);
    const { directory } = task;
    const newest = (): string => [...volumes(directory)].sort().at(-1) ?? join(directory, 'journal.1');
    const random = createRandom(seed);
    const copy = `${directory}-copy`;
    const faults: readonly (() => void)[] = [
      () => truncateSync(newest(), random.below(statSync(newest()).size)),
      () => truncateSync(newest(), 0),
      () => appendFileSync(newest(), Buffer.from(Array.from({ length: 20 }, () => random.below(256)))),
      () => appendFileSync(newest(), '\ntorn\n'),
      () => rmSync(newest()),
      () => rmSync(directory, { recursive: true }),
      () => renameSync(directory, `${directory}-moved-${random.below(1e9)}`),
      () => cpSync(directory, copy, { recursive: true }),
      () => cpSync(copy, directory, { recursive: true, force: true }),
      () => copyFileSync(volumes(copy)[0] ?? '', newest()),
      () =>
        writeFileSync(
          join(directory, `journal.${Number(newest().split('.').at(-1)) + 1 + random.below(3)}`),
          'foreign\n',
        ),
      () => writeFileSync(newest(), Buffer.alloc(9000)),
      () => rmSync(`${newest()}.ends`),
      () => truncateSync(`${newest()}.ends`, random.below(statSync(`${newest()}.ends`).size)),
      () => appendFileSync(`${newest()}.ends`, 'torn'),
    ];
    const results = [await start(task), await start(task), await start(task)].map(result);
    let isOver = false;
    const all = Promise.all(results).finally(() => {
      isOver = true;
    });
    const done = new Set<number>();
    for (let round = 0; !isOver; round++) {
      try {
        faults[round % faults.length]?.();
        done.add(round % faults.length);
      } catch {
        // What it was to be done to has just been replaced.
      }
      await new Promise((resolve) => setTimeout(resolve, random.below(80)));
    }
    const ended = await all;
    for (const { violations, checks, purges } of ended) {
      expect(violations).toBe(0);
      expect(purges).toBeGreaterThan(20);
      expect(checks).toBeGreaterThan(purges);
    }
    expect(new Set(ended.flatMap(({ epochs }) => epochs)).size).toBeGreaterThan(20);
    expect(done.size).toBe(faults.length);
  }, 60_000);

  it('keeps no process from ending', async () => {
    const directory = createDirectory();
    const module = await bundle(join(import.meta.dirname, '../packages/core/src/journal/file-journal.ts'));
    const program = `const { fileJournal } = await import(${JSON.stringify(module)});
      const journal = fileJournal(${JSON.stringify(directory)});
      await journal.append({ targets: [{ kind: 'all', origin: 'photos' }], mode: 'soft' });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).toBe(0);
    expect(volumes(directory)).toHaveLength(1);
  });
});
