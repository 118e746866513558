import { clamp, createRandom, mix } from './noise.js';

const grainSize = 509;

/** How many pixels share one value of the bloom, each way. */
const cell = 8;

/** A tile of film grain: soft clumps around zero, standard deviation about 1. */
function createGrain(seed) {
  const random = createRandom(seed);
  const raw = Float32Array.from({ length: grainSize * grainSize }, () => random() + random() + random() - 1.5);
  const grain = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) {
    const at = (offset) => raw[(i + offset + raw.length) % raw.length];
    grain[i] = 1.3 * (raw[i] + 0.45 * (at(-1) + at(1) + at(-grainSize) + at(grainSize)));
  }
  return grain;
}

const toSrgb = Float32Array.from({ length: 4097 }, (_, i) => {
  const value = i / 4096;
  return 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
});

/** A film-like curve from light of any strength to [0, 1]: a soft toe, a long shoulder. */
const film = (light) => clamp((light * (2.51 * light + 0.03)) / (light * (2.43 * light + 0.59) + 0.14));

function blurLine(source, target, start, stride, length, radius) {
  const at = (i) => source[start + clamp(i, 0, length - 1) * stride];
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += at(i);
  for (let i = 0; i < length; i++) {
    target[start + i * stride] = sum / (2 * radius + 1);
    sum += at(i + radius + 1) - at(i - radius);
  }
}

/** Three box blurs each way, which is close to a Gaussian. */
function blur(plane, width, height, radius) {
  const other = new Float32Array(plane.length);
  for (let pass = 0; pass < 3; pass++) {
    for (let y = 0; y < height; y++) blurLine(plane, other, y * width, 1, width, radius);
    for (let x = 0; x < width; x++) blurLine(other, plane, x, width, height, radius);
  }
}

/** The light that a lens scatters: three small blurred planes, one per colour. */
function createBloom(light, width, height, radius) {
  const w = Math.ceil(width / cell);
  const h = Math.ceil(height / cell);
  const planes = [new Float32Array(w * h), new Float32Array(w * h), new Float32Array(w * h)];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let dy = 0; dy < cell; dy += 2) {
        for (let dx = 0; dx < cell; dx += 2) {
          const i = 3 * (Math.min(height - 1, y * cell + dy) * width + Math.min(width - 1, x * cell + dx));
          for (let c = 0; c < 3; c++) planes[c][y * w + x] += Math.min(12, light[i + c]) * (4 / (cell * cell));
        }
      }
    }
  }
  for (const plane of planes) blur(plane, w, h, radius);
  // One line of the result at full width: the planes are read between their rows once per line, not once per pixel.
  const line = new Float32Array(3 * w + 3);
  return (y) => {
    const py = clamp(y / cell - 0.5, 0, h - 1.001);
    const above = Math.floor(py) * w;
    const below = Math.min(above + w, (h - 1) * w);
    for (let x = 0; x < w; x++) {
      for (let c = 0; c < 3; c++) line[3 * x + c] = mix(planes[c][above + x], planes[c][below + x], py % 1);
    }
    line.copyWithin(3 * w, 3 * w - 3);
    return line;
  };
}

/** The same light on a larger plane. */
export function enlarge(light, width, height, toWidth, toHeight) {
  const out = new Float32Array(toWidth * toHeight * 3);
  for (let y = 0; y < toHeight; y++) {
    const py = clamp(((y + 0.5) * height) / toHeight - 0.5, 0, height - 1.001);
    const top = Math.floor(py) * width;
    const v = py % 1;
    for (let x = 0; x < toWidth; x++) {
      const px = clamp(((x + 0.5) * width) / toWidth - 0.5, 0, width - 1.001);
      const i = 3 * (top + Math.floor(px));
      const j = i + 3 * width;
      const u = px % 1;
      for (let c = 0; c < 3; c++) {
        const above = light[i + c] * (1 - u) + light[i + 3 + c] * u;
        const below = light[j + c] * (1 - u) + light[j + 3 + c] * u;
        out[3 * (y * toWidth + x) + c] = above * (1 - v) + below * v;
      }
    }
  }
  return out;
}

/**
 * Turns light (linear RGB floats, any strength) into 8-bit sRGB as a camera would: bloom, vignette, film curve, grain.
 * `bloom` and `vignette` are shares of the light, `grain` a strength in 8-bit steps.
 */
export function develop(light, width, height, { exposure = 1, bloom = 0.08, vignette = 0.3, grain = 2.2, seed = 1 }) {
  const pixels = Buffer.allocUnsafe(width * height * 3);
  const glow = createBloom(light, width, height, Math.max(2, Math.round(width / 260)));
  const tile = createGrain(seed);
  const random = createRandom(seed);
  for (let y = 0; y < height; y++) {
    let g = Math.floor(random() * tile.length);
    const halo = glow(y);
    const dy = (2 * y) / height - 1;
    for (let x = 0; x < width; x++) {
      const dx = (2 * x) / width - 1;
      const fall = exposure * (1 - vignette * (dx * dx + dy * dy) * 0.5);
      const i = 3 * (y * width + x);
      const px = Math.max(0, x / cell - 0.5);
      const j = 3 * Math.floor(px);
      const u = px - j / 3;
      g = g + 1 === tile.length ? 0 : g + 1;
      for (let c = 0; c < 3; c++) {
        const scattered = halo[j + c] * (1 - u) + halo[j + 3 + c] * u;
        const value = film(fall * (light[i + c] * (1 - bloom) + scattered * bloom));
        const shade = grain * (1.25 - value) * (0.4 + 1.6 * Math.sqrt(value));
        pixels[i + c] = clamp(toSrgb[(value * 4096) | 0] + shade * tile[g] + 0.5, 0, 255);
      }
    }
  }
  return pixels;
}
