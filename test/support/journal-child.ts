import { appendFileSync, readFileSync } from 'node:fs';
import { fileJournal } from '../../packages/core/src/journal/file-journal.ts';
import type { JournalView } from '../../packages/core/src/journal/journal.ts';
import { originalId } from '../../packages/core/src/origin/identity.ts';

/**
 * A process of its own on a shared journal, for its tests. It purges as fast as it can, tells all others of each purge
 * as soon as that is recorded, and checks each purge of the others that it is told of: no record whose origin was read
 * before that purge began may count as good. Until its time is up; then it prints what it did as JSON.
 */
const [directory = '', told = '', milliseconds = '', rotateBytes = ''] = process.argv.slice(2);
const journal = fileJournal(directory, { rotateBytes: Number(rotateBytes) });
const endsAt = Date.now() + Number(milliseconds);
const counts = { purges: 0, refused: 0, checks: 0, blind: 0, violations: 0 };
const epochs = new Set<string>();

/** What an origin record holds whose origin was read from `time` on, on the clock that all processes share. */
interface Stamp {
  readonly time: bigint;
  readonly epoch: string;
  readonly position: number;
}

const stamps: Stamp[] = [];
let read = 0;

/** A view, or undefined where nothing may be trusted. */
function look(): JournalView | undefined {
  try {
    return journal.view() as JournalView;
  } catch {
    counts.blind++;
    return undefined;
  }
}

function stamp(): void {
  const view = look();
  if (view === undefined) return;
  epochs.add(view.epoch);
  // Afterwards: the origin is read after the journal has been looked at.
  stamps.push({ time: process.hrtime.bigint(), epoch: view.epoch, position: view.position });
  // The last ones, and some of long ago.
  if (stamps.length > 300) stamps.splice(100 + (counts.checks % 100), 1);
}

function isGood(view: JournalView, { epoch, position }: Stamp, path: string): boolean {
  const { hard } = view.covering(originalId('photos', path), []);
  return view.epoch === epoch && position >= view.floor && hard <= position;
}

function check(): void {
  const news = readFileSync(told, 'latin1').slice(read);
  const end = news.lastIndexOf('\n') + 1;
  read += end;
  for (const line of news.slice(0, end).split('\n').slice(0, -1)) {
    const [path = '', time = ''] = line.split(' ');
    const view = look();
    if (view === undefined) continue;
    counts.checks++;
    const begun = BigInt(time);
    if (stamps.some((each) => each.time < begun && isGood(view, each, path))) counts.violations++;
  }
}

async function purge(path: string): Promise<void> {
  const time = process.hrtime.bigint();
  const { hash } = originalId('photos', path);
  try {
    await journal.append({ targets: [{ kind: 'exact', origin: 'photos', hash }], mode: 'revalidate' });
  } catch {
    counts.refused++;
    return;
  }
  counts.purges++;
  appendFileSync(told, `${path} ${time}\n`);
}

await journal.view();
process.stdout.write('ready\n');
for (let round = 0; Date.now() < endsAt; round++) {
  stamp();
  const paths = Array.from({ length: 1 + (round % 4) }, (_, index) => `/${process.pid}-${(round + index) % 50}.jpg`);
  await Promise.all(paths.map(purge));
  check();
}
await journal.close();
process.stdout.write(JSON.stringify({ ...counts, epochs: [...epochs] }));
