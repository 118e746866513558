// A process that reads and writes bytes in one way, as often and as many at once as it is told, and says what that took.

import { randomBytes } from 'node:crypto';
import KeyvRedis, { createClient } from '@keyv/redis';
import { redis } from '@tintype/redis';
import { Keyv } from 'keyv';

const [url, way] = process.argv.slice(2);

const ways = {
  async raw() {
    const client = createClient({ url });
    await client.connect();
    const binary = client.withTypeMapping({ 36: Buffer });
    return { get: (key) => binary.get(`raw:${key}`), set: (key, bytes) => binary.set(`raw:${key}`, bytes) };
  },
  tintype: async () => redis(url),
  keyv: async () => new Keyv(new KeyvRedis(url)),
};

const opened = await ways[way]();

process.on('message', async (task) => {
  if (task === 'end') process.exit();
  const { operation, size, times, atOnce } = task;
  const key = `d:${'0'.repeat(32)}:${size}`;
  const bytes = randomBytes(size);
  await opened.set(key, bytes);
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  for (let time = 0; time < times; time += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => opened[operation](key, bytes)));
  }
  const { user, system } = process.cpuUsage(cpu);
  process.send({ us: ((performance.now() - started) * 1000) / times, cpu: (user + system) / times });
});
process.on('disconnect', () => process.exit());
process.send('ready');
