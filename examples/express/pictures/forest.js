import { drawConifer } from './conifer.js';
import { develop, enlarge } from './develop.js';
import { clamp, createNoise, createRandom, fbm, mix, ridges, step } from './noise.js';

const layers = 9;
const glow = { x: 0.64, y: 0.2 };

/** The lit mist behind everything: brightest where the sun comes through the crowns. */
function mist(x, y, noise, out) {
  const dx = (x - glow.x) * 1.25;
  const dy = y - glow.y;
  const away = Math.sqrt(dx * dx + dy * dy);
  const core = Math.exp(-away * away * 16);
  const wide = Math.exp(-away * 2.1);
  const drift = 1 + 0.16 * fbm(noise, x * 3, y * 5, 4);
  out[0] = (0.05 + 0.62 * wide + 1.5 * core) * drift;
  out[1] = (0.085 + 0.56 * wide + 1.15 * core) * drift;
  out[2] = (0.075 + 0.27 * wide + 0.5 * core) * drift;
}

/** Beams of light that fan out from the sun between the crowns. */
function beams(x, y, noise) {
  const dx = (x - glow.x) * 1.1;
  const dy = y - glow.y + 0.16;
  const angle = Math.atan2(dx, dy);
  const away = Math.sqrt(dx * dx + dy * dy);
  const shaft = step(0.08, 0.62, fbm(noise, angle * 5.2 + 3, 0.4 + away * 0.25, 4, 0.6) + 0.22);
  return shaft * Math.exp(-away * 1.5) * step(0.04, 0.25, away) * step(1.5, 0.9, Math.abs(angle));
}

function drawTrunks(paint, random, noise, width, height, close) {
  const count = Math.round(mix(26, 3.4, close ** 0.6));
  for (let i = 0; i < count; i++) {
    const girth = width * mix(0.006, 0.105, close ** 1.9) * (0.7 + 0.6 * random());
    let middle = (i + 0.15 + 0.7 * random()) / count;
    // A clearing in front keeps the view to the light open.
    if (close > 0.55) middle = middle < 0.5 ? middle * 0.55 : 1 - (1 - middle) * 0.34;
    const foot = height * (0.74 + 0.22 * close ** 1.2 + 0.02 * random());
    const lean = (random() - 0.5) * 0.05;
    const seed = random() * 100;
    for (let y = 0; y < foot; y++) {
      const share = y / foot;
      const flare = 1 + 1.1 * Math.exp((y - foot) / (girth * 0.75)) + 0.25 * share;
      const wobble = 0.1 * fbm(noise, seed, (y / girth) * 0.35, 3);
      const half = girth * 0.36 * flare;
      const centre = middle * width + lean * (foot - y) + wobble * girth;
      const ragged = girth * 0.03 * fbm(noise, seed + 9, (y / girth) * 4, 3);
      const from = Math.max(0, Math.floor(centre - half + ragged));
      const to = Math.min(width - 1, centre + half + ragged);
      for (let x = from; x <= to; x++) {
        const round = clamp((x - centre) / half, -1, 1);
        // Bark: long furrows, wrapped around the trunk.
        const wrap = Math.asin(round) * 1.1 + seed;
        const along = (y / girth) * 0.42 + 0.15 * round;
        const bark = ridges(noise, wrap * 4.2 + 0.3 * along, along * 1.1, close > 0.3 ? 5 : 3, 0.55);
        const toLight = (glow.x - middle) * 3;
        const rim = step(0.45, 1, round * Math.sign(toLight || 1)) * 0.9 + 0.1;
        paint(x, y, (0.25 + 1.35 * bark * bark) * (0.35 + 0.65 * Math.sqrt(1 - round * round)), rim * (0.4 + bark), 0);
      }
    }
  }
}

function drawFloor(paint, noise, width, height, close, seed) {
  for (let x = 0; x < width; x++) {
    const across = x / width;
    const mound = 0.03 * fbm(noise, across * 3 + seed, seed, 3) * (0.4 + close);
    const level = height * (0.715 + 0.22 * close ** 1.25 - mound - 0.05 * close * (2 * across - 1.1) ** 2);
    const fern = close ** 1.3 * height * 0.028;
    const tuft = ridges(noise, across * (70 - 45 * close) + seed, seed * 3, 4, 0.62);
    for (let y = Math.max(0, Math.floor(level - fern * tuft * 1.6)); y < height; y++) {
      const below = (y - level) / height;
      const scale = 46 - 32 * close;
      const moss = fbm(noise, across * scale * 1.2 + seed, (y / width) * scale * 2.6, 5, 0.62);
      const leaf = ridges(noise, across * scale * 2.6, (y / width) * scale * 4.4 + seed, 4, 0.6);
      paint(x, y, 0.25 + 0.8 * Math.max(0, 0.45 + moss) * (0.3 + 1.4 * leaf), 0.5 * leaf * step(0.06, -0.01, below), 1);
    }
  }
}

function drawCrowns(paint, noise, width, height, close, seed) {
  const scale = 15 - 9.5 * close;
  for (let y = 0; y < height * 0.62; y++) {
    for (let x = 0; x < width; x++) {
      const px = x / width;
      const py = y / width;
      const open = Math.exp(-(((px - glow.x) * 2.6) ** 2) - ((y / height - glow.y - 0.06) * 4.2) ** 2);
      const need = -0.2 + 1.15 * (y / height) + 0.65 * open + 0.12 * close;
      const mass = fbm(noise, px * scale * 0.55 + seed, py * scale * 0.8 + seed, 2);
      if (mass < need - 0.75) continue;
      const leaves = fbm(noise, px * scale * 4 + seed * 2, py * scale * 5.5, 4, 0.7);
      const cover = mass + 0.75 * leaves - need;
      if (cover > 0) paint(x, y, 0.3 + 1.2 * clamp(leaves + 0.3), step(0.16, 0.0, cover), 1);
    }
  }
}

/** A misty forest in the morning, taller than wide. */
export function drawForest(fullWidth = 2000) {
  const fullHeight = Math.round(fullWidth * 1.5);
  // Mist is soft: two thirds of the resolution are enough, the grain comes at the full one.
  const width = Math.round(fullWidth / 1.5);
  const height = Math.round(fullHeight / 1.5);
  const light = new Float32Array(width * height * 3);
  const noise = createNoise(91);
  const random = createRandom(92);
  const air = new Float32Array(width * height * 3);
  const colour = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      mist(x / width, y / height, noise, colour);
      const at = 3 * (y * width + x);
      air[at] = colour[0];
      air[at + 1] = colour[1];
      air[at + 2] = colour[2];
    }
  }
  light.set(air);
  for (let layer = 0; layer < layers; layer++) {
    const close = layer / (layers - 1);
    const veil = 0.9 * (1 - close) ** 1.15 + 0.015;
    const paint = (x, y, shade, rim, green) => {
      if (x < 0 || x >= width || y < 0 || y >= height) return;
      const i = 3 * (y * width + x);
      const ground = veil + (1 - veil) * 0.16 * step(0.5, 0.8, y / height) * (1 - close);
      const lit = 0.055 + 0.27 * (air[i] + air[i + 1]) * 0.5;
      light[i] = mix(shade * (green ? 0.2 : 0.34) * lit + rim * air[i] * 0.16, air[i] * 0.86, ground);
      light[i + 1] = mix(shade * (green ? 0.36 : 0.235) * lit + rim * air[i + 1] * 0.15, air[i + 1] * 0.86, ground);
      light[i + 2] = mix(shade * (green ? 0.075 : 0.15) * lit + rim * air[i + 2] * 0.08, air[i + 2] * 0.88, ground);
    };
    drawTrunks(paint, random, noise, width, height, close);
    if (layer < 7) {
      for (let i = 0; i < 5; i++) {
        const spot = { x: random() * width, base: height * (0.74 + 0.21 * close ** 1.2), spread: 0.26 };
        const tall = height * (0.05 + 0.13 * close) * (0.5 + random());
        drawConifer((x, y, depth) => paint(x, y, 0.3 + 0.6 * depth, 0.25 * depth, 1), random, {
          ...spot,
          height: tall,
        });
      }
    }
    drawFloor(paint, noise, width, height, close, layer * 7.31 + 1.7);
    if (layer % 2 === 0) drawCrowns(paint, noise, width, height, close, layer * 3.17 + 2.2);
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const beam = 0.34 * beams(x / width, y / height, noise);
      const i = 3 * (y * width + x);
      light[i] += beam * (0.9 + light[i] * 0.5);
      light[i + 1] += beam * (0.74 + light[i + 1] * 0.5);
      light[i + 2] += beam * (0.36 + light[i + 2] * 0.5);
    }
  }
  const large = enlarge(light, width, height, fullWidth, fullHeight);
  const pixels = develop(large, fullWidth, fullHeight, { exposure: 0.95, bloom: 0.15, vignette: 0.5, seed: 12 });
  return { pixels, width: fullWidth, height: fullHeight };
}
