import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { nativeParameters, sharedNames, spellings } from '../packages/core/src/dialect/native-parameters.ts';

describe('the table from which the page makes its controls', () => {
  interface Row {
    readonly name: string;
    readonly isOutput?: boolean;
    readonly options?: string | readonly string[];
    readonly words?: readonly string[];
    readonly sliders?: readonly { readonly min: number; readonly max: number; readonly rest: number }[];
    readonly swatch?: number;
    readonly excludes?: readonly string[];
  }
  interface Table {
    readonly parameters: readonly Row[];
    parameterNamed(name: string): Row | undefined;
    withPart(row: Row, text: string, index: number, part: string): string;
  }
  let table: Table;

  beforeAll(async () => {
    table = await import(join(import.meta.dirname, '../examples/express/public/parameters.js'));
  });

  it('has every parameter of the grammar but those of signed URLs, each once', () => {
    const names = Object.keys(nativeParameters).filter((name) => !['expires', 's'].includes(name));
    expect(table.parameters.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  it('knows what stands once in a URL, and every spelling', () => {
    const shared = [...sharedNames].filter((name) => !['expires', 's'].includes(name));
    const once = table.parameters.filter(({ isOutput }) => isOutput).map(({ name }) => name);
    expect(once.sort()).toEqual(shared.sort());
    for (const [spelling, name] of spellings) {
      const known = ['expires', 's'].includes(name) ? undefined : name;
      expect([spelling, table.parameterNamed(spelling)?.name]).toEqual([spelling, known]);
    }
  });

  it('offers only what the grammar takes', () => {
    const refused = table.parameters.flatMap((row) => {
      const ends = (row.sliders ?? []).flatMap(({ min, max, rest }, index) =>
        [min, max, rest].map((value) => table.withPart(row, '', index, String(value))),
      );
      const colours = row.swatch === undefined ? [] : [table.withPart(row, '', row.swatch, 'd2691e')];
      const options = typeof row.options === 'string' ? [] : (row.options ?? []);
      const type = nativeParameters[row.name as keyof typeof nativeParameters];
      const texts = [...options, ...(row.words ?? []), ...ends, ...colours];
      return texts.filter((text) => type.read(text) === undefined).map((text) => `${row.name}=${text}`);
    });
    expect(refused).toEqual([]);
  });
});
