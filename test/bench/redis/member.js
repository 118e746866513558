// A process of a fleet that serves nobody: it keeps up with the journal, and says how much CPU it has taken.

import { createTintype } from '@tintype/core';
import { redis } from '@tintype/redis';

const images = createTintype({ origin: { name: 'bench', read: () => undefined }, store: redis(process.argv[2]) });
process.on('message', async (message) => {
  if (message === 'cpu') process.send(process.cpuUsage());
  else process.exit();
});
process.on('disconnect', () => process.exit());
while (images.stats().journal.trust !== 'good') await new Promise((resolve) => setTimeout(resolve, 20));
process.send('ready');
