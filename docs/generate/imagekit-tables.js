import { table } from './parameter-tables.js';

/** The headings of the tables of rows. */
const headings = {
  picture: 'What is done to a picture',
  output: 'What comes out',
  layer: 'Layers',
  text: 'Words, in an `l-text`',
  canvas: 'Blocks of one colour, in an `l-image` of `ik_canvas`',
};

/** All tables of the dialect of ImageKit, a heading for each, as Markdown. */
export function imagekitTables(tables) {
  return Object.entries(headings)
    .map(([name, heading]) => `#### ${heading}\n\n${rowTable(tables[name])}`)
    .join('\n\n');
}

function rowTable(rows) {
  return table(
    ['key', 'values', 'meaning'],
    Object.entries(rows).map(([name, { allowed, doc, aliases }]) => [
      [name, ...aliases].map((each) => `\`${each}\``).join(', '),
      allowed.replaceAll('"_"', '"\\_"'),
      doc,
    ]),
  );
}

/** The table of what is refused, as Markdown. */
export function refusalTable(refusals) {
  return table(
    ['refused', 'because'],
    refusals.map(({ names, reason }) => [names.map((name) => `\`${name}\``).join(', '), reason]),
  );
}
