import type { Stage } from '../transform/stage.ts';
import { checkCompany, inOrder, texts } from './native-layer.ts';
import { type Name, nativeParameters, sharedNames, spellings, type ValueOf } from './native-parameters.ts';
import { fromStage, type Read, toStage } from './native-stage.ts';
import { type Parameter, readParameter, refusal } from './parameter.ts';
import { type Grammar, readQuery, type Values, writeQuery } from './query.ts';

/** What the native dialect's queries are read by. */
export const grammar: Grammar = { names: spellings, isShared: (name) => sharedNames.has(name) };

/** Gives what parameters say, read. */
export function reader(values: Values): Read {
  return <N extends Name>(name: N) => {
    const text = values.get(name);
    const type = nativeParameters[name] as Parameter<unknown> as Parameter<ValueOf<N>>;
    return text === undefined ? undefined : readParameter(name, text, type);
  };
}

/** The stage that parameters say, and the stages of its overlay. */
export function stageOf(values: Values, dpr: number): Stage {
  return toStage(reader(values), dpr, (query) => stagesWithin(query, dpr));
}

/**
 * The stages of an overlay, in a query of their own.
 *
 * @throws TintypeError `INVALID_PARAMETER` for what is none of a stage's: there nothing else can be meant.
 */
function stagesWithin(query: string, dpr: number): readonly Stage[] {
  const { stages, shared, rest } = readQuery(query, grammar);
  const [strange = rest?.split('&')[0]?.split('=')[0]] = shared.keys();
  if (strange !== undefined) throw refusal('overlay-do', strange, 'is no parameter of a stage');
  checkCompany({ stages, shared });
  return stages.map((stage) => stageOf(stage, dpr));
}

/** What a stage is written as. */
export function valuesOf(stage: Stage): Values {
  return texts(fromStage(stage, writtenStages));
}

function writtenStages(stages: readonly Stage[]): string {
  return writeQuery(inOrder({ stages: stages.map(valuesOf), shared: new Map() }).stages, new Map(), '|');
}
