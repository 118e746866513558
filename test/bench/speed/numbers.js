/** The value in the middle. */
export function median(values) {
  return quantile(values, 0.5);
}

/** The value that this share of all is below. */
export function quantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** The list with another one first in each round: who comes after whom matters too. */
export function inTurn(list, round) {
  const first = round % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}
