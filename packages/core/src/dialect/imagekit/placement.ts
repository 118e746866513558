import { TintypeError } from '../../errors.ts';
import type { Length } from '../../transform/length.ts';
import type { OverlayPoint, OverlayPosition, Placement } from '../../transform/overlay.ts';
import { refused, type ValuesOf } from './items.ts';
import type { LayerParameters } from './layer-parameters.ts';
import { lengthOf } from './part.ts';

/** What the steps of a layer say of the whole of it. */
type PlacementValues = ValuesOf<LayerParameters>;

/** Gathers what the steps of a layer say of the whole of it. */
export interface PlacementReader {
  add(values: PlacementValues): void;
  /** @throws TintypeError `INVALID_PARAMETER` where nothing says what is laid on. */
  input(layer: string): string;
  placement(): Placement;
}

/** Creates what gathers. */
export function createPlacement(): PlacementReader {
  let all: PlacementValues = {};
  return {
    add({ i, ie, lx, ly, lxc, lyc, lfo, lm }) {
      const given = Object.entries({ i, ie, lx, ly, lxc, lyc, lfo, lm }).filter(([, value]) => value !== undefined);
      all = { ...all, ...Object.fromEntries(given) };
    },
    input(layer) {
      const said = all.ie ?? all.i;
      if (said === undefined || said === '') throw refused(`l-${layer}`, 'neither i nor ie says what is laid on');
      return said;
    },
    placement: () => ({ ...(all.lm === undefined ? {} : { blend: all.lm }), ...placeOf(all) }),
  };
}

function placeOf(values: PlacementValues): Placement {
  const { lfo } = values;
  const [lx, ly] = [lengthOf('lx', values.lx, ['base']), lengthOf('ly', values.ly, ['base'])];
  const corner = pointOf(lx, ly);
  const centre = pointOf(lengthOf('lxc', values.lxc, ['base']), lengthOf('lyc', values.lyc, ['base']));
  if (corner !== undefined && centre !== undefined) {
    throw new TintypeError('INVALID_PARAMETER', { message: 'lxc, lyc: are not taken beside lx and ly here.' });
  }
  if (centre !== undefined) return { at: { ...centre, anchor: 'centre' } };
  if (corner === undefined) return { position: lfo };
  const ends = [isFarEnd(lx) ? 'right' : '', isFarEnd(ly) ? 'bottom' : ''].filter((end) => end !== '').join(' ');
  const at = pointOf(isFarEnd(lx) ? undefined : lx, isFarEnd(ly) ? undefined : ly);
  return {
    ...(ends === '' ? {} : { position: ends as OverlayPosition }),
    ...(at === undefined ? {} : { at }),
  };
}

/** A minus nothing: the far end itself. */
function isFarEnd(offset: Length | undefined): boolean {
  return Object.is(offset, -0);
}

/** Undefined where neither is said. */
function pointOf(x: Length | undefined, y: Length | undefined): OverlayPoint | undefined {
  if (x === undefined && y === undefined) return undefined;
  return { ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) };
}
