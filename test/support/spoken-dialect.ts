import type { Dialect, Transformation } from '@tintype/core';
import { canonicalTransformation } from '../../packages/core/src/transform/canonical.ts';

/** A dialect whose query is a transformation as it is, in JSON: for what no URL of another says. */
export const spoken: Dialect = {
  name: 'spoken',
  parse: ({ path, query }) => ({
    path,
    version: undefined,
    transformation: canonicalTransformation(JSON.parse(decodeURIComponent(query)) as Transformation),
  }),
  format: (path) => path,
};

/** The target of a path and the stages that are to be done to it, made a PNG. */
export function saying(path: string, ...stages: Transformation['stages']): string {
  return `${path}?${encodeURIComponent(JSON.stringify({ stages, output: { format: 'png' } }))}`;
}
