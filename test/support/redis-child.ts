import { setTimeout as pause } from 'node:timers/promises';
import { redis } from '../../packages/redis/src/redis.ts';

/**
 * A process of its own on a Redis, for tests of what becomes of it. `hold` takes a lock, says so, and keeps it until it is
 * killed; `use` writes and reads, closes the store and must then end by itself; `hang` says that it is connected, waits
 * for a line, closes while a read is under way, and must then end by itself; `early` closes while it connects, and says
 * how many sockets are left then.
 */
const [url = '', work = '', key = ''] = process.argv.slice(2);
const store = redis(url);
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

if (work === 'hold') {
  const lock = await store.lock?.(key);
  say(lock === undefined ? 'refused' : 'held');
  setInterval(() => undefined, 1000);
} else if (work === 'early') {
  const reading = Promise.resolve(store.get(key)).catch(() => say('rejected'));
  const milliseconds = Number(process.argv[5]);
  if (milliseconds > 0) await pause(milliseconds);
  await store.close?.();
  await pause(50);
  say(`${process.getActiveResourcesInfo().filter((resource) => resource.startsWith('TCP')).length} sockets`);
  await reading;
} else {
  await store.set(key, Buffer.from('value'));
  say(Buffer.from((await store.get(key)) ?? []).toString());
  if (work === 'hang') {
    await new Promise((resolve) => process.stdin.once('data', resolve));
    process.stdin.destroy();
    const reading = Promise.resolve(store.get(key)).catch(() => say('rejected'));
    await store.close?.();
    await reading;
  }
  await store.close?.();
  await store.journal.close();
  say('closed');
}
