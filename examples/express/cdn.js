import { createTintype, files, folder, purgeRoutes, serveImages } from '@tintype/express';
import express from 'express';

const { PORT = 3000, PURGE_TOKEN: token, CDN_API, CDN_TOKEN } = process.env;
const site = 'https://www.example.com';

/** Tells the CDN in front of us; an error that it throws shows in the purge's status. */
async function purgeCdn({ all, paths, prefixes, tags, signal }) {
  if (tags.length > 0 && !all) throw new Error('this CDN knows no tags');
  const urls = [...paths.map((path) => `${path}*`), ...prefixes.map((prefix) => `${prefix}*`), ...(all ? ['/*'] : [])];
  const response = await fetch(CDN_API, {
    method: 'POST',
    headers: { authorization: `Bearer ${CDN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ urls: urls.map((url) => `${site}/images${url}`) }),
    signal,
  });
  if (!response.ok) throw new Error(`the CDN answered ${response.status}`);
}

const images = createTintype({ origin: folder('./photos'), store: files('./.cache'), onPurged: purgeCdn });
const app = express();
app.use('/images', serveImages(images));
app.use('/images-api', purgeRoutes(images, { token }));
const server = app.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/images/`));
