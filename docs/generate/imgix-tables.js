import { table } from './parameter-tables.js';

/** What imgix has and we refuse, as Markdown: values of parameters that work, then whole parameters, by their reasons. */
export function imgixRefusals(parameters, refused) {
  const values = Object.entries(parameters).flatMap(([name, { unbuilt }]) =>
    Object.entries(unbuilt).map(([value, reason]) => [`${name}=${value}`, reason]),
  );
  const names = Object.entries(refused).flatMap(([name, { aliases, reason }]) => [
    [[name, ...aliases].join(', '), reason],
  ]);
  const reasons = new Map();
  for (const [what, reason] of [...values, ...names]) reasons.set(reason, [...(reasons.get(reason) ?? []), what]);
  const rows = [...reasons].map(([reason, what]) => [
    what.flatMap((each) => each.split(', ').map((name) => `\`${name}\``)).join(', '),
    reason,
  ]);
  return table(['refused', 'because'], rows);
}
