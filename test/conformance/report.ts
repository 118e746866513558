import type { Kind } from './suite.ts';
import { failures, ofKind, scoreOf, type Verdict } from './verdicts.ts';

const kinds: readonly Kind[] = ['required', 'optimal', 'check'];

/** What came of a run as a table, with everything below it that is not passed. */
export function toTable(verdicts: ReadonlyMap<string, readonly Verdict[]>): string {
  const rows = [...verdicts].map(([name, all]) => [name, ...kinds.map((kind) => cell(ofKind(all, kind)))]);
  const details = [...verdicts].map(([name, all]) => [`\n${name}`, ...kinds.flatMap((kind) => lines(all, kind))]);
  return [...aligned([['', 'required', 'optimal', 'checks yes'], ...rows]), ...details.flat()].join('\n');
}

function cell(verdicts: readonly Verdict[]): string {
  const { passed, total } = scoreOf(verdicts);
  return `${passed}/${total} ${((100 * passed) / total).toFixed(1)} %`;
}

function lines(verdicts: readonly Verdict[], kind: Kind): readonly string[] {
  return failures(ofKind(verdicts, kind)).map((line) => `  ${kind} ${line}`);
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  '));
}
