import { createTintype, files, folder, purgeRoutes, serveImages } from '@tintype/express';
import express from 'express';

const { PORT = 3000, PURGE_TOKEN: token } = process.env;
const images = createTintype({ origin: folder('./photos'), store: files('./.cache') });

const app = express();
app.use('/images', serveImages(images));
app.use('/images-api', purgeRoutes(images, { token }));
const server = app.listen(PORT, () => console.log(`http://localhost:${server.address().port}/images/`));
