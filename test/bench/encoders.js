// Which qualities of JPEG, WebP and AVIF look alike, and what each setting of the encoders costs. Prints Markdown.
// Run: npm run bench:encoders [-- <folder of pictures>]. Without a folder it takes the pictures that npm start draws.
// It takes half an hour or more; with butteraugli_main (Debian: libjxl-devtools) its score governs, else SSIM.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { drawPictures } from '../../examples/express/pictures/index.js';
import { mean, qualityAt } from './encoders/mapping.js';
import { readDrawing, readPictures } from './encoders/pictures.js';
import { butteraugli, hasButteraugli, ssim } from './encoders/scores.js';
import { animated, cpuOf, defaults, exact, pictureOf, variants } from './encoders/settings.js';

const anchors = [1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100];
const grid = [1, 5, 10, 20, 30, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100];
/** Where settings are compared: the default, what Save-Data asks for, and what is nearly exact. */
const compared = [45, 80, 92];
const drawn = join(import.meta.dirname, '../../examples/express/.pictures');

// One thread, as a server that renders several pictures at once has for each.
sharp.concurrency(1);
sharp.cache(false);

const folder = process.argv[2] ?? drawn;
if (folder === drawn) await drawPictures(drawn);
const directory = await mkdtemp(join(tmpdir(), 'tintype-bench-'));
const scores = (await hasButteraugli()) ? ['butteraugli', 'ssim'] : ['ssim'];
const [governing] = scores;
const { photographs, animations } = await readPictures(folder, directory);

const progress = (line) => process.stderr.write(`${line}\n`);
const table = (head, rows) => {
  console.log(`\n| ${head.join(' | ')} |\n|${head.map(() => ' --- |').join('')}`);
  // A width that no picture is large enough for has no mean.
  for (const row of rows) console.log(`| ${row.join(' | ').replaceAll('NaN', '–')} |`);
};

/** One encoding: its size, and what it lost by each score. */
async function measure(photograph, encode, quality) {
  const bytes = await encode(pictureOf(photograph), quality).toBuffer();
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const decoded = { data, width: info.width, height: info.height };
  const loss = { ssim: 1 - ssim(photograph, decoded) };
  if (governing === 'butteraugli') loss.butteraugli = await butteraugli(photograph, decoded, directory);
  return { quality, bytes: bytes.length, loss };
}

/** One list of measurements per photograph. */
async function measureAll(encode, qualities) {
  const all = [];
  for (const photograph of photographs) {
    const points = [];
    for (const quality of qualities) points.push(await measure(photograph, encode, quality));
    all.push(points);
  }
  return all;
}

const ofWidth = (values, width) => values.filter((_, index) => photographs[index].asked === width);
const curveOf = (points, score) => points.map(({ quality, loss }) => [quality, loss[score]]);

/** The quality of one setting that loses what `quality` of another loses, per photograph. */
function alike(jpeg, other, quality, score) {
  return jpeg.map((points, index) => {
    const at = points.find((point) => point.quality === quality);
    return qualityAt(curveOf(other[index], score), at.loss[score]);
  });
}

const jpegQualities = [...new Set([...anchors, ...compared])].sort((a, b) => a - b);
const measured = {};
for (const [name, encode] of Object.entries(defaults)) {
  progress(name);
  measured[name] = await measureAll(encode, name === 'JPEG' ? jpegQualities : grid);
}

const { JPEG: jpeg, ...others } = measured;
console.log(`${photographs.length} pictures. Qualities that look like JPEG's, by each score; ${governing} governs.`);
table(
  ['JPEG', ...Object.keys(others).flatMap((name) => scores.map((score) => `${name}, ${score}`))],
  jpegQualities.map((quality) => [
    quality,
    ...Object.values(others).flatMap((other) =>
      scores.map((score) => {
        const found = alike(jpeg, other, quality, score);
        const range = score === governing ? ` (${Math.min(...found).toFixed(0)}–${Math.max(...found).toFixed(0)})` : '';
        return mean(found).toFixed(1) + range;
      }),
    ),
  ]),
);
console.log('\nThe same by width, governing score.');
table(
  ['JPEG', ...Object.keys(others).flatMap((name) => [`${name}, 1280`, `${name}, 400`])],
  jpegQualities.map((quality) => [
    quality,
    ...Object.values(others).flatMap((other) => {
      const found = alike(jpeg, other, quality, governing);
      return [1280, 400].map((width) => mean(ofWidth(found, width)).toFixed(1));
    }),
  ]),
);

const columns = ['quality', 'CPU ms, 1280', 'CPU ms, 400', 'KB, 1280', 'KB, 400', ...scores];

/** Costs and scores of one setting at one quality. */
async function rowOf(encode, quality) {
  const at = (await measureAll(encode, [quality])).flat();
  const cpu = [];
  for (const photograph of photographs) cpu.push(await cpuOf(() => encode(pictureOf(photograph), quality).toBuffer()));
  const by = (values, width) => mean(ofWidth(values, width));
  const kilobytes = at.map(({ bytes }) => bytes / 1000);
  return [
    quality,
    ...[by(cpu, 1280), by(cpu, 400), by(kilobytes, 1280), by(kilobytes, 400)].map((value) => value.toFixed(1)),
    ...scores.map((score) => mean(at.map(({ loss }) => (score === 'ssim' ? 1 - loss.ssim : loss[score]))).toFixed(3)),
  ];
}

/** What the default quality is in each encoder's own terms. */
let usual;
for (const quality of compared) {
  progress(`like JPEG q${quality}`);
  const like = { JPEG: quality };
  const rows = [];
  for (const [name, encode] of Object.entries(defaults)) {
    like[name] ??= Math.round(mean(alike(jpeg, measured[name], quality, governing)));
    rows.push([name, ...(await rowOf(encode, like[name]))]);
  }
  if (quality === 80) {
    usual = like;
    const progressive = (picture) => picture.jpeg({ quality, progressive: true });
    rows.push(['JPEG progressive', ...(await rowOf(progressive, quality))]);
  }
  for (const [name, [base, encode]] of Object.entries(quality === 80 ? variants : {})) {
    progress(name);
    const about = [-15, -5, 5].map((step) => Math.max(1, Math.min(100, like[base] + step)));
    const other = await measureAll(encode, about);
    rows.push([name, ...(await rowOf(encode, Math.round(mean(alike(jpeg, other, quality, governing)))))]);
  }
  console.log(`\nLike JPEG q${quality}, mean of the pictures.`);
  table(['setting', ...columns], rows);
}

progress('exact');
const lossless = [
  ['drawing with alpha', await readDrawing()],
  ...photographs.filter(({ asked }) => asked === 1280).map((photograph) => ['photograph', photograph]),
];
async function costs(encode) {
  const bytes = await encode().toBuffer();
  return { cpu: await cpuOf(() => encode().toBuffer()), kilobytes: bytes.length / 1000 };
}
const lossy = Object.entries(defaults).map(([name, encode]) => [
  `${name}, quality ${usual[name]}`,
  (picture) => encode(name === 'JPEG' ? picture.flatten({ background: '#fff' }) : picture, usual[name]),
]);
for (const kind of ['drawing with alpha', 'photograph']) {
  const rows = [];
  const pictures = lossless.filter(([its]) => its === kind).map(([, picture]) => picture);
  for (const [name, encode] of [...Object.entries(exact), ...(kind === 'photograph' ? [] : lossy)]) {
    const found = [];
    for (const picture of pictures) found.push(await costs(() => encode(pictureOf(picture))));
    rows.push([
      name,
      mean(found.map(({ cpu }) => cpu)).toFixed(1),
      mean(found.map(({ kilobytes }) => kilobytes)).toFixed(1),
    ]);
  }
  console.log(`\nExact, ${kind}, 1280 px.`);
  table(['setting', 'CPU ms', 'KB'], rows);
}

// From the file, because a GIF made from a GIF keeps its palette: decoding and resizing are in these figures.
for (const { path, frames } of animations) {
  progress('animation');
  const rows = [];
  for (const [name, encode] of Object.entries(animated)) {
    const { cpu, kilobytes } = await costs(() => encode(sharp(path, { animated: true }).resize(400)));
    rows.push([name, cpu.toFixed(0), kilobytes.toFixed(0)]);
  }
  console.log(`\nAnimation, ${frames} frames, 400 px wide.`);
  table(['setting', 'CPU ms', 'KB'], rows);
}

await rm(directory, { recursive: true });
