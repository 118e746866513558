// The playground: a picture, a query, and what the server makes of them. The state is what is asked for; the controls and
// the text are two views of it, and whoever changes one changes the other.
import { createControls } from './controls.js';
import { ask, findAccepted, purge, verdict } from './delivery.js';
import { formatTime } from './element.js';
import { fetchFolder, listenForFiles, listenToStrip, markChosen, refreshStrip } from './folder.js';
import { createPad } from './pad.js';
import { parameterNamed } from './parameters.js';
import { decode, formatQuery, originPath, parseQuery, pictureUrl } from './query.js';
import {
  log,
  showAnswer,
  showFacts,
  showFields,
  showOriginal,
  showOthers,
  showPlaceholder,
  showWaiting,
} from './results.js';
import { htmlSnippet, scriptSnippet } from './snippets.js';
import { showStages } from './stages.js';

const find = (selector) => document.querySelector(selector);
const field = find('#query');
const state = { picture: '', query: '', stages: [new Map()], output: new Map(), stage: 0 };
let { pictures, presets } = await fetchFolder();

const say = (text) => {
  find('.said').textContent = text;
};
const presetText = (preset) =>
  [preset]
    .flat()
    .map((stage) => formatQuery({ stages: [new Map(Object.entries(stage))], output: new Map() }))
    .join('|');
const bytesOf = (picture) => pictures.find(({ name }) => name === picture)?.bytes ?? Number.NaN;

const controls = createControls(
  find('#controls'),
  {
    pictures: () => pictures.map(({ name }) => ({ value: originPath(name), label: name })),
    presets: () => Object.entries(presets).map(([value, preset]) => ({ value, note: presetText(preset) })),
  },
  setParameter,
);
const pad = createPad((name, text) => setParameter(parameterNamed(name), text));
controls.group('Crop').body.prepend(pad.node);

function setParameter({ name, isOutput, excludes = [] }, text) {
  // What is said beside a preset counts more than it: it would be hidden by what was tried before.
  if (name === 'preset' && text !== '') Object.assign(state, parseQuery(''), { stage: 0 });
  const values = isOutput ? state.output : state.stages[state.stage];
  if (text === '') values.delete(name);
  else {
    values.set(name, text);
    for (const other of excludes) values.delete(other);
  }
  state.query = formatQuery(state);
  show();
}

function setStages(stages, stage) {
  Object.assign(state, { stages, stage });
  state.query = formatQuery(state);
  show();
}

function setQuery(query) {
  Object.assign(state, { query, ...parseQuery(query) });
  state.stage = Math.min(state.stage, state.stages.length - 1);
  show();
}

/** Shows the state everywhere, and asks for its picture. */
function show() {
  const { picture, query, stages, stage, output } = state;
  const url = pictureUrl(picture, query);
  controls.show(new Map([...stages[stage], ...output]));
  showStages(find('.stages'), state, setStages);
  pad.show(beginningOf(stage), stages[stage]);
  if (field.value !== query) field.value = query;
  find('#open').href = url;
  find('.address .path').textContent = `${pictureUrl(picture, '')}?`;
  history.replaceState(undefined, '', `#${url.slice('/images/'.length)}`);
  askForPicture();
}

/** A small picture of what the cut of a stage begins with. */
function beginningOf(stage) {
  const trim = new Map([...state.stages[stage]].filter(([name]) => name === 'trim'));
  const small = new Map(Object.entries({ w: '480', format: 'auto' }));
  return pictureUrl(
    state.picture,
    formatQuery({ stages: [...state.stages.slice(0, stage), trim, small], output: new Map() }),
  );
}

let accepted;
let asking;
let isAskedAnew = false;
let others = new AbortController();
let comparing;

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
    showWaiting();
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
  const size = await showAnswer(answer, Number(asked.output.get('dpr')) || 1);
  const came = showFacts(answer, size, bytesOf(asked.picture));
  showFields(answer);
  log(came, formatTime(answer.ms), answer.cacheStatus.replace(/^tintype; /, ''));
  controls.refuse(refusedParameter(answer), answer.refused);
  find('#html').textContent = size ? htmlSnippet(asked, size) : '';
  find('#script').textContent = scriptSnippet(asked);
  if (isAskedAnew) return;
  say(answer.refused ?? `${size ? `${size.width} × ${size.height} pixels, ` : ''}${came}`);
  if (answer.refused !== undefined) return;
  others = new AbortController();
  const url = pictureUrl(asked.picture, asked.query);
  comparing = showOthers(url, accepted, bytesOf(asked.picture), others.signal).catch(() => undefined);
}

/** The line of a refusal begins with the parameter's name. */
const refusedParameter = ({ refused = '' }) => parameterNamed(/^([\w-]+):/.exec(refused)?.[1] ?? '')?.name;

async function choose(picture, query = state.query) {
  state.picture = picture;
  find('main').hidden = false;
  markChosen(picture);
  setQuery(query);
  const about = await describe(picture);
  if (state.picture !== picture) return;
  showOriginal(picture, bytesOf(picture), about);
  if (asking) showPlaceholder(about);
}

/** What format=json says of an original; undefined where it is no picture. */
async function describe(picture) {
  const answer = await ask(pictureUrl(picture, 'format=json'), 'application/json').catch(() => undefined);
  return answer?.refused === undefined && answer?.type.startsWith('application/json')
    ? JSON.parse(await answer.body.text())
    : undefined;
}

async function purgeAndAsk() {
  // The next request shall be the one whose answer is shown.
  others.abort();
  await Promise.all([asking, comparing]);
  const before = find('.came').textContent;
  const mode = find('#mode').value;
  const failure = await purge(originPath(state.picture), mode);
  if (failure !== undefined) return say(failure);
  log('purged', mode, originPath(state.picture));
  const answer = await askForPicture();
  if (answer) say(`Purged. Before: ${before}. Now: ${verdict(answer.cacheStatus)}.`);
}

async function copy(button, text) {
  const isCopied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  say(isCopied ? 'Copied.' : `The browser lets nothing be copied; it is ${text}`);
  if (!isCopied || button.textContent === 'Copied') return;
  const { textContent } = button;
  button.textContent = 'Copied';
  setTimeout(() => {
    button.textContent = textContent;
  }, 1500);
}

/** Reads the folder anew: somebody may have put something there. */
async function relist() {
  const before = JSON.stringify(pictures);
  ({ pictures, presets } = await fetchFolder());
  if (JSON.stringify(pictures) === before) return;
  await refreshStrip();
  controls.relist();
  if (state.picture === '') await start();
  else markChosen(state.picture);
}

async function added(name) {
  await relist();
  await choose(name);
  say(`${name} is in the folder.`);
}

/** Shows the picture that the address names; undefined where it names none that is there. */
function followAddress() {
  const [picture, ...query] = location.hash.slice(1).split('?');
  const name = decode(picture.replaceAll('+', '%2B'));
  return pictures.some((each) => each.name === name) ? choose(name, query.join('?')) : undefined;
}

function start() {
  const first = pictures.find(({ name }) => name === 'mountains.jpg') ?? pictures[0];
  return followAddress() ?? (first && choose(first.name, 'w=800&format=auto'));
}

listenToStrip(choose);
listenForFiles(find('#upload'), { say, added });
field.addEventListener('input', () => setQuery(field.value.replace(/\s+/g, '')));
find('#again').addEventListener('click', askForPicture);
find('#purge').addEventListener('click', purgeAndAsk);
find('#copy-url').addEventListener('click', ({ target }) => copy(target, find('#open').href));
for (const button of document.querySelectorAll('[data-copies]')) {
  button.addEventListener('click', () => copy(button, find(`#${button.dataset.copies}`).textContent));
}
window.addEventListener('focus', relist);
window.addEventListener('hashchange', followAddress);
await start();
