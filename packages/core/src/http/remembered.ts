const most = 500;

/**
 * A function of a field's value that is worked out once for each: browsers send the same few.
 *
 * @param longest characters; what is longer is not looked at, because splitting what fills a whole header would cost more
 * than the answer.
 * @param fallback for what is longer, or absent.
 */
export function remembered<T>(
  longest: number,
  fallback: T,
  select: (field: string) => T,
): (field: string | undefined) => T {
  const known = new Map<string, T>();
  return (field) => {
    if (field === undefined || field.length > longest) return fallback;
    const before = known.get(field);
    if (before !== undefined) return before;
    const selected = select(field);
    if (known.size >= most) known.clear();
    known.set(field, selected);
    return selected;
  };
}
