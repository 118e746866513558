import { afterAll, beforeAll, describe } from 'vitest';
import type { Connection } from '../../packages/redis/src/connection.ts';
import { describeJournal } from '../contracts/journal.ts';
import { hold } from '../support/held-connection.ts';
import { beginJournal, connectTo, newPrefix, openOver } from '../support/redis-journals.ts';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.ts';

describe.runIf(hasRedisServer)('in Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server.stop());

  describeJournal('Redis', ({ maxRecords, clock }) => {
    const prefix = newPrefix();
    let begun: Promise<void> | undefined = beginJournal(server.url, prefix).then(() => {
      begun = undefined;
    });
    const connect = (): Connection => hold(connectTo(server.url)(), () => begun);
    // A lease that no pause of a busy machine outlasts: what is seen at once is what was acknowledged.
    return () => openOver(connect, { prefix, maxRecords, clock, lease: 60_000, deadline: 20_000 });
  });
});
