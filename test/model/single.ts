import type { Clock, createTintype, Journal, Store, Tintype, TintypeOptions } from '@tintype/core';
import type { Subject } from './model.ts';
import type { Source } from './source.ts';

/** What makes an engine: the real one, or a mutant's. */
export type CreateTintype = typeof createTintype;

/** What an engine of the model is made of. */
export interface SingleOptions {
  readonly createTintype: CreateTintype;
  readonly source: Source;
  readonly store?: Store | undefined;
  readonly journal?: Journal | undefined;
  readonly memory?: number | undefined;
  readonly originals?: boolean | undefined;
  /** How much faster than ours the engine's clock runs, so that lifetimes end during a run. */
  readonly speed?: number | undefined;
}

/** One engine in this process. */
export interface Single extends Subject {
  /** Gives the number of answers that were made from bytes in the store. */
  close(): Promise<number>;
}

/** Opens an engine that is replaced now and then by another, on the same store and journal, with nothing in memory. */
export function openSingle(options: SingleOptions): Single {
  const { store, journal, memory, originals, source, speed = 1 } = options;
  const started = Date.now();
  const clock: Clock = { now: () => started + (Date.now() - started) * speed };
  const given: TintypeOptions = {
    origin: source.origin,
    clock,
    ...(source.tags === undefined ? {} : { tags: source.tags }),
    ...(store === undefined ? {} : { store }),
    ...(journal === undefined ? {} : { journal }),
    ...(memory === undefined ? {} : { memory }),
    ...(originals === undefined ? {} : { originals }),
  };
  const open = (): Tintype => options.createTintype(given);
  let images = open();
  let stored = 0;

  const close = async (engine: Tintype): Promise<void> => {
    await engine.close();
    stored += engine.stats().hits.store;
  };

  return {
    disturbMs: 400,
    isHeardAtOnce: true,
    ask(target, headers) {
      const answer = images.handle({ method: 'GET', target, mount: '', headers });
      if (answer === undefined) throw new Error(`${target} was passed on`);
      return answer;
    },
    purge: (request, purgeOptions) => images.purge(request, purgeOptions),
    async disturb() {
      if (store === undefined) return;
      const before = images;
      images = open();
      await close(before);
    },
    async close() {
      await close(images);
      return stored;
    },
  };
}
