import { createTintype, files, folder, purgeRoutes, serveImages } from '@tintype/koa';
import Koa from 'koa';

const { PORT = 3000, PURGE_TOKEN: token, PICTURES = './photos' } = process.env;
const images = createTintype({ origin: folder(PICTURES), store: files('./.cache') });

const app = new Koa();
app.use(serveImages(images, { prefix: '/images' }));
app.use(purgeRoutes(images, { prefix: '/images-api', token }));
const server = app.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/images/`));
process.once('SIGTERM', () => server.close(() => images.close()));
