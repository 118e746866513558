import { createTintype, files, folder, imgix, purgeRoutes, serveImages } from '@tintype/express';
import express from 'express';

const { PORT = 3000, IMGIX_TOKEN: token, IMGIX_API_KEY: apiKey } = process.env;
const dialect = imgix({ signing: { token }, mount: '/images' });
const images = createTintype({ origin: folder('./photos'), store: files('./.cache'), dialect, mounts: '/images' });

const app = express();
app.use('/images', serveImages(images));
app.use('/images-api', purgeRoutes(images, { api: 'imgix', apiKey }));
const server = app.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/images/`));
