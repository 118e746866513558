import { TintypeError } from '../errors.ts';
import type { StagedParameters } from './dialect.ts';
import { emptyLayer, merge, type ParameterLayer } from './layers.ts';
import { checkCompany, toLayer } from './native-layer.ts';
import type { NativeOptions } from './native-options.ts';
import { refusal } from './parameter.ts';

/** What an endpoint adds to what URLs say. */
export interface Presets {
  /**
   * A layer with what its preset, and the defaults, say beside it.
   *
   * @throws TintypeError `INVALID_PARAMETER` for a preset that there is not, and where only presets are allowed for
   * anything else.
   */
  complete(said: ParameterLayer): ParameterLayer;
}

/** What a URL may say where only presets are allowed. */
const alwaysAllowed: ReadonlySet<string> = new Set(['preset', 'v', 'download', 'expires', 's']);

/** What is each URL's own. */
const neverPreset: readonly string[] = ['preset', 'v'];

/** Creates the presets of an endpoint. @throws TypeError where one of them says what no URL may. */
export function createPresets({ defaults, presets = {}, onlyPresets = false }: NativeOptions): Presets {
  const fallback = defaults === undefined ? emptyLayer : read('defaults', defaults, emptyLayer);
  const layers = new Map(
    Object.entries(presets).map(([name, preset]) => [name, read(`presets.${name}`, preset, fallback)]),
  );
  const known = layers.size === 0 ? 'there are none' : `there are ${[...layers.keys()].join(', ')}`;
  return {
    complete(said) {
      const name = said.shared.get('preset');
      if (onlyPresets) checkOnly(said, known);
      if (name === undefined) return fallback === emptyLayer ? said : merge(said, fallback);
      const layer = layers.get(name);
      if (layer === undefined) throw refusal('preset', name, `is not known; ${known}`);
      return merge(said, layer);
    },
  };
}

/** What parameters say, above what holds where they say nothing. */
function read(where: string, parameters: StagedParameters, lower: ParameterLayer): ParameterLayer {
  try {
    const layer = toLayer(parameters);
    const own = neverPreset.find((name) => layer.shared.has(name));
    if (own !== undefined) throw new TypeError(`${own}: is for each URL to say`);
    const whole = merge(layer, lower);
    checkCompany(whole);
    return whole;
  } catch (error) {
    throw new TypeError(`Expected parameters for ${where}, but ${(error as Error).message}`, { cause: error });
  }
}

function checkOnly({ stages, shared }: ParameterLayer, known: string): void {
  const other = [...stages.flatMap((stage) => [...stage.keys()]), ...shared.keys()].find(
    (name) => !alwaysAllowed.has(name),
  );
  if (other !== undefined) {
    throw new TintypeError('INVALID_PARAMETER', { message: `${other}: only presets may be asked for; ${known}.` });
  }
  if (!shared.has('preset')) {
    throw new TintypeError('INVALID_PARAMETER', { message: `preset: must be given; ${known}.` });
  }
}
