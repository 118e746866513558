import { develop } from './develop.js';
import { clamp, createNoise, fbm, mix, step } from './noise.js';
import { createWaves } from './waves.js';

// Metres; x right, y up, z away from the camera.
const eye = { height: 3.4, focal: 1.05, horizon: 0.4 };
const rise = 0.1;
const sun = { x: 0.1, y: rise, z: Math.sqrt(1 - rise * rise - 0.01) };

function createSky() {
  const noise = createNoise(51);
  /** The light from a direction; `octaves` says how finely the clouds are looked at, 0 for a clear one without the sun's disc. */
  return (x, y, z, octaves, out) => {
    const up = Math.max(0, y);
    const towards = Math.max(0, x * sun.x + y * sun.y + z * sun.z);
    const cube = towards * towards * towards;
    const near = cube * cube;
    const halo = near ** 8;
    const low = Math.exp(-up * 6);
    let red = 0.05 + 0.2 * low + near * (0.2 + 0.42 * low) + 0.45 * halo;
    let green = 0.11 + 0.13 * low + near * (0.06 + 0.17 * low) + 0.23 * halo;
    let blue = 0.23 + 0.1 * low - near * 0.1 * low + 0.04 * halo;
    if (octaves > 0) {
      const disc = towards ** 9000;
      red += 14 * disc;
      green += 9 * disc;
      blue += 4 * disc;
      const depth = 1 / (up + 0.045);
      const px = (x / Math.max(0.2, z)) * depth;
      const warp = noise(px * 0.2, depth * 0.3 + 7);
      const mass = fbm(noise, px * 0.34 + 0.5 * warp, depth * 0.62 + 0.4 * warp, octaves, 0.52);
      const cover = step(-0.04, 0.4, mass + 0.06) * step(0.012, 0.07, up);
      const rim = step(0.34, 0.0, mass);
      const warm = 0.25 + 0.75 * cube;
      red = mix(red, 0.1 + warm * (0.22 + 0.95 * rim * rim + 0.5 * halo), cover * 0.9);
      green = mix(green, 0.11 + warm * (0.1 + 0.52 * rim * rim + 0.26 * halo), cover * 0.9);
      blue = mix(blue, 0.17 + warm * (0.06 + 0.2 * rim * rim + 0.08 * halo), cover * 0.9);
    }
    out[0] = red;
    out[1] = green;
    out[2] = blue;
  };
}

/** The sea: swell and ripples from two squares of waves that never line up. */
function createSea() {
  const swell = createWaves({ seed: 4, length: 83, wind: -1.2, speed: 8, steepness: 0.95 });
  const ripples = createWaves({ seed: 9, length: 7.3, wind: -0.8, speed: 3, steepness: 0.85 });
  return {
    height: (x, z, footprint) => swell.height(x, z, Math.log2(footprint / swell.cell + 1e-6)),
    slope: (x, z, footprint, out) => {
      const coarse = Math.log2(footprint / swell.cell + 1e-6);
      const fine = Math.log2(footprint / ripples.cell + 1e-6);
      out[0] = swell.slopeX(x, z, coarse) + ripples.slopeX(x, z, fine);
      out[1] = swell.slopeY(x, z, coarse) + ripples.slopeY(x, z, fine);
      // What is too fine to be seen one by one still roughens the surface.
      out[2] = 0.0005 + 0.007 * clamp(coarse / 6) + 0.007 * clamp(fine / 6);
    },
  };
}

function shadeWater(sky, x, y, z, slope, out) {
  const [slopeX, slopeZ, rough] = slope;
  const length = Math.sqrt(1 + slopeX * slopeX + slopeZ * slopeZ);
  const nx = -slopeX / length;
  const ny = 1 / length;
  const nz = -slopeZ / length;
  const facing = Math.max(0.015, -(x * nx + y * ny + z * nz));
  const away = (1 - facing) * (1 - facing);
  const fresnel = 0.02 + (0.98 * away * away * (1 - facing)) / (1 + 9 * rough);
  const rx = x + 2 * facing * nx;
  const ry = Math.abs(y + 2 * facing * ny);
  const rz = z + 2 * facing * nz;
  sky(rx, 0.03 + ry, rz, 0, out);

  // Sun glitter: the share of tiny facets that are turned just right (Cox and Munk's slope statistics).
  const hx = sun.x - x;
  const hy = sun.y - y;
  const hz = sun.z - z;
  const offX = -hx / hy - slopeX;
  const offZ = -hz / hy - slopeZ;
  const facets = Math.exp(-(offX * offX + offZ * offZ) / (2 * rough)) / (2 * Math.PI * rough);
  const glitter = Math.min(40, facets * fresnel * 0.32);

  const through = Math.max(0, -slopeZ) * 0.3 + 0.06;
  out[0] = mix(0.004 + 0.02 * through, Math.min(1.6, out[0]), fresnel) + glitter;
  out[1] = mix(0.026 + 0.26 * through, Math.min(1.5, out[1]), fresnel) + glitter * 0.68;
  out[2] = mix(0.042 + 0.24 * through, Math.min(1.5, out[2]), fresnel) + glitter * 0.3;
}

/** The sea against the evening sun. */
export function drawSea(width = 3000) {
  const height = Math.round((width * 2) / 3);
  const light = new Float32Array(width * height * 3);
  const sky = createSky();
  const sea = createSea();
  const colour = [0, 0, 0];
  const air = [0, 0, 0];
  const slope = [0, 0, 0];
  const horizon = eye.horizon * height;
  const pixel = 1 / (eye.focal * width);
  for (let column = 0; column < width; column++) {
    const across = ((2 * column) / width - 1) / (2 * eye.focal);
    let distance = 4;
    for (let row = height - 1; row >= 0; row--) {
      const up = (horizon - row) * pixel;
      const length = Math.sqrt(across * across + up * up + 1);
      const x = across / length;
      const y = up / length;
      const z = 1 / length;
      if (up > -0.00035) {
        sky(x, y, z, 7, colour);
      } else {
        // Crests hide what is behind them: march on from where the pixel below met the water.
        if (distance < 300) {
          for (let i = 0; i < 60; i++) {
            const gap = eye.height + up * distance - sea.height(across * distance, distance, distance * pixel);
            if (gap < 0.004) break;
            distance += Math.max(0.0015 * distance, gap * 0.9);
          }
        } else {
          distance = Math.max(distance, eye.height / -up);
        }
        // Seen flatly, a pixel covers far more water along the view than across it.
        const footprint = distance * pixel * Math.sqrt(1 + 0.5 / -up);
        sea.slope(across * distance, distance, footprint, slope);
        shadeWater(sky, x, y, z, slope, colour);
        const haze = 1 - Math.exp(-distance * 0.0002);
        sky(x, 0.012, z, 0, air);
        for (let c = 0; c < 3; c++) colour[c] = mix(colour[c], air[c] * 0.8, haze);
      }
      const at = 3 * (row * width + column);
      light[at] = colour[0];
      light[at + 1] = colour[1];
      light[at + 2] = colour[2];
    }
  }
  return {
    pixels: develop(light, width, height, { exposure: 0.72, bloom: 0.12, vignette: 0.45, seed: 4 }),
    width,
    height,
  };
}
