// A server as most are: Express, the defaults, two bounds small enough to be reached within minutes.
// Started by soak.js, which asks it how much memory it has.

import { createTintype, files, folder, serveImages } from '@tintype/express';
import express from 'express';

const [photos, directory] = process.argv.slice(2);
const images = createTintype({
  origin: folder(photos),
  store: files(directory, { maxBytes: 64 * 2 ** 20 }),
  memory: 32 * 2 ** 20,
  // A busy machine is to make it slow, not to spare it work.
  render: { wait: 60 },
});
const app = express();
app.use(serveImages(images));
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', ({ collects }) => {
  if (collects) global.gc();
  const { memory, store } = images.stats().stores;
  process.send({ ...process.memoryUsage(), memory: memory.bytes, store: store.bytes, renders: images.stats().renders });
});
process.on('disconnect', () => process.exit());
