import { clamp, createNoise, createRandom, fbm, mix, step } from './noise.js';

// Share of the width: place, radius, and how long the film has drained (thinner films are further on in their colours).
const bubbles = [
  { x: 0.47, y: 0.43, radius: 0.33, film: 0.55, seed: 1 },
  { x: 0.79, y: 0.69, radius: 0.15, film: 0.35, seed: 2 },
  { x: 0.2, y: 0.77, radius: 0.1, film: 0.75, seed: 3 },
  { x: 0.83, y: 0.2, radius: 0.075, film: 0.2, seed: 4 },
  { x: 0.42, y: 0.86, radius: 0.055, film: 0.6, seed: 5 },
  { x: 0.1, y: 0.16, radius: 0.04, film: 0.4, seed: 6 },
  { x: 0.61, y: 0.9, radius: 0.025, film: 0.5, seed: 7 },
];
const waves = [612, 549, 465];

/** What a film of soapy water reflects, per colour: interference of its two faces (nanometres). */
function filmColour(thickness, cosine, out) {
  const inside = Math.sqrt(1 - (1 - cosine * cosine) / (1.33 * 1.33));
  for (let c = 0; c < 3; c++) out[c] = Math.sin((2 * Math.PI * 1.33 * thickness * inside) / waves[c]) ** 2;
}

/** The softbox, the sky and the floor that the bubble mirrors. */
function room(x, y, z) {
  const windowX = x / Math.max(0.05, z + 1.05);
  const windowY = y / Math.max(0.05, z + 1.05);
  const pane = (cx, cy, w, h) => step(w, w * 0.8, Math.abs(windowX - cx)) * step(h, h * 0.82, Math.abs(windowY - cy));
  const bars = step(0.008, 0.014, Math.abs(windowX + 0.36)) * step(0.008, 0.014, Math.abs(windowY + 0.42));
  return 4.2 * pane(-0.36, -0.42, 0.15, 0.19) * bars + 1.1 * pane(0.34, 0.44, 0.2, 0.06) + 0.24 + 0.3 * Math.max(0, -y);
}

function drawBubble(light, alpha, width, { x, y, radius, film, seed }) {
  const noise = createNoise(100 + seed);
  const colour = [0, 0, 0];
  const r = radius * width;
  for (let row = Math.max(0, Math.floor(y * width - r)); row < Math.min(width, y * width + r + 1); row++) {
    for (let column = Math.max(0, Math.floor(x * width - r)); column < Math.min(width, x * width + r + 1); column++) {
      const nx = (column + 0.5 - x * width) / r;
      const ny = (row + 0.5 - y * width) / r;
      const flat = nx * nx + ny * ny;
      if (flat > 1.02) continue;
      const edge = clamp((1 - Math.sqrt(flat)) * r + 0.5);
      const nz = Math.sqrt(Math.max(0.0004, 1 - flat));
      // The film flows: it is thin at the top, thick below, and swirls.
      const swirl = fbm(
        noise,
        nx * 1.5 + 0.8 * noise(nx * 1.3, ny * 2.4),
        ny * 2.6 + 0.7 * noise(nx * 2, ny + 5),
        5,
        0.5,
      );
      const thickness = 190 + 520 * (0.5 + 0.42 * ny) * (0.55 + film) + 210 * swirl;
      filmColour(Math.max(30, thickness), nz, colour);
      const fresnel = 0.06 + 0.94 * (1 - nz) ** 3.2;
      const front = room(2 * nx * nz, 2 * ny * nz, 2 * nz * nz - 1);
      // The far wall mirrors the same window upside down and smaller.
      const back = 0.5 * room(-1.35 * nx, -1.35 * ny, nz * 0.4 - 0.15);
      const strength = fresnel * (front + back) + 0.12 * Math.max(0, front - 1) + 0.06 * back;
      const i = row * width + column;
      let most = 0;
      for (let c = 0; c < 3; c++) {
        const white = 0.3 * step(1.2, 3, front);
        colour[c] = strength * mix(0.16 + 1.25 * colour[c], 1.1, white);
        most = Math.max(most, colour[c]);
      }
      const cover = clamp(0.035 + most * 0.95 + 0.16 * (1 - nz) ** 2) * edge;
      for (let c = 0; c < 3; c++) {
        light[3 * i + c] = light[3 * i + c] * (1 - cover) + Math.min(1, colour[c]) * edge;
      }
      alpha[i] += (1 - alpha[i]) * cover;
    }
  }
}

/** Soft shadows with a bright heart, as clear bubbles throw them. */
function drawShadow(light, alpha, width, { x, y, radius }) {
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      const dx = (column / width - x - radius * 0.22) / radius;
      const dy = (row / width - y - radius * 0.34) / radius;
      const away = Math.sqrt(dx * dx + dy * dy);
      if (away > 1.5) continue;
      const ring = step(1.42, 0.8, away) * (0.45 + 0.55 * step(0.2, 1, away));
      const i = row * width + column;
      const cover = 0.3 * ring * step(0, 0.03, Math.min(row, column, width - 1 - row, width - 1 - column) / width);
      for (let c = 0; c < 3; c++) light[3 * i + c] = light[3 * i + c] * (1 - cover) + [0.002, 0.002, 0.004][c] * cover;
      alpha[i] += (1 - alpha[i]) * cover;
    }
  }
}

/** Soap bubbles and their shadows on nothing: a picture with real transparency, 4 channels. */
export function drawBubbles(width = 2000) {
  // `light` holds colour already weighed by its cover; it is divided out at the end.
  const light = new Float32Array(width * width * 3);
  const alpha = new Float32Array(width * width);
  for (const bubble of bubbles) drawShadow(light, alpha, width, bubble);
  for (const bubble of bubbles.toReversed()) drawBubble(light, alpha, width, bubble);
  const random = createRandom(9);
  const pixels = Buffer.alloc(width * width * 4);
  for (let i = 0; i < alpha.length; i++) {
    if (alpha[i] < 0.002) continue;
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = 255 * clamp(light[3 * i + c] / alpha[i]) ** (1 / 2.2) + random();
    pixels[4 * i + 3] = clamp(255 * alpha[i] + random(), 0, 255);
  }
  return { pixels, width, height: width };
}
