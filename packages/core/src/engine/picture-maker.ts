import type { Derivative } from '../cache/derivative.ts';
import { publish, type RenderEvent } from '../events.ts';
import type { Reachable } from '../journal/journal.ts';
import type { Hand } from '../load/hand.ts';
import { processRenderQueue } from '../load/queue.ts';
import { renderCost } from '../transform/cost.ts';
import type { OverlayOriginal } from '../transform/layer.ts';
import type { RenderJob } from '../transform/renderer.ts';
import type { Endpoint } from './endpoint.ts';
import { createKnownFailures, isOfOriginal, originalKey } from './known-failures.ts';
import { createLook } from './look.ts';
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
  const look = createLook({ limits, rendering }, renderer, failures);

  /** What fails is remembered, by what it would have been or by its only original, before its place is free for others. */
  async function render({ key, inputs, event, decoded, ...job }: Job, waited: number): Promise<Derivative> {
    // Another may have failed on it meanwhile.
    failures.check(...decoded);
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
      if (job.overlays.length > 0 && isOfOriginal(cause)) await look(job, decoded);
      return failures.rethrow(key, cause, job.overlays.length === 0 ? decoded[0] : undefined);
    } finally {
      publish('tintype:render', { ...event, bytes: size, ms: performance.now() - started, waited, error });
    }
  }

  /** Renders once there is a place. */
  async function renderInTurn(job: Job, { signal }: Hand): Promise<Derivative> {
    const demand = { bytes: renderCost([job.image, ...job.overlays.map(({ image }) => image)], job.plan), signal };
    return queue.run((waited) => render(job, waited), queueBounds, demand);
  }

  async function makeMezzanine(mezzanine: KeyedMezzanine, order: PictureOrder) {
    const { sources, selection, hand } = order;
    const [own, { plan, key }] = [sources[0], mezzanine];
    const decoded = [originalKey(selection.contents[0], plan)];
    failures.check(key, ...decoded);
    const original = await originalOf(own, order);
    const event = { path: own.name.id.path, transformation: { stages: plan.stages, output: { format: plan.format } } };
    const job = { original, image: selection.images[0], overlays: [], plan, key, decoded };
    return renderInTurn({ ...job, inputs: inputsOf([own]), event }, hand);
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
    const { plan, key } = selection;
    const decoded = decodedFor(selection);
    failures.check(key, ...decoded);
    // Before the original is read for nothing.
    queue.checkRoom(queueBounds);
    const own = await beginning(order);
    const overlays = await overlaysOf(order, originalOf);
    const event = { path: sources[0].name.id.path, transformation: urlPlan.transformation };
    return renderInTurn({ ...own, overlays, plan, key, decoded, inputs: inputsOf(sources), event }, hand);
  };
}

/** Names the originals of a picture as far as each is decoded. */
function decodedFor({ plan, contents: [own, ...laid], mezzanine }: Variant): Job['decoded'] {
  // Where there is a mezzanine the original is decoded for that, if at all.
  const ofOwn = mezzanine === undefined ? originalKey(own, plan) : undefined;
  return [ofOwn, ...laid.map((content) => originalKey(content, { animated: false }))];
}

/** What is laid over the picture: one after the other, because each may need the request's one place. */
async function overlaysOf(order: PictureOrder, originalOf: OriginalOf): Promise<OverlayOriginal[]> {
  const overlays: OverlayOriginal[] = [];
  for (const [index, overlay] of order.sources.slice(1).entries()) {
    const image = order.selection.images[index + 1];
    if (image !== undefined) overlays.push({ bytes: await originalOf(overlay, order), image });
  }
  return overlays;
}

type Beginning = Pick<RenderJob, 'original' | 'image'>;

/** One render, what it was made from, and what is told of it. */
interface Job extends Pick<RenderJob, 'original' | 'image' | 'plan' | 'overlays'> {
  readonly inputs: readonly Reachable[];
  readonly event: Pick<RenderEvent, 'path' | 'transformation'>;
  /** Names what is made. */
  readonly key: string;
  /** Names the originals as far as each is decoded, in order; undefined for a mezzanine, which is none. */
  readonly decoded: readonly (string | undefined)[];
}
