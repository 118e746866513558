// The folder of the server: what is in it, and how files come into it.

const largest = 25e6;
const strip = document.querySelector('.strip');

/** What the server says of its folder: `pictures`, each with `name` and `bytes`, and `presets`. */
export async function fetchFolder() {
  return (await fetch('/pictures', { cache: 'no-store' })).json();
}

/** Shows the folder as it is now, by the links of a fresh page. */
export async function refreshStrip() {
  const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html');
  strip.replaceChildren(...page.querySelector('.strip').children);
}

const pictureOf = (link) => decodeURIComponent(new URL(link.href).pathname.slice('/images/'.length));

/** Marks one of the links. */
export function markChosen(picture) {
  for (const link of strip.querySelectorAll('a')) {
    link.setAttribute('aria-current', pictureOf(link) === picture);
    if (pictureOf(link) === picture) link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}

/** Calls `choose` with the name of a picture whose link is followed in this window. */
export function listenToStrip(choose) {
  strip.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(pictureOf(link));
  });
}

/**
 * Uploads files that are chosen, and those that are dropped onto the page.
 *
 * @param page `say` tells what goes on, `added` is called with the name under which the last of them lies there.
 */
export function listenForFiles(input, page) {
  input.addEventListener('change', async () => {
    await upload([...input.files], page);
    input.value = '';
  });
  const isFiles = (event) => event.dataTransfer?.types.includes('Files');
  document.addEventListener('dragover', (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping');
  });
  document.addEventListener('drop', async (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    document.body.classList.remove('dropping');
    await upload([...event.dataTransfer.files], page);
  });
}

async function upload(files, { say, added }) {
  const failures = [];
  let last;
  for (const file of files) {
    say(`Adding ${file.name} …`);
    const { name, failure } = await put(file).catch((error) => ({ failure: error.message }));
    if (failure === undefined) last = name;
    else failures.push(`${file.name}: ${failure}`);
  }
  if (last !== undefined) await added(last);
  if (failures.length > 0) say(failures.join(' '));
}

async function put(file) {
  if (file.size > largest) return { failure: 'over 25 MB.' };
  const response = await fetch(`/pictures/${encodeURIComponent(file.name)}`, { method: 'PUT', body: file });
  if (response.status === 415) return { failure: 'no JPEG, PNG, WebP, AVIF or GIF by its name.' };
  if (!response.ok) return { failure: `the server says ${response.status}.` };
  return { name: (await response.json()).name };
}
