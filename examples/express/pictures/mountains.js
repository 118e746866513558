import { drawConifer } from './conifer.js';
import { develop, enlarge } from './develop.js';
import { clamp, createNoise, createRandom, fbm, mix, ridges, step } from './noise.js';

// A heightfield in kilometres, looked at along z. The sun has just gone down behind the right-hand side.
const eye = { height: 1.62, focal: 1.35, horizon: 0.43 };
const near = 0.35;
const far = 46;
const sun = { x: 0.93, rise: 0.115 };

function createTerrain() {
  const noise = createNoise(7);
  const fine = createNoise(8);
  return (x, z, octaves) => {
    const warpX = x + 0.9 * noise(x * 0.22 + 3.1, z * 0.22);
    const warpZ = z + 0.9 * noise(x * 0.22, z * 0.22 + 9.4);
    const massif = step(-0.5, 0.75, noise(x * 0.075 + 1.7, z * 0.085 + 4.2)) * step(3.5, 11, z);
    const valley = step(0.15, 2.6, Math.abs(x - 0.5 + 1.1 * Math.sin(z * 0.32)));
    const crests = ridges(noise, warpX * 0.2, warpZ * 0.2, octaves, 0.47);
    const rough = 0.05 * fbm(fine, x * 2.1, z * 2.1, Math.max(1, octaves - 4));
    return (0.22 + 0.78 * valley) * (0.28 + massif * 2.1) * (0.12 + 1.45 * crests) + rough;
  };
}

/** What the low sun reaches, on a grid: one sweep towards the light per row. */
function createSunlight(terrain) {
  const size = 1100;
  const cell = (2.2 * far * 0.6) / size;
  const lit = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    let shade = 0;
    for (let column = size - 1; column >= 0; column--) {
      const ground = terrain((column - size / 2) * cell, (row / size) * far, 6);
      shade = Math.max(ground, shade - sun.rise * cell);
      lit[row * size + column] = 1 - step(0, 0.09, shade - ground);
    }
  }
  return (x, z) => {
    const column = clamp(x / cell + size / 2, 0, size - 2);
    const row = clamp((z / far) * size, 0, size - 2);
    const i = Math.floor(row) * size + Math.floor(column);
    const u = column % 1;
    return mix(mix(lit[i], lit[i + 1], u), mix(lit[i + size], lit[i + size + 1], u), row % 1);
  };
}

/** The sky by height above the horizon (0 to 1) and side (-1 left to 1 right): rose and amber low, violet-blue above. */
function sky(rise, side, out) {
  const warm = Math.exp(-((side - 0.85) ** 2) * 1.1);
  const low = Math.exp(-rise * 7.5);
  const middle = Math.exp(-rise * 2.7);
  out[0] = 0.022 + 0.13 * middle + low * (0.3 + 1.15 * warm) + 0.16 * warm * middle;
  out[1] = 0.045 + 0.12 * middle + low * (0.14 + 0.5 * warm) + 0.03 * warm * middle;
  out[2] = 0.14 + 0.26 * middle + low * (0.14 - 0.03 * warm) - 0.04 * warm * middle;
}

function drawStars(light, width, horizon) {
  const random = createRandom(71);
  for (let i = 0; i < 420; i++) {
    const x = Math.floor(random() * (width - 3)) + 1;
    const y = Math.floor(random() ** 1.7 * horizon * 0.62) + 1;
    const strength = 0.5 * random() ** 4 * (1 - y / (horizon * 0.7)) * (1 - (0.6 * x) / width);
    const warmth = random();
    const size = Math.max(1, Math.round(width / 1500));
    for (let d = 0; d < size * size; d++) {
      const at = 3 * ((y + Math.floor(d / size)) * width + x + (d % size));
      light[at] += strength * (0.8 + 0.4 * warmth);
      light[at + 1] += strength;
      light[at + 2] += strength * (1.3 - 0.4 * warmth);
    }
  }
}

function drawSky(light, width, height) {
  const noise = createNoise(21);
  const colour = [0, 0, 0];
  const horizon = eye.horizon * height;
  for (let y = 0; y < height; y++) {
    const rise = Math.max(0, (horizon - y) / height);
    for (let x = 0; x < width; x++) {
      const side = (2 * x) / width - 1;
      sky(rise, side, colour);
      // Clouds lie on a plane far above, so they crowd together towards the horizon.
      const depth = 1 / (rise + 0.07);
      const px = side * depth * 0.62;
      const warp = noise(px * 0.35, depth * 0.5);
      const veil = fbm(noise, px * 0.55 + warp, depth * 1.25 + 0.6 * warp, 6, 0.55);
      const cover = step(-0.02, 0.5, veil) * step(0.01, 0.1, rise) * 0.8;
      const glow = 0.55 + 0.45 * side;
      const edge = step(0.45, 0.05, veil);
      const i = 3 * (y * width + x);
      light[i] = mix(colour[0], 0.3 + glow * (0.42 + 0.5 * edge), cover);
      light[i + 1] = mix(colour[1], 0.19 + glow * (0.13 + 0.2 * edge), cover);
      light[i + 2] = mix(colour[2], 0.27 + glow * (0.06 + 0.05 * edge), cover);
    }
  }
  drawStars(light, width, horizon);
}

/** The colour of the ground at a point, lit by a pink sun from the right and a blue sky from above. */
function shade(terrain, sunlight, noise, x, z, y, out) {
  const e = 0.0012 * z + 0.004;
  const octaves = z < 14 ? 9 : 8;
  const here = terrain(x, z, octaves);
  const slopeX = (terrain(x + e, z, octaves) - here) / e;
  const slopeZ = (terrain(x, z + e, octaves) - here) / e;
  const length = Math.sqrt(1 + slopeX * slopeX + slopeZ * slopeZ);
  const up = 1 / length;
  const towards = clamp((-slopeX * sun.x + sun.rise + 0.32 * slopeZ) / length);
  const grain = fbm(noise, x * 9, z * 9, 3, 0.6);
  const snow = step(0.62, 1.05, y + 0.22 * grain) * step(0.36, 0.66, up + 0.1 * grain);
  const wood = step(0.75, 0.3, y + 0.1 * grain) * step(0.4, 0.6, up);
  const direct = towards * sunlight(x, z) * 2.6;
  const ambient = 0.22 + 0.78 * up;
  const rock = 0.085 + 0.05 * grain;
  const red = mix(mix(rock * 1.1, 0.018, wood), 0.86, snow);
  const green = mix(mix(rock, 0.026, wood), 0.86, snow);
  const blue = mix(mix(rock * 0.98, 0.024, wood), 0.9, snow);
  out[0] = red * (direct * 1.0 + ambient * 0.16);
  out[1] = green * (direct * 0.5 + ambient * 0.19);
  out[2] = blue * (direct * 0.4 + ambient * 0.33);
}

function drawGround(light, width, height) {
  const terrain = createTerrain();
  const sunlight = createSunlight(terrain);
  const noise = createNoise(33);
  const horizon = eye.horizon * height;
  const colour = [0, 0, 0];
  const air = [0, 0, 0];
  for (let column = 0; column < width; column++) {
    const side = (2 * column) / width - 1;
    const across = side / (2 * eye.focal) + 0.02;
    sky(0.015, side, air);
    let z = near;
    let ground = terrain(across * z, z, 9);
    let previous = z;
    let before = ground;
    // In a heightfield the distance only grows from one pixel to the one above it: one march serves the whole column.
    for (let row = Math.round(height * 0.97); row >= 0; row--) {
      const tilt = (horizon - row) / (eye.focal * width);
      while (z < far && ground < eye.height + tilt * z) {
        previous = z;
        before = ground;
        z += Math.max(0.0021 * z, 0.25 * (eye.height + tilt * z - ground));
        ground = terrain(across * z, z, z < 14 ? 9 : 8);
      }
      if (z >= far) break;
      const gapBefore = eye.height + tilt * previous - before;
      const gap = ground - eye.height - tilt * z;
      const hit = previous + (z - previous) * clamp(gapBefore / (gapBefore + gap || 1));
      const y = eye.height + tilt * hit;
      shade(terrain, sunlight, noise, across * hit, hit, y, colour);
      // Haze by distance, and mist that lies in the valleys.
      const drift = 1 + 0.5 * noise(across * hit * 0.6, hit * 0.6);
      const low = Math.exp(-Math.max(0, y) * 3.4);
      const haze = 1 - Math.exp(-hit * 0.026 - hit * 0.06 * low * drift);
      const i = 3 * (row * width + column);
      light[i] = mix(colour[0], air[0] * 0.78 + 0.02, haze);
      light[i + 1] = mix(colour[1], air[1] * 0.86 + 0.03, haze);
      light[i + 2] = mix(colour[2], air[2] * 1.0 + 0.09, haze);
    }
  }
}

/** A dark wooded slope in front: conifers, the farther ones in a little more haze. */
function drawTrees(light, width, height) {
  const random = createRandom(5);
  const noise = createNoise(6);
  const rows = 5;
  for (let row = 0; row < rows; row++) {
    const close = (row + 1) / rows;
    const veil = 0.17 * (1 - close) ** 1.3;
    const count = Math.round(120 - 62 * close);
    for (let i = 0; i < count; i++) {
      const across = (i + random() * 1.6 - 0.3) / count;
      const hill =
        0.925 + 0.13 * close - 0.2 * step(0.62, 0, across) * (0.5 + 0.5 * close) - 0.1 * step(0.7, 1.1, across);
      const base = height * (hill + 0.03 * noise(across * 5, row * 3.7));
      const tall = height * (0.075 + 0.125 * close) * (0.55 + 0.75 * random() ** 1.5);
      const warm = step(0.2, 1, across);
      const paint = (x, y, depth) => {
        if (x < 0 || x >= width || y < 0 || y >= height) return;
        const at = 3 * (y * width + x);
        const lift = depth * 0.007 + 0.002;
        light[at] = veil * (0.24 + 0.2 * warm) + lift * (0.8 + 1.2 * warm);
        light[at + 1] = veil * 0.22 + lift;
        light[at + 2] = veil * (0.42 - 0.1 * warm) + lift * 1.5;
      };
      drawConifer(paint, random, { x: across * width, base, height: tall });
      fillBelow(paint, across * width, base - tall * 0.06, width / count, height);
    }
  }
}

function fillBelow(paint, x, top, reach, height) {
  for (let px = Math.floor(x - reach); px <= x + reach; px++) {
    const edge = top + (Math.abs(px - x) / reach) ** 2 * reach * 0.4;
    for (let py = Math.floor(edge); py < height; py++) paint(px, py, 0);
  }
}

/** Mountains at dusk. */
export function drawMountains(width = 3000) {
  const height = Math.round((width * 2) / 3);
  // Haze is soft: two thirds of the resolution are enough for all that lies behind it.
  const w = Math.round(width / 1.5);
  const h = Math.round(height / 1.5);
  const distance = new Float32Array(w * h * 3);
  drawSky(distance, w, h);
  drawGround(distance, w, h);
  const light = enlarge(distance, w, h, width, height);
  drawTrees(light, width, height);
  return {
    pixels: develop(light, width, height, { exposure: 0.86, bloom: 0.08, vignette: 0.4, seed: 3 }),
    width,
    height,
  };
}
