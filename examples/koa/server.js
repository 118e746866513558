import { createTintype, files, folder, serveImages } from '@tintype/koa';
import Koa from 'koa';

const { PORT = 3001, PICTURES = `${import.meta.dirname}/../express/.pictures` } = process.env;
const images = createTintype({ origin: folder(PICTURES), store: files(`${import.meta.dirname}/.cache`) });

const app = new Koa();
app.use(serveImages(images, { prefix: '/images' }));
const server = app.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/images/`));
process.once('SIGTERM', () => server.close(() => images.close()));
