import type { Values } from './query.ts';

/** What one of several sources says: the URL, a preset, the defaults of an endpoint. */
export interface ParameterLayer {
  readonly stages: readonly Values[];
  readonly shared: Values;
}

/** A layer that says nothing. */
export const emptyLayer: ParameterLayer = { stages: [], shared: new Map() };

/** What a lower layer says where an upper one says nothing: parameter by parameter, stage by stage. */
export function merge(upper: ParameterLayer, lower: ParameterLayer): ParameterLayer {
  const count = Math.max(upper.stages.length, lower.stages.length);
  const stages = Array.from({ length: count }, (_, index) => mergeValues(upper.stages[index], lower.stages[index]));
  return { stages, shared: mergeValues(upper.shared, lower.shared) };
}

function mergeValues(upper: Values = new Map(), lower: Values = new Map()): Values {
  const left = [...lower].filter(([name]) => !isDisplaced(name, upper));
  return new Map([...left, ...upper]);
}

/** What is said in another way above, or of another overlay. */
function isDisplaced(name: string, upper: Values): boolean {
  if (name === 'position') return upper.has('fp');
  if (name === 'fp') return upper.has('position');
  return /^(?:overlay|block|text)\b/.test(name) && ['overlay', 'block', 'text'].some((each) => upper.has(each));
}
