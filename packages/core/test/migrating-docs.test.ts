import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { imagekitTables, refusalTable } from '../../../docs/generate/imagekit-tables.js';
import { withSection } from '../../../docs/generate/parameter-tables.js';
import { canvasParameters, layerParameters, textParameters } from '../src/dialect/imagekit/layer-parameters.ts';
import { outputParameters, pictureParameters } from '../src/dialect/imagekit/parameters.ts';
import { refusals } from '../src/dialect/imagekit/refusals.ts';
import { imagekit } from '../src/index.ts';

const page = readFileSync(`${import.meta.dirname}/../../../docs/migrating-from-imagekit.md`, 'utf8');

describe('docs/migrating-from-imagekit.md', () => {
  it('has what the code generates of it: a row for each key that is taken, and for all that is refused', () => {
    const rows = {
      picture: pictureParameters,
      output: outputParameters,
      layer: layerParameters,
      text: textParameters,
      canvas: canvasParameters,
    };
    const taken = withSection(page, 'taken', imagekitTables(rows));
    // If this fails, `npm run docs`.
    expect(page).toBe(withSection(taken, 'refused', refusalTable(refusals)));
    for (const name of Object.values(rows).flatMap((table) => Object.keys(table)))
      expect(page).toContain(`\`${name}\``);
  });

  it('shows options that are taken', () => {
    const [, options = ''] = /dialect: imagekit\((\{.*\})\)/.exec(page) ?? [];
    const { thumb } = /(?<name>thumb): '(?<thumb>[^']*)'/.exec(options)?.groups ?? {};
    const dialect = imagekit({ named: { thumb: thumb ?? '' } });
    expect(dialect.parse({ path: '/a.jpg', query: 'tr=n-thumb' })?.transformation.stages).toHaveLength(1);
  });
});
