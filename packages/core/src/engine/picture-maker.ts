import type { Derivative } from '../cache/derivative.ts';
import type { Hand } from '../cache/flights.ts';
import { publish, type RenderEvent } from '../events.ts';
import type { Reachable } from '../journal/journal.ts';
import { renderCost } from '../transform/cost.ts';
import type { OverlayOriginal } from '../transform/layer.ts';
import { processRenderQueue } from '../transform/queue.ts';
import type { RenderJob } from '../transform/renderer.ts';
import type { Endpoint } from './endpoint.ts';
import { createKnownFailures } from './known-failures.ts';
import type { Order, OriginalOf } from './order.ts';
import type { Parts } from './parts.ts';
import { inputsOf, keepingOf } from './sources.ts';
import type { KeyedMezzanine, Variant } from './variants.ts';

/** What a picture is made from, and how. */
export type PictureOrder = Order & { readonly selection: Variant };

/** Creates what renders pictures. */
export function createPictureMaker(
  { clock, limits, queueBounds, rendering }: Endpoint,
  { counters, derivatives, records, renderer }: Parts,
  originalOf: OriginalOf,
): (order: PictureOrder) => Promise<Derivative> {
  const queue = processRenderQueue();
  const failures = createKnownFailures(clock);

  async function render({ inputs, event, ...job }: Job, waited: number): Promise<Derivative> {
    const started = performance.now();
    let size = 0;
    let error: unknown;
    try {
      const body = await renderer.render({ ...job, limits, ...rendering });
      size = body.length;
      counters.renders++;
      const renderMs = performance.now() - started;
      const { format, width, height } = job.plan;
      return { body, picture: { format, width, height }, renderMs, inputs };
    } catch (cause) {
      error = cause;
      throw cause;
    } finally {
      publish('tintype:render', { ...event, bytes: size, ms: performance.now() - started, waited, error });
    }
  }

  /** Renders once there is a place. What fails is remembered by what it would have been. */
  async function renderInTurn(key: string, job: Job, { signal }: Hand): Promise<Derivative> {
    const demand = { bytes: renderCost([job.image, ...job.overlays.map(({ image }) => image)], job.plan), signal };
    const rendered = queue.run((waited) => render(job, waited), queueBounds, demand);
    return rendered.catch((error) => failures.rethrow(key, error));
  }

  async function makeMezzanine(mezzanine: KeyedMezzanine, order: PictureOrder) {
    const { sources, selection, hand } = order;
    const [own] = sources;
    const { plan, key } = mezzanine;
    failures.check(key);
    const original = await originalOf(own, order);
    const event = { path: own.name.id.path, transformation: { stages: plan.stages, output: { format: plan.format } } };
    const job = { original, image: selection.images[0], overlays: [], plan };
    return renderInTurn(key, { ...job, inputs: inputsOf([own]), event }, hand);
  }

  /** The picture that work begins with: the original, or its mezzanine, for which no original is read once it is there. */
  async function beginning(order: PictureOrder): Promise<Beginning> {
    const { sources, selection, hand } = order;
    const { mezzanine, images } = selection;
    if (mezzanine === undefined) return { original: await originalOf(sources[0], order), image: images[0] };
    const make = (own: Hand) => makeMezzanine(mezzanine, { ...order, hand: own });
    const { derivative } = await derivatives.get(mezzanine.key, make, hand, keepingOf(records, [sources[0]]));
    hand.count(mezzanine.key, derivative.body);
    return { original: derivative.body, image: mezzanine.image };
  }

  return async function makePicture(order): Promise<Derivative> {
    const { plan: urlPlan, sources, selection, hand } = order;
    failures.check(selection.key);
    // Before the original is read for nothing.
    queue.checkRoom(queueBounds);
    const own = await beginning(order);
    const overlays: OverlayOriginal[] = [];
    for (const [index, overlay] of sources.slice(1).entries()) {
      const image = selection.images[index + 1];
      if (image !== undefined) overlays.push({ bytes: await originalOf(overlay, order), image });
    }
    const event = { path: sources[0].name.id.path, transformation: urlPlan.transformation };
    const { plan, key } = selection;
    return renderInTurn(key, { ...own, overlays, plan, inputs: inputsOf(sources), event }, hand);
  };
}

type Beginning = Pick<RenderJob, 'original' | 'image'>;

/** One render, what it was made from, and what is told of it. */
interface Job extends Pick<RenderJob, 'original' | 'image' | 'plan' | 'overlays'> {
  readonly inputs: readonly Reachable[];
  readonly event: Pick<RenderEvent, 'path' | 'transformation'>;
}
