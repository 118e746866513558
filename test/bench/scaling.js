// A model, not a measurement: what each layer of a fleet saves and costs, by how the fleet is set up. Random traffic by
// Zipf's law over originals and their derivatives, byte-bounded LRU layers, lifetimes, purges. The same numbers come out
// each time; all counts are per million
// requests of users, but those of a minute as they are.
// Run: npm run bench:scaling [-- --table=cdn --seed=1 --exponent=0.8 --pictures=5000 --widths=8 --rate=200 --json=file]

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from './scaling/run.js';
import { standard, tables } from './scaling/set-ups.js';

const text = { type: 'string' };
const numeric = ['seed', 'exponent', 'pictures', 'widths', 'rate', 'requests'];
const { values } = parseArgs({
  options: { table: text, json: text, ...Object.fromEntries(numeric.map((name) => [name, text])) },
});
const given = Object.fromEntries(
  numeric.filter((name) => values[name] !== undefined).map((name) => [name, Number(values[name])]),
);
const file = resolve(values.json ?? join(import.meta.dirname, '.cache/scaling.json'));

const count = (number) => number.toLocaleString('en-GB');
const percent = (share) => (share === undefined ? '–' : `${(100 * share).toFixed(1)} %`);
const decimal = (number) => number.toFixed(number < 10 ? 2 : 1);

const columns = {
  'CDN edge': ({ edge }) => percent(edge),
  'CDN shield': ({ shield }) => percent(shield),
  'reach us': ({ asked }) => count(asked),
  memory: ({ memory }) => percent(memory),
  store: ({ store }) => percent(store),
  renders: ({ renders }) => count(renders),
  'origin, full': ({ full }) => count(full),
  'origin, 304': ({ conditional }) => count(conditional),
  'store reads': ({ reads }) => count(reads),
  'store writes': ({ writes }) => count(writes),
  locks: ({ locks }) => count(locks),
  'MB/s read': ({ megabytesRead }) => decimal(megabytesRead),
  'MB/s written': ({ megabytesWritten }) => decimal(megabytesWritten),
  'store holds': ({ storeBytes }) => `${(storeBytes / 2 ** 30).toFixed(1)} GiB`,
};

function print(title, rows) {
  const isTold = ([name]) => !name.startsWith('CDN') || rows.some(({ settings }) => settings.edges > 0);
  const told = Object.entries(columns).filter(isTold);
  console.log(`\n${title}\n`);
  console.log(`| | ${told.map(([name]) => name).join(' | ')} |\n|---|${told.map(() => '---:|').join('')}`);
  for (const { name, result } of rows) {
    console.log(`| ${name} | ${told.map(([, format]) => format(result)).join(' | ')} |`);
  }
}

const results = [];
for (const { name: table, title, rows } of tables) {
  if (values.table !== undefined && values.table !== table) continue;
  const ran = rows.map(([name, own]) => {
    const settings = { ...standard, ...own, ...given };
    return { name, settings, result: run(settings) };
  });
  print(title, ran);
  results.push({ table, title, rows: ran });
}
if (results.length === 0) {
  console.error(`Expected --table to be one of ${tables.map(({ name }) => name).join(', ')}`);
  process.exit(1);
}
await mkdir(dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify({ standard: { ...standard, ...given }, tables: results }, undefined, 2)}\n`);
console.log(`\n${file}`);
