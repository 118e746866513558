// The playground: a picture, a query, and what the server makes of them. The state is the query; controls and text are two
// views of it, and whoever changes one changes the other.
import { createControls } from './controls.js';
import { ask, findAccepted, purge, verdict } from './delivery.js';
import { element, formatTime } from './element.js';
import { createPad } from './pad.js';
import { parameterNamed } from './parameters.js';
import { formatQuery, originPath, parseQuery, pictureUrl } from './query.js';
import { log, showAnswer, showFacts, showFields, showOriginal, showOthers, showWaiting } from './results.js';
import { htmlSnippet, scriptSnippet } from './snippets.js';
import { listenForFiles } from './upload.js';

const find = (selector) => document.querySelector(selector);
const field = find('#query');
let { pictures, presets } = await fetchFolder();
const state = { picture: '', query: '', stages: [new Map()], output: new Map(), stage: 0, about: undefined };
const say = (text) => {
  find('.said').textContent = text;
};

const controls = createControls(
  find('#controls'),
  {
    pictures: () => pictures.map(({ name }) => ({ value: originPath(name), label: name })),
    presets: () => Object.keys(presets).map((value) => ({ value })),
  },
  setParameter,
);
const pad = createPad((name, text) => setParameter(parameterNamed(name), text));
controls.group('Crop').body.prepend(pad.node);

async function fetchFolder() {
  return (await fetch('/pictures', { cache: 'no-store' })).json();
}

/** Reads the folder anew: somebody may have put something there. */
async function relist() {
  const names = JSON.stringify(pictures);
  ({ pictures, presets } = await fetchFolder());
  if (JSON.stringify(pictures) === names) return;
  const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html');
  find('.strip').replaceChildren(...page.querySelector('.strip').children);
  controls.relist();
  markChosen();
}

function setParameter({ name, isOutput, excludes = [] }, text) {
  const values = isOutput ? state.output : state.stages[state.stage];
  if (text === '') values.delete(name);
  else {
    values.set(name, text);
    for (const other of excludes) values.delete(other);
  }
  state.query = formatQuery(state);
  show();
}

/** Shows the state everywhere, and asks for its picture. */
function show() {
  const { picture, query, stages, stage, output } = state;
  state.stage = Math.min(stage, stages.length - 1);
  const values = stages[state.stage];
  controls.show(new Map([...values, ...output]));
  const before = stages.slice(0, state.stage);
  const start = new Map([...values].filter(([name]) => name === 'trim'));
  const sized = new Map([
    ['w', '480'],
    ['format', 'auto'],
  ]);
  pad.show(pictureUrl(picture, formatQuery({ stages: [...before, start, sized], output: new Map() })), values);
  showStages();
  if (field.value !== query) field.value = query;
  const url = pictureUrl(picture, query);
  find('#open').href = url;
  find('.address .path').textContent = `${pictureUrl(picture, '')}?`;
  history.replaceState(undefined, '', `#${url.slice('/images/'.length)}`);
  askForPicture();
}

function showStages() {
  const button = (text, properties, act) => {
    const node = element('button', { type: 'button', ...properties }, text);
    node.addEventListener('click', () => {
      act();
      state.query = formatQuery(state);
      show();
      find('.stages [aria-pressed=true]').focus();
    });
    return node;
  };
  const chooser = state.stages.map((_, index) =>
    button(`Stage ${index + 1}`, { 'aria-pressed': String(index === state.stage) }, () => {
      state.stage = index;
    }),
  );
  const add = button('Add a stage', { className: 'quiet' }, () => {
    state.stage = state.stages.push(new Map()) - 1;
  });
  const remove = button('Remove it', { className: 'quiet', hidden: state.stages.length === 1 }, () => {
    state.stages.splice(state.stage, 1);
  });
  find('.stages').replaceChildren(...chooser, add, remove);
}

let accepted;
let asking;
let isAskedAnew = false;
let others = new AbortController();

/** One question at a time; what changes meanwhile is asked for afterwards, and only the newest of it. */
function askForPicture() {
  isAskedAnew = true;
  others.abort();
  asking ??= askWhileChanged().finally(() => {
    asking = undefined;
  });
  return asking;
}

async function askWhileChanged() {
  let answer;
  while (isAskedAnew) {
    isAskedAnew = false;
    const asked = { ...state, stages: state.stages.map((stage) => new Map(stage)), output: new Map(state.output) };
    showWaiting(state.about);
    accepted ??= await findAccepted(pictureUrl(asked.picture, ''));
    answer = await ask(pictureUrl(asked.picture, asked.query), accepted).catch(unreachable);
    if (answer && asked.picture === state.picture) await showAll(asked, answer);
  }
  return answer;
}

function unreachable(error) {
  say(`The server does not answer: ${error.message}`);
}

async function showAll(asked, answer) {
  const original = pictures.find(({ name }) => name === asked.picture);
  const density = asked.output.has('dpr') ? Number(asked.output.get('dpr')) || 1 : 1;
  const size = await showAnswer(answer, density);
  const came = showFacts(answer, size, original?.bytes ?? Number.NaN);
  showFields(answer);
  log(came, formatTime(answer.ms), answer.cacheStatus.replace(/^tintype; /, ''));
  controls.refuse(refusedParameter(answer), answer.refused);
  find('#html').textContent = size ? htmlSnippet(asked, size) : '';
  find('#script').textContent = scriptSnippet(asked);
  state.about = undefined;
  if (isAskedAnew) return;
  say(answer.refused ?? `${size ? `${size.width} × ${size.height} pixels, ` : ''}${came}`);
  others = new AbortController();
  showOthers(pictureUrl(asked.picture, asked.query), accepted, original?.bytes, others.signal).catch(() => undefined);
}

/** The line of a refusal begins with the parameter's name. */
const refusedParameter = ({ refused = '' }) => parameterNamed(/^([\w-]+):/.exec(refused)?.[1] ?? '')?.name;

async function choose(picture, query = state.query) {
  Object.assign(state, { picture, query, ...parseQuery(query) });
  find('main').hidden = false;
  markChosen();
  const about = await describe(picture);
  if (state.picture !== picture) return;
  state.about = about;
  showOriginal(picture, pictures.find(({ name }) => name === picture)?.bytes ?? 0, about);
  show();
}

function markChosen() {
  for (const link of document.querySelectorAll('.strip a')) {
    const isChosen = pictureOf(link) === state.picture;
    if (isChosen) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
    if (isChosen) link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}

/** What format=json says of an original; undefined where it is no picture. */
async function describe(picture) {
  const answer = await ask(pictureUrl(picture, 'format=json'), 'application/json').catch(() => undefined);
  return answer?.refused === undefined && answer?.type.startsWith('application/json')
    ? JSON.parse(await answer.body.text())
    : undefined;
}

const pictureOf = (link) => decodeURIComponent(new URL(link.href).pathname.slice('/images/'.length));

async function purgeAndAsk() {
  const before = find('.came').textContent;
  const failure = await purge(originPath(state.picture), find('#mode').value);
  if (failure !== undefined) return say(failure);
  log('purged', find('#mode').value);
  const answer = await askForPicture();
  if (answer) say(`Purged. Before: ${before}. Now: ${verdict(answer.cacheStatus)}.`);
}

async function copy(button, text) {
  const { textContent } = button;
  const isCopied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  say(isCopied ? 'Copied.' : `The browser lets nothing be copied; it is ${text}`);
  if (!isCopied) return;
  button.textContent = 'Copied';
  setTimeout(() => {
    button.textContent = textContent;
  }, 1500);
}

function listen() {
  find('.strip').addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(pictureOf(link));
  });
  field.addEventListener('input', () => {
    const query = field.value.replace(/\s+/g, '');
    Object.assign(state, { query, ...parseQuery(query) });
    show();
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault();
  });
  find('#again').addEventListener('click', askForPicture);
  find('#purge').addEventListener('click', purgeAndAsk);
  find('#copy-url').addEventListener('click', ({ target }) => copy(target, find('#open').href));
  for (const button of document.querySelectorAll('[data-copies]')) {
    button.addEventListener('click', () => copy(button, find(`#${button.dataset.copies}`).textContent));
  }
  window.addEventListener('hashchange', startAtHash);
  window.addEventListener('focus', relist);
  listenForFiles(find('#upload'), { say, added });
}

async function added(name) {
  await relist();
  await choose(name);
  say(`${name} is in the folder.`);
}

function startAtHash() {
  if (pictures.length === 0) return undefined;
  const [picture, ...query] = location.hash.slice(1).split('?');
  const name = decodeURIComponent(picture);
  if (pictures.some((each) => each.name === name)) return choose(name, query.join('?'));
  return choose(pictures.find((each) => each.name === 'mountains.jpg')?.name ?? pictures[0].name, 'w=800&format=auto');
}

listen();
await startAtHash();
