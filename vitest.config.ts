import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

interface ProjectOptions {
  readonly exclude?: string[];
  /** Groups run one after the other. */
  readonly group?: number;
}

const project = (
  name: string,
  directory: string,
  { exclude = [], group = 0 }: ProjectOptions = {},
): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include: [`${directory}/**/*.test.ts`], exclude, sequence: { groupOrder: group } },
});

const conformance = 'test/conformance';

/** What takes minutes, for silent servers, random faults, floods and a browser: left out where QUICK is set. */
const long = [
  'redis/{failures,mutants,model,outages}',
  'page',
  'examples',
  'growth',
  'growth-memory',
  'security/{hostile-files,requests}',
].map((name) => `test/${name}.test.ts`);
const left = process.env.QUICK === undefined ? [] : long;

export default defineConfig({
  resolve: {
    // Tests run on the sources: no build between an edit and a result.
    alias: [
      {
        find: /^@tintype\/(core|express|koa|redis|cdn)$/,
        replacement: `${import.meta.dirname}/packages/$1/src/index.ts`,
      },
      { find: /^@tintype\/core\/internal$/, replacement: `${import.meta.dirname}/packages/core/src/internal.ts` },
    ],
  },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      project('core', 'packages/core/test'),
      project('integration', 'test', { exclude: [`${conformance}/**`, ...left] }),
      // Alone, because its tests are about seconds.
      project('conformance', conformance, { group: 1 }),
    ],
    coverage: { include: ['packages/*/src/**'] },
  },
});
