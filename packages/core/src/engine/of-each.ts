/** One value for the original and one for each picture laid over it, in drawing order. */
export type OfEach<T> = readonly [own: T, ...overlays: T[]];

/** Applies a function to each of the values. */
export function ofEach<T, R>(values: OfEach<T>, change: (value: T) => R): OfEach<R> {
  const changed: [R, ...R[]] = [change(values[0])];
  // A loop, because every hit comes by here.
  for (const value of values.slice(1)) changed.push(change(value));
  return changed;
}
