import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createTintype, files, folder, serveImages } from '@tintype/koa';
import Koa from 'koa';

// Browsers ask each time, so that whoever uploads sees the new picture.
const ttl = { browser: 0 };
const images = createTintype({ origin: folder('./photos'), store: files('./.cache'), ttl });

const app = new Koa();
app.use(serveImages(images, { prefix: '/images' }));

// Your own login, and a limit on the size, belong in front of this.
app.use(async (context, next) => {
  const [, name] = /^\/photos\/([\w-]+\.(?:jpg|png|webp))$/.exec(context.path) ?? [];
  if (context.method !== 'PUT' || name === undefined) return next();
  // Under its name when it is whole, so that nobody reads half of it.
  const unfinished = `./photos/.${randomUUID()}`;
  try {
    await pipeline(context.req, createWriteStream(unfinished));
    await rename(unfinished, `./photos/${name}`);
  } finally {
    await rm(unfinished, { force: true });
  }
  await images.purge(`/${name}`);
  context.status = 204;
});

const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', () =>
  console.log(`http://127.0.0.1:${server.address().port}/images/`),
);
