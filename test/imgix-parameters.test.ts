import { imgix } from '@tintype/core';
import list from 'imgix-url-params/dist/parameters.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { refusedParameters } from '../packages/core/src/dialect/imgix/refused-parameters.ts';
import { rows, spellings } from '../packages/core/src/dialect/imgix/table.ts';

interface VendorParameter {
  readonly aliases?: readonly string[];
  readonly disallow_base64?: boolean;
}

/** The vendor's own list, which grows with versions of it. */
const parameters = Object.entries(list.parameters as Readonly<Record<string, VendorParameter>>);

/** An alias of the list that is no parameter's name, and one that is its own. */
const noAliases: readonly string[] = ['video-generate=vtt', 'bg-remove-transparency-threshold'];

describe("the vendor's list of parameters", () => {
  it('is long', () => {
    expect(parameters.length).toBeGreaterThan(200);
  });

  it.each(parameters)('%s is a row, with its aliases and in base64 where it may be', (name, parameter) => {
    const row = rows.get(name) ?? refusedParameters[name];
    const aliases = (parameter.aliases ?? []).filter((alias) => !noAliases.includes(alias));
    expect([...(row?.aliases ?? ['none'])].sort()).toEqual([...aliases].sort());
    expect(spellings.has(`${name}64`)).toBe(parameter.disallow_base64 !== true);
  });

  it('has all that the table has', () => {
    const names = parameters.map(([name]) => name);
    const own = [...rows.keys(), ...Object.keys(refusedParameters)].filter((name) => !names.includes(name));
    // The signature is none of its parameters.
    expect(own).toEqual(['s']);
  });

  it('gives nothing that is both built and refused', () => {
    expect([...rows.keys()].filter((name) => Object.hasOwn(refusedParameters, name))).toEqual([]);
  });

  it('has words for colours that are all read', () => {
    // All are CSS's but those that the vendor has named after itself.
    for (const word of list.colorKeywordValues.filter((each) => !each.startsWith('imgix'))) {
      const request = imgix().parse({ path: '/a.jpg', query: `bg=${word}` });
      expect(request?.transformation.stages[0]?.background, word).toMatchObject({ alpha: 255 });
    }
  });
});
