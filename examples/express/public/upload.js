// Puts files into the folder of the server: those that are chosen, and those that are dropped onto the page.

const largest = 25e6;

/** @param page `say` tells what goes on, `added` is called with the name under which the last of them lies there. */
export function listenForFiles(input, page) {
  input.addEventListener('change', () => upload([...input.files], page));
  const isFiles = (event) => event.dataTransfer?.types.includes('Files');
  document.addEventListener('dragover', (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping');
  });
  document.addEventListener('drop', (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    document.body.classList.remove('dropping');
    upload([...event.dataTransfer.files], page);
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
