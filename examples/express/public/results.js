// Shows what came: the picture or the refusal, its facts, and how it stands beside other answers.
import { ask, clients, formatType, verdict } from './delivery.js';
import { element, formatBytes, formatTime } from './element.js';

const find = (selector) => document.querySelector(selector);
const picture = find('.picture');
const view = find('.view');
const shownFields = ['cache-status', 'etag', 'cache-control', 'age', 'vary', 'content-disposition'];

/** Shows that something is being waited for: what was there before stays, faintly. */
export function showWaiting() {
  view.classList.add('waiting');
}

/** Shows the colours of a picture that is being waited for. */
export function showPlaceholder(about) {
  if (!about?.placeholder) return;
  view.style.setProperty('--placeholder', `url("${about.placeholder}")`);
  view.style.setProperty('--colour', about.color);
  view.classList.add('placeheld');
}

/** Shows an answer in the place of the picture. */
export async function showAnswer(answer, density) {
  const isJson = answer.refused === undefined && answer.type.startsWith('application/json');
  const isImage = answer.refused === undefined && !isJson;
  const size = isImage ? await showPicture(answer.body, density).catch(() => undefined) : undefined;
  const refusal = answer.refused ?? (isImage && !size ? `This browser cannot show ${formatType(answer.type)}.` : '');
  find('.refusal').textContent = refusal;
  find('.refusal').hidden = refusal === '';
  find('.json').hidden = !isJson;
  if (isJson) find('.json').textContent = JSON.stringify(JSON.parse(await answer.body.text()), undefined, 2);
  picture.hidden = !size;
  view.classList.remove('waiting', 'placeheld');
  return size;
}

async function showPicture(body, density) {
  const url = URL.createObjectURL(body);
  const before = picture.src;
  picture.src = url;
  await picture.decode();
  if (before) URL.revokeObjectURL(before);
  const [width, height] = [picture.naturalWidth, picture.naturalHeight];
  picture.width = Math.round(width / density);
  picture.height = Math.round(height / density);
  return { width, height };
}

/** The numbers below the picture. */
export function showFacts(answer, size, originalBytes) {
  const came = answer.refused === undefined ? verdict(answer.cacheStatus) : 'refused';
  const share = (100 * answer.bytes) / originalBytes;
  const isPicture = answer.refused === undefined;
  find('.pixels').textContent = size ? `${size.width} × ${size.height}` : '–';
  find('.type').textContent = isPicture ? formatType(answer.type) : `${answer.status}`;
  find('.bytes').textContent = isPicture ? formatBytes(answer.bytes) : '–';
  find('.share').textContent = isPicture ? `${formatShare(share)} of the original’s ${formatBytes(originalBytes)}` : '';
  find('.came').textContent = came;
  find('.came').className = `came ${came.replace(' ', '-')}`;
  find('.time').textContent = formatTime(answer.ms);
  find('.weight .bar span').style.width = `${isPicture ? Math.min(100, share) : 0}%`;
  return came;
}

const formatShare = (share) => `${share.toFixed(share < 10 ? 1 : 0)} %`;

/** The fields of an answer that say how it may be kept. */
export function showFields({ headers }) {
  const rows = shownFields.filter((name) => headers.get(name) !== null);
  const title = (name) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()).replace('Etag', 'ETag');
  find('.fields').replaceChildren(
    ...rows.map((name) => element('div', {}, element('dt', {}, title(name)), element('dd', {}, headers.get(name)))),
  );
}

/** Notes an answer, or a purge, on top of the list of what was asked. */
export function log(word, ...rest) {
  const parts = rest.map((part) => element('span', {}, part));
  const line = element('li', {}, element('b', { className: word.replace(' ', '-') }, word), ...parts);
  const list = find('.log');
  list.prepend(line);
  while (list.children.length > 6) list.lastChild.remove();
}

/** Asks for the picture as other browsers would, one after the other. */
export async function showOthers(url, own, originalBytes, signal) {
  const rows = [];
  for (const client of clients) {
    const answer = await ask(url, client.accept, { method: 'HEAD', signal });
    rows.push(otherRow(client, answer, client.accept === own, originalBytes));
  }
  find('.others tbody').replaceChildren(...rows);
}

function otherRow({ name, who }, answer, isOwn, originalBytes) {
  const bar = element('p', { className: 'bar' }, element('span'));
  bar.firstChild.style.width = `${Math.min(100, (100 * answer.bytes) / originalBytes)}%`;
  const client = element('th', { scope: 'row' }, name, element('small', {}, isOwn ? 'this browser' : who));
  const isPicture = answer.refused === undefined;
  return element(
    'tr',
    { className: isOwn ? 'own' : '' },
    client,
    element('td', {}, isPicture ? formatType(answer.type) : `${answer.status}`),
    element('td', {}, isPicture ? formatBytes(answer.bytes) : '–'),
    element('td', {}, isPicture ? bar : ''),
  );
}

/** What is known of an original: from the folder, and from format=json. */
export function showOriginal(name, bytes, about) {
  const link = element('a', { href: `/originals/${encodeURIComponent(name)}` }, name);
  const facts = [link, formatBytes(bytes)];
  if (about?.width) {
    facts.push(`${about.width} × ${about.height}`, about.format.toUpperCase(), about.alpha ? 'transparent' : 'opaque');
    if (about.frames > 1) facts.push(`${about.frames} frames`);
    if (about.orientation > 1) facts.push(`EXIF orientation ${about.orientation}`);
  }
  const line = element('p', { className: 'dotted' }, ...facts.map((fact) => element('span', {}, fact)));
  find('.about').replaceChildren(line, ...(about?.placeholder ? [placeholder(about)] : []));
}

function placeholder({ color, thumbhash, placeholder: src }) {
  const swatch = element('span', { className: 'swatch' });
  swatch.style.background = color;
  const image = element('img', { src, alt: 'Its placeholder: a few blurred colours', width: 64 });
  const words = element('p', {}, swatch, ` ${color}, ThumbHash `, element('code', {}, thumbhash));
  return element('div', { className: 'placeholder' }, image, words);
}
