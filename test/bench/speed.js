import { measureHits } from './speed/hits.js';
import { findPictures } from './speed/pictures.js';

const pictures = await findPictures(process.env.PICTURES);
const bare = ['node:http', 'Express, writeHead and end', 'Express, res.send', 'Koa, ctx.body'].map((name) => ({
  module: 'bare',
  name,
}));
const ours = (process.env.OURS ?? 'tintype on Express,tintype on Koa')
  .split(',')
  .map((name) => ({ module: 'tintype', name, settings: { pictures } }));
for (const t of await measureHits(
  pictures,
  () => [...bare, ...ours],
  { seconds: +(process.env.S ?? 1), rounds: +(process.env.R ?? 5) },
  console.error,
)) {
  console.log(t.bytes, t.status);
  console.table(t.rows.map((r) => ({ ...r, rss: Math.round(r.rss / 1e6) })));
}
