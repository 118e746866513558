/** Numbers between 0 and 1, the same for the same seed. */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One number of a log-normal distribution. */
export function logNormal(random, median, sigma) {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}

/** Draws 0, 1, 2, … with the given weights, in the same time however many there are (Walker's alias method). */
export function createDraw(random, weights) {
  const count = weights.length;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / count;
  const share = Float64Array.from(weights, (weight) => weight / mean);
  const alias = new Int32Array(count);
  const small = [];
  const large = [];
  share.forEach((part, index) => {
    (part < 1 ? small : large).push(index);
  });
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop();
    const rich = large.at(-1);
    alias[poor] = rich;
    share[rich] -= 1 - share[poor];
    if (share[rich] < 1) small.push(large.pop());
  }
  for (const index of [...small, ...large]) share[index] = 1;
  return () => {
    const at = random() * count;
    const index = Math.floor(at);
    return at - index < share[index] ? index : alias[index];
  };
}

/** Weights by Zipf's law: that of rank r is 1 / r ** exponent. */
export function zipf(count, exponent) {
  return Float64Array.from({ length: count }, (_, index) => (index + 1) ** -exponent);
}
