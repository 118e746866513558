/**
 * Writes what is generated of the docs: the tables of parameters from the code, and the pictures by it. `npm run docs`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawPictures } from '../../examples/express/pictures/index.js';
import {
  canvasParameters,
  layerParameters,
  textParameters,
} from '../../packages/core/dist/dialect/imagekit/layer-parameters.js';
import { outputParameters, pictureParameters } from '../../packages/core/dist/dialect/imagekit/parameters.js';
import { refusals } from '../../packages/core/dist/dialect/imagekit/refusals.js';
import { refusedParameters } from '../../packages/core/dist/dialect/imgix/refused-parameters.js';
import { imgixParameters } from '../../packages/core/dist/dialect/imgix/table.js';
import { nativeParameters } from '../../packages/core/dist/dialect/native-parameters.js';
import { createTintype, folder } from '../../packages/core/dist/index.js';
import { gallery } from './gallery.js';
import { imagekitTables, refusalTable } from './imagekit-tables.js';
import { imgixRefusals } from './imgix-tables.js';
import { galleryTable, parameterTables, withSection } from './parameter-tables.js';

const docs = new URL('../', import.meta.url);
const drawn = fileURLToPath(new URL('../../examples/express/.pictures', import.meta.url));

const page = new URL('url-parameters.md', docs);
const text = readFileSync(page, 'utf8');
const tables = withSection(text, 'parameters', parameterTables(nativeParameters));
writeFileSync(page, withSection(tables, 'pictures', galleryTable(gallery)));

const migration = new URL('migrating-from-imagekit.md', docs);
const rows = {
  picture: pictureParameters,
  output: outputParameters,
  layer: layerParameters,
  text: textParameters,
  canvas: canvasParameters,
};
const taken = withSection(readFileSync(migration, 'utf8'), 'taken', imagekitTables(rows));
writeFileSync(migration, withSection(taken, 'refused', refusalTable(refusals)));

const imgixPage = new URL('migrating-from-imgix.md', docs);
const imgixText = withSection(readFileSync(imgixPage, 'utf8'), 'parameters', parameterTables(imgixParameters));
writeFileSync(imgixPage, withSection(imgixText, 'refusals', imgixRefusals(imgixParameters, refusedParameters)));

await drawPictures(drawn);
mkdirSync(new URL('pictures/', docs), { recursive: true });
const images = createTintype({ origin: folder(drawn), defaults: { format: 'webp', q: 60 } });
for (const [name, target] of Object.entries(gallery)) {
  const url = target.includes('format=') ? target.replace(/format=\w+/, 'format=webp') : target;
  const { status, body } = await images.handle({ method: 'GET', target: url, mount: '', headers: {} });
  if (status !== 200) throw new Error(`${url} was answered ${status}: ${body}`);
  writeFileSync(new URL(`pictures/${name}.webp`, docs), body);
}
await images.close();
