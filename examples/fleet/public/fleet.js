import { element, formatTime } from '../../express/public/element.js';

const find = (selector) => document.querySelector(selector);
const said = find('.said');
const log = find('.log');

const fleet = await ask('/fleet');
let [name] = Object.keys(fleet.originals);
let last = Promise.resolve();
let pending = 0;

async function ask(path, options) {
  const response = await fetch(path, { cache: 'no-store', ...options });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

const cards = fleet.processes.map(({ base, pid }, index) => {
  const image = element('img', { alt: '', width: 640, height: 427 });
  const badge = element('span', { className: 'badge' });
  const answer = element('p', { className: 'answer' });
  const card = element(
    'article',
    { className: 'process' },
    image,
    element(
      'div',
      { className: 'text' },
      element('div', { className: 'head' }, element('h2', {}, `Process ${index + 1}`), badge),
      element('small', {}, `port ${new URL(base).port}, pid ${pid}`),
      answer,
    ),
  );
  return { card, image, badge, answer, etag: undefined };
});
find('.processes').append(...cards.map(({ card }) => card));

const thumbs = Object.keys(fleet.originals).map((original) => {
  const image = element('img', { alt: `The original ${original}`, width: 96, height: 64 });
  const button = element('button', { type: 'button' }, image);
  button.addEventListener('click', () => choose(original));
  return { original, image, button };
});
find('.originals').append(...thumbs.map(({ button }) => element('li', {}, button)));

const purges = fleet.processes.map((_, index) => {
  const button = element('button', { type: 'button' }, `Purge on ${index + 1}`);
  button.addEventListener('click', () => act(() => purge(index + 1)));
  return button;
});
find('.purge').append(...purges);
find('#replace').addEventListener('click', () => act(replace));

function choose(original) {
  name = original;
  showOriginals();
  void act(askAll);
}

function showOriginals() {
  for (const { original, image, button } of thumbs) {
    button.setAttribute('aria-pressed', String(original === name));
    image.src = `/originals/${original}?${fleet.originals[original]}`;
  }
}

/** Asks one process for the picture, and shows what came. */
async function askProcess(index) {
  const { card, image, badge, answer } = cards[index];
  const started = performance.now();
  const response = await fetch(`/process/${index + 1}/images/${name}?w=640&format=auto`, { cache: 'no-store' });
  const bytes = await response.blob();
  const took = performance.now() - started;
  const { headers } = response;
  const number = Number(headers.get('x-number'));
  if (headers.get('etag') !== cards[index].etag) {
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(bytes);
    cards[index].etag = headers.get('etag');
  }
  image.alt = `${name}, number ${number}`;
  const isCurrent = number === fleet.originals[name];
  card.classList.toggle('current', isCurrent);
  badge.textContent = isCurrent ? `no. ${number}` : `still no. ${number}`;
  const status = headers.get('cache-status') ?? `status ${response.status}`;
  answer.className = `answer ${status.includes('; hit') ? 'hit' : 'miss'}`;
  answer.textContent = `${status.replace('tintype; ', '')} · ${formatTime(took)}`;
  return { number, status };
}

const askAll = () => Promise.all(cards.map((_, index) => askProcess(index)));

async function replace() {
  const { number } = await ask(`/originals/${name}`, { method: 'POST' });
  fleet.originals[name] = number;
  showOriginals();
  await askAll();
  note(`The origin has no. ${number} of ${name} now. Nobody was told.`);
}

async function purge(process) {
  const started = performance.now();
  const { took } = await ask(`/process/${process}/purge/${name}`, { method: 'POST' });
  const answers = await askAll();
  const all = performance.now() - started;
  const renders = answers.filter(({ status }) => status.includes('detail=render')).length;
  const isEverywhere = answers.every(({ number }) => number === fleet.originals[name]);
  const shown = isEverywhere ? `all three show no. ${fleet.originals[name]}` : 'not all three show the same';
  const made = renders === 0 ? 'nothing was rendered' : `${renders} rendered it`;
  note(`Purged ${name} on process ${process} in ${formatTime(took)}; after ${formatTime(all)} ${shown}, and ${made}.`);
}

function note(text) {
  log.querySelector('.nothing')?.remove();
  log.prepend(element('li', {}, text));
  said.textContent = text;
}

/** One thing after the other: what is shown is the answer to what was done last. */
function act(work) {
  pending++;
  const done = last.then(work).catch((error) => {
    said.textContent = error.message;
  });
  last = done.finally(() => pending--);
  return last;
}

showOriginals();
await act(askAll);
setInterval(() => {
  if (!document.hidden && pending === 0) void act(askAll);
}, 1000);
