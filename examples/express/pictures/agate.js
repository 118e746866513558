import { develop } from './develop.js';
import { clamp, createNoise, createRandom, fbm, mix, step } from './noise.js';

// From the rim of the stone to the crystals in its heart: share of the way in, then linear red, green, blue.
const layers = [
  [0.0, 0.03, 0.016, 0.012],
  [0.1, 0.24, 0.055, 0.018],
  [0.17, 0.75, 0.2, 0.035],
  [0.24, 0.86, 0.52, 0.2],
  [0.29, 0.7, 0.58, 0.38],
  [0.34, 0.24, 0.36, 0.36],
  [0.42, 0.02, 0.2, 0.26],
  [0.54, 0.004, 0.07, 0.18],
  [0.63, 0.006, 0.16, 0.3],
  [0.7, 0.12, 0.42, 0.52],
  [0.76, 0.5, 0.56, 0.56],
  [0.81, 0.42, 0.34, 0.46],
  [0.9, 0.2, 0.1, 0.3],
  [1.0, 0.32, 0.2, 0.44],
];

const shades = 2048;

/** The layers as a table of colours, read by depth. */
function createColours() {
  const table = new Float32Array(3 * (shades + 1));
  for (let i = 0; i <= shades; i++) {
    const depth = i / shades;
    const next = Math.max(
      1,
      layers.findIndex(([from]) => from >= depth),
    );
    const [low, ...outer] = layers[next - 1];
    const [high, ...inner] = layers[next];
    for (let c = 0; c < 3; c++) table[3 * i + c] = mix(outer[c], inner[c], step(low, high, depth));
  }
  return table;
}

/** Crystal faces: the nearest of scattered points says which face a place lies on, and how that face is turned. */
function createCrystals(seed) {
  const random = createRandom(seed);
  const size = 64;
  const points = Float32Array.from({ length: size * size * 4 }, () => random());
  return (x, y, out) => {
    let nearest = 9;
    let second = 9;
    let found = 0;
    const cellX = Math.floor(x);
    const cellY = Math.floor(y);
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const at = 4 * ((((cellY + dy) & 63) << 6) + ((cellX + dx) & 63));
        const gapX = cellX + dx + points[at] - x;
        const gapY = cellY + dy + points[at + 1] - y;
        const far = gapX * gapX + gapY * gapY;
        if (far < nearest) {
          second = nearest;
          nearest = far;
          found = at;
          out[2] = gapX;
          out[3] = gapY;
        } else if (far < second) second = far;
      }
    }
    out[0] = points[found + 2];
    out[1] = points[found + 3];
    return Math.sqrt(second) - Math.sqrt(nearest);
  };
}

/** How deep in the stone each place lies: a lumpy distance from the rim, bent by slow noise. 0 rim, 1 heart. */
function createDepth(noise, other) {
  const hearts = [
    [0.62, 0.36, 0.62, 0.43],
    [0.14, 0.62, 0.3, 0.2],
  ];
  return (x, y) => {
    const warpX = x + 0.11 * fbm(noise, x * 2.1 + 4, y * 2.1, 3) + 0.02 * fbm(other, x * 9, y * 9, 3);
    const warpY = y + 0.11 * fbm(noise, x * 2.1, y * 2.1 + 8, 3) + 0.02 * fbm(other, x * 9 + 5, y * 9, 3);
    let outside = 1;
    for (const [cx, cy, rx, ry] of hearts) {
      const away = Math.sqrt(((warpX - cx) / rx) ** 2 + ((warpY - cy) / ry) ** 2);
      const both = clamp(0.5 + (outside - away) / 0.3);
      outside = mix(outside, away, both) - 0.075 * both * (1 - both);
    }
    return 1.02 - outside + 0.05 * fbm(other, x * 3, y * 3, 3);
  };
}

/** A polished slice of agate, close up. */
export function drawAgate(width = 3000) {
  const height = Math.round((width * 2) / 3);
  const light = new Float32Array(width * height * 3);
  const noise = createNoise(81);
  const other = createNoise(82);
  const crystals = createCrystals(83);
  const depthAt = createDepth(noise, other);
  const colours = createColours();
  const colour = [0, 0, 0];
  const face = [0, 0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const x = column / width;
      const y = row / width;
      const depth = depthAt(x, y);
      const fibre = fbm(other, x * 90, y * 90, 3, 0.6);
      const shade = 3 * Math.floor(shades * clamp(depth + 0.008 * fibre));
      for (let c = 0; c < 3; c++) colour[c] = colours[shade + c];

      // Fine bands, drawn together and apart, some milky and some clear.
      const rhythm = depth * 46 + 5 * noise(depth * 9, 3.3);
      const milky = 0.5 + 0.5 * noise(rhythm * 1.9, 7.7);
      const thread = 0.5 + 0.5 * Math.sin(rhythm * 6.3 + 1.2 * fibre);
      const threads = step(0.08, 0.2, depth) * step(0.82, 0.76, depth);
      const band = threads * (0.75 * (milky - 0.5) + 0.22 * (thread - 0.5));
      const cloud = fbm(noise, x * 7 + 3 * depth, y * 7, 4, 0.55);
      const clear = 1 + 0.3 * cloud;
      for (let c = 0; c < 3; c++) {
        const pale = band > 0 ? band * (0.24 + 0.24 * c * threads * (depth > 0.32 ? 0.5 : -0.4)) : 0;
        colour[c] = Math.max(0.002, colour[c] * clear * (1 + 1.15 * Math.min(0, band)) + pale * 0.7);
      }

      // The rough rind outside.
      const rind = step(0.085, 0.03, depth + 0.012 * fibre);
      if (rind > 0) {
        const crust = fbm(other, x * 17, y * 17, 7, 0.62);
        const relief = fbm(other, x * 17 + 0.05, y * 17 + 0.07, 7, 0.62) - crust;
        const pit = Math.max(0.006, 0.05 + 0.05 * crust - 0.55 * relief);
        colour[0] = mix(colour[0], pit * 1.05, rind);
        colour[1] = mix(colour[1], pit * 0.72, rind);
        colour[2] = mix(colour[2], pit * 0.52, rind);
      }

      // Quartz in the heart: facets that catch the light, larger towards the middle.
      const heart = step(0.79, 0.83, depth + 0.01 * fibre);
      let sparkle = 0;
      if (heart > 0) {
        // Each crystal is a six-sided point, leaning its own way; every side takes the light by how it is turned.
        const size = 27;
        const edge = crystals(x * size, y * size, face);
        const spin = face[0] * 2.1;
        const side = Math.floor(((Math.atan2(face[3], face[2]) + spin) / Math.PI) * 3);
        const turned = Math.cos((side / 3) * Math.PI - spin + 0.9 + (face[1] - 0.5) * 1.2);
        const reach = Math.sqrt(face[2] ** 2 + face[3] ** 2);
        const inner = 0.75 + 0.35 * fbm(other, x * 70 + side * 9, y * 70, 3);
        const tone =
          inner * (0.1 + 0.16 * face[0] + 0.85 * Math.max(0, turned) ** 2.5 * (0.4 + face[1])) * (1.15 - 0.6 * reach);
        const hollow = 0.25 + 0.75 * step(1.06, 0.84, depth);
        const value = hollow * tone * 1.25;
        const clearness = step(0.5, 0.95, turned) * 0.5;
        colour[0] = mix(colour[0], value * mix(0.42, 0.9, clearness) + 0.012, heart);
        colour[1] = mix(colour[1], value * mix(0.17, 0.74, clearness) + 0.004, heart);
        colour[2] = mix(colour[2], value * mix(0.62, 0.95, clearness) + 0.022, heart);
        const seam = step(0.09, 0.0, edge) * heart;
        for (let c = 0; c < 3; c++) colour[c] *= 1 - 0.55 * seam;
        const glint = face[1] > 0.7 && turned > 0.9 ? step(0.16, 0.02, Math.abs(reach - 0.16 - 0.1 * face[0])) : 0;
        sparkle = heart * hollow * glint * 1.3 * face[0];
      }

      // A window reflected in the polish, and light that shines through from below.
      const polish =
        0.035 * step(0.75, 0.1, Math.abs(x * 0.9 + y * 1.25 - 0.58 + 0.02 * cloud)) * (1 - heart) * (1 - rind);
      const back = 0.72 + 0.75 * Math.exp(-((x - 0.5) ** 2 + (y - 0.28) ** 2) * 4.5);
      const i = 3 * (row * width + column);
      light[i] = colour[0] * back * 1.25 + polish + sparkle;
      light[i + 1] = colour[1] * back * 1.25 + polish + sparkle * 0.93;
      light[i + 2] = colour[2] * back * 1.25 + polish * 1.1 + sparkle;
    }
  }
  return { pixels: develop(light, width, height, { bloom: 0.09, vignette: 0.5, grain: 1.6, seed: 8 }), width, height };
}
