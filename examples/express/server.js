import { createTintype, files, folder, serveImages } from '@tintype/express';
import express from 'express';
import { drawPictures } from './pictures/index.js';

const here = import.meta.dirname;
const pictures = `${here}/.pictures`;
await drawPictures(pictures);

const images = createTintype({
  origin: folder(pictures),
  store: files(`${here}/.cache`),
  // Browsers ask each time, so that the page shows what the cache does.
  ttl: { browser: 0 },
});

const app = express();
app.use('/images', serveImages(images));
app.use('/originals', express.static(pictures));
app.use(express.static(`${here}/public`));

// A real application puts this behind its login. Here it is enough that the page itself asks, on this machine.
app.post('/purge', express.json(), async (request, response) => {
  if (request.get('sec-fetch-site') !== 'same-origin') return response.sendStatus(403);
  await images.purge(request.body?.path);
  return response.sendStatus(204);
});

const port = Number(process.env.PORT || 3000);
const server = app.listen(port, '127.0.0.1', (error) => {
  if (error) {
    console.error(
      error.code === 'EADDRINUSE' ? `Port ${port} is in use: try PORT=${port + 1} npm start` : error.message,
    );
    process.exit(1);
  }
  console.log(`tintype is serving pictures on http://127.0.0.1:${server.address().port}/`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    server.close(() => images.close());
    // Browsers hold connections open in advance, on which nothing was asked and nothing will be.
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}
