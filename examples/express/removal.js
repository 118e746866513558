// node removal.js /people/jane.jpg
// In the folder where your servers run: it reaches them by ./photos and ./.cache, which they share.
import { rm } from 'node:fs/promises';
import { createTintype, files, folder } from '@tintype/express';

const [path = '', ...others] = process.argv.slice(2);
if (!/^(\/[^./%*?\\][^/%*?\\]*)+$/.test(path) || others.length > 0) {
  console.error('Expected a path below ./photos, such as /people/jane.jpg, without "..", "%", "*" or "?"');
  process.exit(1);
}
const images = createTintype({ origin: folder('./photos'), store: files('./.cache') });

// The original first: what is still there would be fetched again by the next request.
const failure = await rm(`./photos${path}`).catch(({ message }) => message);
// Whatever became of that: the first half may have been done an earlier time.
const { id, deleted } = await images.purge(path, { mode: 'takedown', wait: 'all' });
await images.close();
console.log(`${failure ?? `${path} is gone`}: ${deleted} stored files deleted (purge ${id})`);
process.exitCode = failure === undefined ? 0 : 1;
