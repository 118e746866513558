import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const project = (name: string, directory: string): TestProjectInlineConfiguration => ({
  extends: true,
  test: { name, include: [`${directory}/**/*.test.ts`] },
});

export default defineConfig({
  resolve: {
    // Tests run on the sources: no build between an edit and a result.
    alias: [{ find: /^@tintype\/(core|express|koa)$/, replacement: `${import.meta.dirname}/packages/$1/src/index.ts` }],
  },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [project('core', 'packages/core/test'), project('integration', 'test')],
    coverage: { include: ['packages/*/src/**'] },
  },
});
