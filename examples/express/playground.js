import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, parse } from 'node:path';
import express from 'express';

const files = `${import.meta.dirname}/public`;
const isPicture = (name) => /^[^.].*\.(jpe?g|png|webp|avif|gif)$/i.test(name);
const escapeHtml = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** The page, and what it asks of its server: what is in the folder, to put something there, and to purge. */
export function playground({ images, pictures, presets }) {
  const router = express.Router();

  router.get('/', async (_request, response) => {
    const page = await readFile(`${files}/index.html`, 'utf8');
    const names = await list(pictures);
    response.set('content-security-policy', "default-src 'self'; img-src 'self' blob: data:");
    response
      .type('html')
      .send(
        page
          .replace('<!-- folder -->', () => escapeHtml(pictures))
          .replace('<!-- pictures -->', () => names.map(listItem).join('\n')),
      );
  });
  router.use(express.static(files, { index: false }));

  router.get('/pictures', async (_request, response) => {
    const names = await list(pictures);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(pictures, name))).size));
    response.json({ presets, pictures: names.map((name, index) => ({ name, bytes: sizes[index] })) });
  });

  // A real application puts these behind its login. Here it is enough that the page itself asks, on this machine.
  const picture = express.raw({ type: () => true, limit: '25mb' });
  router.put('/pictures/:name', fromThisPage, picture, async (request, response) => {
    const name = safeName(request.params.name);
    if (!isPicture(name) || !Buffer.isBuffer(request.body)) return response.sendStatus(415);
    return response.status(201).json({ name: await keep(pictures, name, request.body) });
  });

  router.post('/purge', fromThisPage, express.json(), async (request, response) => {
    const { path, mode } = request.body ?? {};
    await images.purge(path, { mode });
    response.sendStatus(204);
  });
  return router;
}

/** Browsers say whence a request comes, and no site can say it for them; for a name of its own that points here, neither. */
function fromThisPage(request, response, next) {
  if (request.get('sec-fetch-site') === 'same-origin') next();
  else response.sendStatus(403);
}

async function list(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && isPicture(entry.name)).map(({ name }) => name);
  return names.sort((a, b) => a.localeCompare(b));
}

function listItem(name) {
  const url = escapeHtml(`/images/${encodeURIComponent(name)}?w=192&h=144&fit=cover&format=auto`);
  const alt = escapeHtml(name);
  return `<li><a href="${url}"><img src="${url}" width="96" height="72" alt="${alt}" loading="lazy" /></a></li>`;
}

function safeName(name) {
  return name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+/, '')
    .slice(-80);
}

/** Writes a file under a name that is free: nothing in the folder is replaced. */
async function keep(folder, name, body) {
  const { name: stem, ext } = parse(name);
  for (let count = 1; ; count++) {
    const free = count === 1 ? name : `${stem}-${count}${ext}`;
    const isTaken = await writeFile(join(folder, free), body, { flag: 'wx' }).then(
      () => false,
      (error) => (error.code === 'EEXIST' ? true : Promise.reject(error)),
    );
    if (!isTaken) return free;
  }
}
