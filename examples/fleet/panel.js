import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import express from 'express';

const files = join(import.meta.dirname, 'public');
/** The look of the other example. */
const shared = join(import.meta.dirname, '../express/public');

/** The page, and what it asks of its server: which processes there are, new originals, purges, and a way to each process. */
export function panel({ originals, processes, token }) {
  const router = express.Router();

  router.get('/', async (_request, response) => {
    response.set('content-security-policy', "default-src 'self'; img-src 'self' blob:");
    response.type('html').send(await readFile(join(files, 'index.html')));
  });
  router.use(express.static(files, { index: false }));
  for (const name of ['page.css', 'element.js', 'icon.svg']) {
    router.get(`/express/public/${name}`, (_request, response) => response.sendFile(join(shared, name)));
  }

  router.get('/fleet', (_request, response) => {
    const numbers = Object.fromEntries(originals.names.map((name) => [name, originals.numberOf(name)]));
    response.json({ originals: numbers, processes: processes.map(({ base, pid }) => ({ base, pid })) });
  });

  router.post('/originals/:name', fromThisPage, known(originals), async (request, response) => {
    const { name } = request.params;
    await originals.replace(name);
    response.json({ number: originals.numberOf(name) });
  });

  router.post('/process/:process/purge/:name', fromThisPage, known(originals), async (request, response) => {
    const { base } = chosen(processes, request) ?? {};
    if (base === undefined) return response.sendStatus(404);
    const started = performance.now();
    const answer = await fetch(`${base}/images-api/purge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ path: `/${request.params.name}` }),
    });
    const result = await answer.json();
    return response.status(answer.status).json({ ...result, took: performance.now() - started });
  });

  // What a balancer does, but for the choice, which is the page's.
  router.get('/process/:process/images/:name', (request, response) => {
    const { base } = chosen(processes, request) ?? {};
    if (base === undefined) return response.sendStatus(404);
    const target = request.originalUrl.replace(/^\/process\/\d+/, '');
    const { accept = '*/*' } = request.headers;
    return get(base + target, { headers: { accept } }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    }).once('error', () => response.sendStatus(502));
  });
  return router;
}

/** The processes count from 1. */
const chosen = (processes, request) => processes[Number(request.params.process) - 1];

const known = (originals) => (request, response, next) => {
  if (originals.has(request.params.name)) next();
  else response.sendStatus(404);
};

/** Browsers say whence a request comes, and no site can say it for them. */
function fromThisPage(request, response, next) {
  if (request.get('sec-fetch-site') === 'same-origin') next();
  else response.sendStatus(403);
}
