import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { createTintype, files, folder, serveImages } from '@tintype/express';
import express from 'express';

// Browsers ask each time, so that whoever uploads sees the new picture.
const ttl = { browser: 0 };
const images = createTintype({ origin: folder('./photos'), store: files('./.cache'), ttl });

const app = express();
app.use('/images', serveImages(images));

// Your own login belongs in front of this.
app.put('/photos/:name', express.raw({ type: 'image/*', limit: '25mb' }), async (request, response) => {
  const { name } = request.params;
  if (!/^[\w-]+\.(jpg|png|webp)$/.test(name) || !Buffer.isBuffer(request.body)) {
    response.sendStatus(400);
    return;
  }
  // Under its name when it is whole, so that nobody reads half of it.
  const unfinished = `./photos/.${randomUUID()}`;
  await writeFile(unfinished, request.body);
  await rename(unfinished, `./photos/${name}`);
  await images.purge(`/${name}`);
  response.sendStatus(204);
});

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${server.address().port}/images/`),
);
