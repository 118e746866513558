import { resolve } from 'node:path';
import { createTintype, files, folder, serveImages } from '@tintype/express';
import express from 'express';
import { drawPictures } from './pictures/index.js';
import { playground } from './playground.js';

const here = import.meta.dirname;
const { PORT = '3000', PICTURES } = process.env;
// Your own: PICTURES=~/photos npm start
const pictures = resolve(PICTURES || `${here}/.pictures`);
if (!PICTURES) await drawPictures(pictures);

/** What a URL may say in one word: `?preset=thumb`. A list is one stage after the other. */
const presets = {
  thumb: { w: 192, h: 144, fit: 'cover', position: 'attention', format: 'auto' },
  hero: { w: 1600, h: 600, fit: 'cover', enlarge: true, format: 'auto' },
  face: { w: 320, h: 320, fit: 'cover', position: 'attention', radius: 'max', format: 'auto' },
  print: [
    { w: 640, h: 640, fit: 'cover', sepia: 25 },
    { pad: '32,32,110', bg: 'fffcf4' },
    { rotate: -3, format: 'auto' },
  ],
};

const images = createTintype({
  origin: folder(pictures),
  presets,
  store: files(`${here}/.cache`),
  // Browsers ask each time, so that the page shows what the cache does.
  ttl: { browser: 0 },
});

const app = express();
app.use('/images', serveImages(images));
app.use('/originals', express.static(pictures));
app.use(playground({ images, pictures, presets }));

const port = Number(PORT);
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
