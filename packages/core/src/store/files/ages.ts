/** Which entries to remove: all older than a step of the scale, and some bytes of that step itself. */
export interface AgeCut {
  readonly step: number;
  /** Bytes to remove among the entries of that very step. */
  readonly bytes: number;
}

const ratio = Math.log(1.01);
// 1.01 ** 2700 milliseconds are 14 years.
const steps = 2700;

/** How many bytes are how old, in steps of one percent of the age: the memory it takes does not depend on the store. */
export class Ages {
  readonly #now: number;
  readonly #bytes = new Float64Array(steps + 1);

  /** @param now milliseconds since the Unix epoch. */
  constructor(now: number) {
    this.#now = now;
  }

  /** The step of the scale on which an age falls; older is higher. */
  stepOf(mtimeMs: number): number {
    const age = Math.max(1, this.#now - mtimeMs);
    return Math.min(steps, Math.floor(Math.log(age) / ratio));
  }

  add(mtimeMs: number, bytes: number): void {
    const step = this.stepOf(mtimeMs);
    this.#bytes[step] = (this.#bytes[step] ?? 0) + bytes;
  }

  /** Where to cut so that the oldest `wanted` bytes go. */
  cut(wanted: number): AgeCut {
    let older = 0;
    for (let step = steps; step >= 0; step--) {
      const bytes = this.#bytes[step] ?? 0;
      if (older + bytes >= wanted) return { step, bytes: wanted - older };
      older += bytes;
    }
    return { step: 0, bytes: Number.POSITIVE_INFINITY };
  }
}
