import { createRandom } from './noise.js';

/** An inverse Fourier transform in place, of `count` values that lie `stride` apart from `start`. */
function transformLine(re, im, start, stride, count) {
  for (let i = 1, j = 0; i < count; i++) {
    let bit = count >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      const a = start + i * stride;
      const b = start + j * stride;
      [re[a], re[b]] = [re[b], re[a]];
      [im[a], im[b]] = [im[b], im[a]];
    }
  }
  for (let size = 2; size <= count; size <<= 1) {
    const angle = (2 * Math.PI) / size;
    for (let k = 0; k < size / 2; k++) {
      const cos = Math.cos(angle * k);
      const sin = Math.sin(angle * k);
      for (let i = k; i < count; i += size) {
        const a = start + i * stride;
        const b = a + (size / 2) * stride;
        const partRe = re[b] * cos - im[b] * sin;
        const partIm = re[b] * sin + im[b] * cos;
        re[b] = re[a] - partRe;
        im[b] = im[a] - partIm;
        re[a] += partRe;
        im[a] += partIm;
      }
    }
  }
}

function transform(re, im, size) {
  for (let row = 0; row < size; row++) transformLine(re, im, row * size, 1, size);
  for (let column = 0; column < size; column++) transformLine(re, im, column, size, size);
}

function halve(plane, size) {
  const half = size / 2;
  const out = new Float32Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const i = 2 * y * size + 2 * x;
      out[y * half + x] = (plane[i] + plane[i + 1] + plane[i + size] + plane[i + size + 1]) / 4;
    }
  }
  return out;
}

/** The plane at every size down to one value, each half of the one before. */
function pyramid(plane, size) {
  const levels = [plane];
  for (let s = size; s > 1; s /= 2) levels.push(halve(levels.at(-1), s));
  return levels;
}

/**
 * A square of wind waves that repeats without a seam, from a Phillips spectrum (Tessendorf, "Simulating ocean water").
 * Lengths are metres; the wind blows along `wind` (radians).
 *
 * @returns Functions of a place and a level of detail (0 the finest, each next one half as fine).
 */
export function createWaves({ seed, size = 512, length = 60, wind = 0.6, speed = 7, steepness = 1 }) {
  const random = createRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const planes = { height: [], slopeX: [], slopeY: [] };
  for (const name of Object.keys(planes)) {
    planes[name] = [new Float32Array(size * size), new Float32Array(size * size)];
  }
  const longest = (speed * speed) / 9.81;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const kx = ((2 * Math.PI) / length) * (column < size / 2 ? column : column - size);
      const ky = ((2 * Math.PI) / length) * (row < size / 2 ? row : row - size);
      const k = Math.hypot(kx, ky);
      const a = normal();
      const b = normal();
      if (k === 0) continue;
      const along = (kx * Math.cos(wind) + ky * Math.sin(wind)) / k;
      const calm = along < 0 ? 0.25 : 1;
      const power = Math.exp(-1 / (k * longest) ** 2) / k ** 4;
      const strength = Math.sqrt(power) * (0.12 + 0.88 * along * along) * calm * Math.exp(-((k * 0.012) ** 2));
      const i = row * size + column;
      const [re, im] = [a * strength, b * strength];
      planes.height[0][i] = re;
      planes.height[1][i] = im;
      planes.slopeX[0][i] = -kx * im;
      planes.slopeX[1][i] = kx * re;
      planes.slopeY[0][i] = -ky * im;
      planes.slopeY[1][i] = ky * re;
    }
  }
  for (const [re, im] of Object.values(planes)) transform(re, im, size);

  const slopes = planes.slopeX[0];
  let square = 0;
  for (let i = 0; i < slopes.length; i++) square += slopes[i] ** 2 + planes.slopeY[0][i] ** 2;
  const scale = (0.16 * steepness) / Math.sqrt(square / slopes.length);
  for (const [re] of Object.values(planes)) for (let i = 0; i < re.length; i++) re[i] *= scale;

  const sampler = (plane) => {
    const levels = pyramid(plane, size);
    return (x, y, level) => {
      const detail = Math.min(levels.length - 1, Math.max(0, Math.floor(level)));
      const values = levels[detail];
      const width = size >> detail;
      const mask = width - 1;
      const px = (x / length) * width;
      const py = (y / length) * width;
      const left = Math.floor(px);
      const top = Math.floor(py);
      const u = px - left;
      const v = py - top;
      const above = (top & mask) * width;
      const below = ((top + 1) & mask) * width;
      const a = values[above + (left & mask)] * (1 - u) + values[above + ((left + 1) & mask)] * u;
      const b = values[below + (left & mask)] * (1 - u) + values[below + ((left + 1) & mask)] * u;
      return a + (b - a) * v;
    };
  };
  return {
    height: sampler(planes.height[0]),
    slopeX: sampler(planes.slopeX[0]),
    slopeY: sampler(planes.slopeY[0]),
    /** How far apart two neighbouring values of the finest level are, in metres. */
    cell: length / size,
  };
}
