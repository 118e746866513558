// Each figure of the page is a plain link to a picture. This script fetches the picture, so that it can show beside it
// what came: the type, the bytes, the time, and what the cache says.

const figures = [...document.querySelectorAll('figure')].map(createFigure);
const counts = document.querySelector('.counts');
const again = document.querySelector('.again');
const originalBytes = new Map();

function element(name, properties, ...children) {
  const created = Object.assign(document.createElement(name), properties);
  created.append(...children);
  return created;
}

/** The parts of a URL with a place between them where a line may break. */
function breakable(url) {
  return url.split(/(?=[?&])/).flatMap((part) => [element('wbr'), part]);
}

function createFigure(node) {
  const link = node.querySelector('a');
  const url = link.getAttribute('href');
  const image = element('img', { alt: link.textContent, hidden: true });
  const copy = element('button', { type: 'button', className: 'url', title: 'Copy this URL' }, ...breakable(url));
  const facts = element('div', { className: 'facts' });
  copy.addEventListener('click', async () => {
    const copied = await navigator.clipboard.writeText(link.href).then(
      () => 'Copied',
      () => link.href,
    );
    copy.textContent = copied;
    setTimeout(() => copy.replaceChildren(...breakable(url)), 1200);
  });
  link.replaceChildren(image);
  node.append(element('figcaption', {}, copy, facts));
  return { node, url, image, facts, original: node.closest('section').dataset.original };
}

const formatBytes = (bytes) =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
const formatTime = (ms) => (ms < 1000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1000).toFixed(1)} s`);
const formatType = (type) => type.replace(/^image\//, '').toUpperCase();

/** One word for a Cache-Status field (RFC 9211). */
function verdict(cacheStatus) {
  if (/;\s*hit\b/.test(cacheStatus)) return 'hit';
  if (/;\s*detail=render\b/.test(cacheStatus)) return 'miss';
  return cacheStatus ? 'revalidated' : 'no cache';
}

async function fetchPicture(url, accept) {
  const started = performance.now();
  // The browser's own cache stays out of it: what is shown is what the server does.
  const response = await fetch(url, { cache: 'no-store', headers: { accept } });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const body = await response.blob();
  return {
    body,
    ms: performance.now() - started,
    bytes: Number(response.headers.get('content-length') ?? body.size),
    type: response.headers.get('content-type') ?? body.type,
    cacheStatus: response.headers.get('cache-status') ?? '',
  };
}

function showPicture(figure, answer) {
  if (figure.image.src) URL.revokeObjectURL(figure.image.src);
  figure.image.src = URL.createObjectURL(answer.body);
  figure.image.hidden = false;
  const came = verdict(answer.cacheStatus);
  const share = (100 * answer.bytes) / originalBytes.get(figure.original);
  figure.facts.replaceChildren(
    element('b', {}, formatType(answer.type)),
    element('span', {}, formatBytes(answer.bytes)),
    element('span', { title: 'Share of the bytes of the original' }, `${share.toFixed(share < 10 ? 1 : 0)} %`),
    element('b', { className: came, title: `Cache-Status: ${answer.cacheStatus}` }, came),
    element('span', {}, formatTime(answer.ms)),
  );
  return { bytes: answer.bytes, ms: answer.ms, came };
}

async function ask(figure, accept) {
  figure.node.classList.add('asking');
  try {
    figure.answer = showPicture(figure, await fetchPicture(figure.url, accept));
  } catch (error) {
    figure.answer = undefined;
    figure.facts.replaceChildren(element('b', { className: 'miss' }, error.message));
  }
  figure.node.classList.remove('asking');
}

function showCounts() {
  const answers = figures.flatMap(({ answer }) => answer ?? []);
  const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0);
  const misses = answers.filter(({ came }) => came === 'miss').length;
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  counts.hidden = false;
  counts.querySelector('p').textContent =
    `${answers.length} pictures, ${formatBytes(bytes)}: ${misses} made now, ${answers.length - misses} from the cache; ` +
    `half of them within ${formatTime(median)}`;
}

/** Two at a time: enough to be quick, few enough that a time is that of the server and not of a queue. */
async function askAll(wanted) {
  const buttons = document.querySelectorAll('button:not(.url)');
  for (const button of buttons) button.disabled = true;
  const accept = await accepted;
  const waiting = [...wanted];
  const askNext = async () => {
    for (let figure = waiting.shift(); figure; figure = waiting.shift()) await ask(figure, accept);
  };
  await Promise.all([askNext(), askNext()]);
  showCounts();
  for (const button of buttons) button.disabled = false;
}

async function purge(path, note) {
  const response = await fetch('/purge', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path }),
  });
  note.textContent = response.ok ? 'Purged.' : `The purge failed: ${response.status}`;
  if (response.ok) await askAll(figures.filter(({ original }) => original === path));
}

/** The line under a heading: the original, its bytes, and a button that purges all that was made from it. */
async function describeOriginal(section) {
  const path = section.dataset.original;
  const response = await fetch(`/originals${path}`, { method: 'HEAD' });
  const bytes = Number(response.headers.get('content-length'));
  originalBytes.set(path, bytes);
  const note = element('span', { role: 'status' });
  const button = element('button', { type: 'button' }, `Purge ${path}`);
  button.addEventListener('click', () => purge(path, note));
  const link = element('a', { href: `/originals${path}` }, `the original, ${formatBytes(bytes)}`);
  const line = element('div', { className: 'original' }, link, button, note);
  const heading = section.querySelector('h2 ~ p');
  if (heading) heading.after(line);
  else section.append(line);
}

/** What an <img> of this browser would say it accepts. A script has to find out: it asks for a tiny AVIF and decodes it. */
async function findAccepted() {
  const decodes = async (type) => {
    const response = await fetch(`/images/mountains.jpg?w=16&format=${type}`);
    const bitmap = await createImageBitmap(await response.blob());
    bitmap.close();
    return `image/${type}`;
  };
  const known = await Promise.allSettled([decodes('avif'), decodes('webp')]);
  return [...known.flatMap(({ value }) => value ?? []), 'image/*', '*/*;q=0.8'].join(',');
}

const accepted = findAccepted();
again.addEventListener('click', () => askAll(figures));
await Promise.all([...document.querySelectorAll('section')].map(describeOriginal));
await askAll(figures);
