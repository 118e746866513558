/** One value for the original and one for each picture laid over it, in drawing order. */
export type OfEach<T> = readonly [own: T, ...overlays: T[]];

/** Applies a function to each of the values. */
export function ofEach<T, R>([own, ...overlays]: OfEach<T>, change: (value: T) => R): OfEach<R> {
  return [change(own), ...overlays.map((overlay) => change(overlay))];
}
