import { createDraw, createRandom, logNormal, zipf } from './random.js';

/** The originals and their derivatives: how large each is, how often it is asked for, and when it was purged last. */
export function createCatalogue({ seed, pictures, widths, exponent, originalMedian, derivativeMedian }) {
  const random = createRandom(seed);
  const count = pictures * widths;
  const sizesOf = (length, median, sigma) =>
    Float64Array.from({ length }, () => Math.ceil(logNormal(random, median, sigma)));
  const originalBytes = sizesOf(pictures, originalMedian, 0.7);
  const derivativeBytes = sizesOf(count, derivativeMedian, 0.9);
  const drawOriginal = createDraw(random, zipf(pictures, exponent));
  // Of the widths of a page some are asked for far more often than others.
  const drawWidth = createDraw(random, zipf(widths, 0.7));
  const changes = new Int32Array(pictures);
  const purgedAt = new Float64Array(pictures).fill(Number.NEGATIVE_INFINITY);
  let allPurgedAt = Number.NEGATIVE_INFINITY;

  return {
    random,
    count,
    derivativeBytes,
    originalBytes,
    drawOriginal,
    /** Walks through everything, the rarest first. */
    all(visit) {
      for (let derivative = count - 1; derivative >= 0; derivative--)
        visit(Math.floor(derivative / widths), derivative);
    },
    /** A derivative of an original. */
    drawDerivative: (original) => original * widths + drawWidth(),
    purge(original, now, isChanged) {
      purgedAt[original] = now;
      if (isChanged) changes[original]++;
    },
    /** All are other bytes from now on. */
    purgeAll(now) {
      allPurgedAt = now;
      changes.forEach((_, original) => {
        changes[original]++;
      });
    },
    purgedAt: (original) => Math.max(purgedAt[original], allPurgedAt),
    /** Content by number: another one after each change. */
    contentOf: (original) => changes[original] * pictures + original,
    /** What a derivative of the present content is stored under. */
    keyOf: (original, derivative) => changes[original] * count + derivative,
  };
}
