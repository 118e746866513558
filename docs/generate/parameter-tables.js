/** The headings of the groups. */
export const titles = {
  size: 'Size',
  crop: 'Crop',
  turn: 'Turn',
  colour: 'Colour',
  effect: 'Effects',
  frame: 'Frame',
  overlay: 'Overlay',
  text: 'Words',
  output: 'Output',
  request: 'The request',
};

/** The tables of all parameters, a heading for each group, as Markdown. */
export function parameterTables(parameters) {
  return Object.entries(grouped(parameters))
    .map(([group, rows]) => `### ${titles[group]}\n\n${table(['name', 'values', 'meaning'], rows.map(toRow))}`)
    .join('\n\n');
}

function grouped(parameters) {
  const groups = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    groups[parameter.group] ??= [];
    groups[parameter.group].push([name, parameter]);
  }
  return groups;
}

function toRow([name, { aliases, allowed, doc }]) {
  // As Prettier writes it.
  return [[name, ...aliases].map((each) => `\`${each}\``).join(', '), allowed.replaceAll('"_"', '"\\_"'), doc];
}

/** A table of pictures with their URLs. */
export function galleryTable(gallery) {
  const rows = Object.entries(gallery).map(([name, url]) => [
    `![${name}](pictures/${name}.webp)`,
    `\`${url.replaceAll('|', '%7C')}\``,
  ]);
  return table(['picture', 'URL'], rows);
}

/** A Markdown table as Prettier lays it out. */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => [...row[column]].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => cell + ' '.repeat(widths[column] - [...cell].length)).join(' | ')} |`;
  const [first, ...others] = cells;
  return [line(first), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others.map(line)].join('\n');
}

/** A page with what stands between two comments replaced. */
export function withSection(page, name, content) {
  const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- /${name} -->`];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`Expected ${begin} and ${end} in the page`);
  return `${before}${begin}\n\n${content}\n\n${end}${after}`;
}
