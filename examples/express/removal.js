// node removal.js /people/jane.jpg
import { rm } from 'node:fs/promises';
import { createTintype, files, folder } from '@tintype/express';

const [path] = process.argv.slice(2);
const images = createTintype({ origin: folder('./photos'), store: files('./.cache') });

// The original first: what is still there would be fetched again by the next request.
await rm(`./photos${path}`, { force: true });
const { id, deleted } = await images.purge(path, { mode: 'takedown', wait: 'all' });
console.log(`${path} is gone: ${deleted} stored files deleted (purge ${id})`);
await images.close();
