import { randomUUID } from 'node:crypto';
import type { StoreLock } from '@tintype/core';
import type { Connection } from './connection.ts';
import { defineScript } from './script.ts';

/** Milliseconds after which the lock of a process that died lapses. */
const life = 2000;
/** Milliseconds between two renewals: one may fail. */
const renewal = 700;
/** Renewals at most: what takes longer is not waited for. */
const maxRenewals = Math.floor(120_000 / renewal);

// Whoever lost the lock, and only then, has another one's before him.
const renew = defineScript(`
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);
const release = defineScript(`
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('DEL', KEYS[1])
`);

/** Takes a lock and renews it until it is given up; undefined where somebody else holds it. */
export async function takeLock(connection: Connection, name: string): Promise<StoreLock | undefined> {
  const token = randomUUID();
  const reply = await connection.run((commands) =>
    commands.set(name, token, { condition: 'NX', expiration: { type: 'PX', value: life } }),
  );
  if (reply === null) return undefined;
  const stop = repeat(async () => (await connection.script(renew, [name], [token, String(life)])) === 1);
  return {
    async release() {
      stop();
      await connection.script(release, [name], [token]);
    },
  };
}

/** Renews from time to time, until it is stopped, or the lock is another's, or it took too long. */
function repeat(renewed: () => Promise<boolean>): () => void {
  let rest = maxRenewals;
  const timer = setInterval(async () => {
    // One that fails leaves the next; the lock lapses where none works.
    const isHeld = await renewed().catch(() => true);
    if (!isHeld || --rest === 0) clearInterval(timer);
  }, renewal);
  // Its end is no reason to stay: a lock lapses.
  timer.unref();
  return () => clearInterval(timer);
}
