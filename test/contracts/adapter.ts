import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escapedErrors } from '../support/escaped-errors.ts';
import { makePictures, type Pictures } from '../support/pictures.ts';
import type { Adapter } from '../support/sites.ts';
import { describeAnswers } from './adapter-answers.ts';
import { describeCompany } from './adapter-company.ts';
import { describeFailures } from './adapter-failures.ts';
import { describeParts } from './adapter-parts.ts';
import { describePurgeRoutes } from './adapter-purge.ts';
import { describeTargets } from './adapter-targets.ts';

/** What the sections of the contract work with. */
export interface AdapterContract {
  readonly adapter: Adapter;
  /** The folder of originals, once the tests run. */
  readonly root: () => string;
}

/** What every adapter must do, on real servers. */
export function describeAdapter(name: string, createAdapter: () => Adapter): void {
  describe(name, () => {
    let pictures: Pictures;
    const escaped = escapedErrors();

    beforeAll(async () => {
      pictures = await makePictures();
    });

    afterAll(async () => {
      await pictures.remove();
    });

    const contract = { adapter: createAdapter(), root: () => pictures.root };
    describeAnswers(contract);
    describeParts(contract);
    describeTargets(contract);
    describeCompany(contract);
    describePurgeRoutes(contract);
    describeFailures(contract);

    it('let no rejection and no exception reach the process in all of this', () => {
      expect(escaped).toEqual([]);
    });
  });
}
