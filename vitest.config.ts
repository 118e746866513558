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

export default defineConfig({
  resolve: {
    // Tests run on the sources: no build between an edit and a result.
    alias: [
      { find: /^@tintype\/(core|express|koa|redis)$/, replacement: `${import.meta.dirname}/packages/$1/src/index.ts` },
      { find: /^@tintype\/core\/internal$/, replacement: `${import.meta.dirname}/packages/core/src/internal.ts` },
    ],
  },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      project('core', 'packages/core/test'),
      project('integration', 'test', { exclude: [`${conformance}/**`] }),
      // Alone, because its tests are about seconds.
      project('conformance', conformance, { group: 1 }),
    ],
    coverage: { include: ['packages/*/src/**'] },
  },
});
