// The other side of fork(): one of the servers of the bench, which says what CPU and memory it has taken.

import { once } from 'node:events';
import { createServer } from 'node:http';

const [module, name] = process.argv.slice(2);
const [settings] = await once(process, 'message');
const { servers } = await import(`./servers/${module}.js`);

// Garbage costs by how much else is on the heap, and below Express much of it is made: a bare server carries as much.
if (settings.beside !== undefined) {
  const { module: other, name: idle } = settings.beside;
  globalThis.beside = (await import(`./servers/${other}.js`)).servers[idle](settings);
}

let peak = 0;
const { listener, images } = await servers[name](settings);
const server = createServer(listener).listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
// Idle connections of one load are there for the next.
server.keepAliveTimeout = 60_000;

setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 50).unref();

process.on('message', (question) => {
  if (question === 'end') process.exit();
  const { user, system } = process.cpuUsage();
  const rss = process.memoryUsage.rss();
  process.send({ cpu: user + system, rss, peak: Math.max(peak, rss), stats: images?.stats() });
  peak = 0;
});
process.on('disconnect', () => process.exit());
