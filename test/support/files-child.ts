import { createHash } from 'node:crypto';
import { files } from '../../packages/core/src/store/files/files.ts';
import { encodeFrame } from '../../packages/core/src/store/frame.ts';

/**
 * A process of its own on a shared directory, for the tests of the file store. It writes framed values as fast as it
 * can until its time is up or it is killed, prints what it did as JSON, and must then end by itself. The work `churn`
 * deletes as well, and `large` writes nothing but values of 32 MiB, linked to the input `over`, one at a time.
 */
const [directory = '', maxBytes = '', milliseconds = '', keys = '', work = ''] = process.argv.slice(2);
const store = files(directory, { maxBytes: Number(maxBytes) });
const endsAt = Date.now() + Number(milliseconds);
const seed = String(process.pid);
const isLarge = work === 'large';
let writes = 0;
/** Writes that failed because another deleted the value meanwhile. */
let overtaken = 0;
let errors = 0;

function random(round: number): number {
  return createHash('md5').update(`${seed} ${round}`).digest().readUInt32BE(0);
}

async function worker(start: number): Promise<void> {
  for (let round = start; Date.now() < endsAt; round += 8) {
    const number = random(round);
    const key = `d:group${number % 13}:key${number % Number(keys)}`;
    const body = Buffer.alloc(isLarge ? 32 * 1024 * 1024 : 1000 + (number % 150_000), number & 0xff);
    try {
      if (isLarge) await store.link?.('over', key);
      if (work === 'churn' && number % 5 === 0) await store.delete(key);
      else await store.set(key, encodeFrame(key, { number }, body));
      if (number % 3 === 0) await store.get(key);
      writes++;
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (work === 'churn' && code === 'ENOENT' && syscall === 'rename') {
        overtaken++;
        continue;
      }
      errors++;
      if (errors < 3) process.stderr.write(`${String(error)}\n`);
    }
  }
}

await Promise.all(Array.from({ length: isLarge ? 1 : 8 }, (_, index) => worker(index)));
await store.close?.();
process.stdout.write(JSON.stringify({ writes, overtaken, errors }));
