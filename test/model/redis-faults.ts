import { setTimeout as delay } from 'node:timers/promises';
import { idle } from './faults.ts';
import { freezeFor } from './fleet.ts';
import type { Random } from './random.ts';
import type { Admin, RedisFleet } from './redis-fleet.ts';

/** What may happen to a fleet on Redis. */
export type RedisFault =
  | 'freeze'
  | 'kill'
  | 'journal cut'
  | 'journal stalled'
  | 'connections killed'
  | 'listeners killed'
  | 'Redis paused'
  | 'Redis frozen'
  | 'journal key deleted'
  | 'database emptied'
  | 'tail lost'
  | 'entries evicted';

type Strike = (fleet: RedisFleet, random: Random, images: Image[]) => unknown;

/** The journal as it was at some moment. */
type Image = readonly (readonly [key: string, value: Buffer])[];

const strikes: Readonly<Record<RedisFault, Strike>> = {
  freeze: (fleet, random) => {
    const member = idle(fleet, random);
    return member === undefined ? undefined : freezeFor(member, 100 + random.below(1900));
  },
  kill: ({ members }, random) => random.pick(members).restart(),
  'journal cut': async ({ ways }, random) => {
    const way = random.pick(ways);
    way.cut();
    await delay(random.below(1500));
    way.mend();
  },
  'journal stalled': async ({ ways }, random) => {
    const way = random.pick(ways);
    way.stall();
    await delay(random.below(1500));
    way.mend();
  },
  'connections killed': ({ admin }) => admin.sendCommand(['CLIENT', 'KILL', 'SKIPME', 'yes', 'TYPE', 'normal']),
  'listeners killed': ({ admin }) => admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']),
  'Redis paused': ({ admin }, random) => admin.sendCommand(['CLIENT', 'PAUSE', String(50 + random.below(600)), 'ALL']),
  'Redis frozen': async ({ server }, random) => {
    server.signal('SIGSTOP');
    await delay(random.below(600));
    server.signal('SIGCONT');
  },
  'journal key deleted': async ({ admin }, random) => {
    const keys = await journalKeys(admin);
    const key = keys[random.below(keys.length)];
    if (key !== undefined) await admin.del(key);
  },
  'database emptied': ({ admin }) => admin.flushDb(),
  'tail lost': ({ admin }, _random, images) => {
    // Some purges ago: what a replica that lagged behind has when it takes over.
    const image = images[0];
    if (image === undefined) return;
    const put = admin.multi();
    for (const [key, value] of image) put.restore(key, 0, value, { REPLACE: true });
    return put.exec();
  },
  'entries evicted': async ({ admin }, random) => {
    const keys = (await admin.keys('*')).filter((key) => !isOfJournal(key) && random.chance(0.5));
    if (keys.length > 0) await admin.unlink(keys);
  },
};

const isOfJournal = (key: string): boolean => key.includes('{journal}');

const dumpAll = `
  local values = {}
  for index, key in ipairs(KEYS) do values[index] = redis.call('DUMP', key) end
  return values
`;

async function journalKeys(admin: Admin): Promise<string[]> {
  return (await admin.keys('*')).filter((key) => isOfJournal(key) && !key.includes(':note:'));
}

/** Milliseconds between two pictures of the journal, of which the oldest of some is put back. */
const pictureMs = 60;
const kept = 4;

/** Strikes at a fleet. Ends with it. */
export interface RedisStrikes extends AsyncDisposable {
  strike(fault: RedisFault): Promise<void>;
}

/** Begins to look at the journal, so that it can be set back. */
export function strikesAt(fleet: RedisFleet, random: Random): RedisStrikes {
  const images: Image[] = [];
  let isOver = false;
  const binary = fleet.admin.withTypeMapping({ 36: Buffer });

  const look = async (): Promise<void> => {
    const keys = await journalKeys(fleet.admin);
    // At one moment, as a replica has it.
    const values = (await binary.eval(dumpAll, { keys })) as unknown as readonly (Buffer | null)[];
    images.push(keys.flatMap((key, index) => (values[index] ? [[key, values[index]] as const] : [])));
    if (images.length > kept) images.shift();
  };

  const looking = (async () => {
    while (!isOver) {
      await look().catch(() => undefined);
      await delay(pictureMs);
    }
  })();

  return {
    async strike(fault) {
      await strikes[fault](fleet, random, images);
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      await looking;
    },
  };
}

/** Keys in Redis that name one of these originals, or hold what does, but for the journal, which must. */
export async function entriesWith(admin: Admin, hashes: readonly string[]): Promise<readonly string[]> {
  const binary = admin.withTypeMapping({ 36: Buffer });
  const found: string[] = [];
  for (const key of await admin.keys('*')) {
    if (isOfJournal(key) || key.includes(':lock:')) continue;
    const bytes = (await binary.get(key)) as unknown as Buffer | null;
    if (hashes.some((hash) => key.includes(hash) || bytes?.includes(hash))) found.push(key);
  }
  return found;
}
