const table = (title, head, rows) => {
  console.log(`\n${title}\n\n| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
};

const mebibytes = (bytes) => Math.round(bytes / 2 ** 20);
const rounded = (number, digits = 0) => number.toFixed(digits);

/** Microseconds of CPU for a request, and ratios to the bare server. */
export function printHits(tables) {
  for (const { status, bytes, rows } of tables) {
    const title = status === 304 ? 'Hits answered 304' : `Hits of ${Math.round(bytes / 1000)} KB`;
    const cells = rows.map(({ name, beside, cpu, ratio, low, high, perSecond, rss }) => [
      name,
      rounded(cpu, 1),
      beside,
      rounded(ratio, 2),
      `${rounded(low, 2)}–${rounded(high, 2)}`,
      rounded(perSecond),
      mebibytes(rss),
    ]);
    table(title, ['', 'CPU, µs', 'beside', 'ratio', 'quartiles', 'requests/s', 'RSS, MiB'], cells);
  }
}

/** Milliseconds of CPU for a picture. */
export function printMisses({ rows, ratio }) {
  const cells = rows.map(({ path, width, format, bare, tintype, ratio: own, isSame }) => [
    `${path} ${width} ${format}`,
    rounded(bare, 1),
    rounded(tintype, 1),
    rounded(own, 3),
    isSame ? 'yes' : 'no',
  ]);
  table('Misses', ['', 'bare sharp, CPU ms', 'tintype, CPU ms', 'ratio', 'same bytes'], cells);
  console.log(`\nAll of them together: ${rounded(ratio, 3)}`);
}

/** Two hundred requests at once. */
export function printStorms(rows) {
  const cells = rows.map(
    ({ name, storm, answered, refused, renders, seconds, p99, cpuSeconds, before, peak, hits }) => [
      `${name}: ${storm}`,
      answered,
      refused,
      renders ?? '',
      rounded(seconds, 1),
      rounded(p99 / 1000, 1),
      rounded(cpuSeconds, 2),
      `${mebibytes(before)} → ${mebibytes(peak)}`,
      hits === undefined ? '' : `${rounded(hits.p50, 1)} / ${rounded(hits.p99, 1)} (${hits.count})`,
    ],
  );
  const head = ['', '200', '503', 'renders', 's', 'p99, s', 'CPU, s', 'RSS, MiB', 'hits meanwhile: p50 / p99, ms'];
  table('200 requests at once', head, cells);
}
