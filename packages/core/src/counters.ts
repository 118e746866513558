/** Running totals of one endpoint, since it was created. */
export interface Counters {
  requests: number;
  /** Answers made from stored bytes, by the layer that had them, and 304s, which need none. */
  hitsMemory: number;
  hitsStore: number;
  notModified: number;
  /** Questions to the origin that it answered with "not modified". */
  revalidations: number;
  /** Questions to the origin, revalidations included. */
  originReads: number;
  renders: number;
  errors: number;
}

/** Creates totals at zero. */
export function createCounters(): Counters {
  return {
    requests: 0,
    hitsMemory: 0,
    hitsStore: 0,
    notModified: 0,
    revalidations: 0,
    originReads: 0,
    renders: 0,
    errors: 0,
  };
}
