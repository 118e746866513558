/** A seeded stream of numbers in [0, 1) (mulberry32). */
export function createRandom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

/** Seeded gradient noise: a smooth function of the plane with values in about [-1, 1] and features of size 1. */
export function createNoise(seed) {
  const random = createRandom(seed);
  const order = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 255; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const hash = new Uint8Array(512);
  const gradientX = new Float64Array(512);
  const gradientY = new Float64Array(512);
  for (let i = 0; i < 512; i++) {
    hash[i] = order[i & 255];
    gradientX[i] = 1.5 * Math.cos((hash[i] / 128) * Math.PI);
    gradientY[i] = 1.5 * Math.sin((hash[i] / 128) * Math.PI);
  }

  return (x, y) => {
    const cellX = Math.floor(x);
    const cellY = Math.floor(y);
    const dx = x - cellX;
    const dy = y - cellY;
    const left = hash[cellX & 255];
    const right = hash[(cellX + 1) & 255];
    const row = cellY & 255;
    const a = left + row;
    const b = right + row;
    const u = dx * dx * dx * (dx * (dx * 6 - 15) + 10);
    const v = dy * dy * dy * (dy * (dy * 6 - 15) + 10);
    const topLeft = gradientX[a] * dx + gradientY[a] * dy;
    const topRight = gradientX[b] * (dx - 1) + gradientY[b] * dy;
    const bottomLeft = gradientX[a + 1] * dx + gradientY[a + 1] * (dy - 1);
    const bottomRight = gradientX[b + 1] * (dx - 1) + gradientY[b + 1] * (dy - 1);
    const top = topLeft + u * (topRight - topLeft);
    return top + v * (bottomLeft + u * (bottomRight - bottomLeft) - top);
  };
}

/** Octaves of noise, each finer and fainter and turned a little so that no grid shows. In about [-1, 1]. */
export function fbm(noise, x, y, octaves, gain = 0.5) {
  let sum = 0;
  let amplitude = 1 - gain;
  let px = x;
  let py = y;
  for (let i = 0; i < octaves; i++) {
    sum += amplitude * noise(px, py);
    amplitude *= gain;
    const turned = 1.6 * px - 1.2 * py + 17.3;
    py = 1.2 * px + 1.6 * py + 5.9;
    px = turned;
  }
  return sum;
}

/** Like {@link fbm}, folded so that it has sharp crests: mountains, bark, ripples. In about [0, 1]. */
export function ridges(noise, x, y, octaves, gain = 0.5) {
  let sum = 0;
  let amplitude = 1 - gain;
  let previous = 1;
  let px = x;
  let py = y;
  for (let i = 0; i < octaves; i++) {
    const crest = 1 - Math.min(1, Math.abs(noise(px, py)) * 1.4);
    const value = crest * crest;
    sum += amplitude * value * (0.35 + 0.65 * previous);
    previous = value;
    amplitude *= gain;
    const turned = 1.6 * px - 1.2 * py + 31.7;
    py = 1.2 * px + 1.6 * py + 11.3;
    px = turned;
  }
  return sum;
}

export const clamp = (value, low = 0, high = 1) => (value < low ? low : Math.min(value, high));

export const mix = (a, b, share) => a + (b - a) * share;

/** 0 below `low`, 1 above `high` (which may be the smaller one), a smooth step between. */
export function step(low, high, value) {
  const share = clamp((value - low) / (high - low));
  return share * share * (3 - 2 * share);
}
