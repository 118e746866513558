// One process of a fleet: start as many as you like, on as many machines, with the same REDIS_URL and ORIGIN.
import { createTintype, purgeRoutes, serveImages, web } from '@tintype/express';
import { redis } from '@tintype/redis';
import express from 'express';

const { PORT = '3000', REDIS_URL = 'redis://127.0.0.1:6379', ORIGIN, PURGE_TOKEN: token } = process.env;
const images = createTintype({
  origin: web(ORIGIN, { name: 'originals' }),
  store: redis({ url: REDIS_URL, prefix: 'tintype-example' }),
  // The number that the origin writes on each picture, so that the page can tell which one it got.
  repeatFields: ['x-number'],
  // Browsers ask each time: nobody can purge them.
  ttl: { browser: 0 },
});

const app = express();
app.use('/images', serveImages(images));
app.use('/images-api', purgeRoutes(images, { token }));

const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  console.log(`A process is serving pictures on http://127.0.0.1:${server.address().port}/images/`);
});

function stop() {
  server.close(async () => {
    await images.close();
    if (process.connected) process.disconnect();
  });
  server.closeIdleConnections();
}
// The last one comes when whoever started us is gone.
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.once(event, stop);
