import { clamp, createNoise, createRandom, fbm, mix, step } from './noise.js';

export const frames = 24;

function createCraters(random, count) {
  return Array.from({ length: count }, () => {
    const z = 2 * random() - 1;
    const turn = 2 * Math.PI * random();
    const flat = Math.sqrt(1 - z * z);
    return {
      x: flat * Math.cos(turn),
      y: flat * Math.sin(turn),
      z: Math.abs(z),
      radius: 0.018 + 0.15 * random() ** 5,
      rays: random() > 0.95 ? 1 : 0,
    };
  });
}

/** Height and brightness of the moon's near side, looked at straight, on a square of side `size`. */
function createSurface(size) {
  const random = createRandom(41);
  const noise = createNoise(42);
  const ground = new Float32Array(size * size);
  const tone = new Float32Array(size * size);
  const craters = createCraters(random, 330);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = (2 * (column + 0.5)) / size - 1;
      const y = (2 * (row + 0.5)) / size - 1;
      const flat = x * x + y * y;
      if (flat > 1) continue;
      const z = Math.sqrt(1 - flat);
      const bend = 0.3 * noise(x * 2, y * 2 + 3);
      const plains = step(
        0.02,
        0.3,
        fbm(noise, x * 1.25 + 1.9 + bend, y * 1.25 + 0.6 + z, 4) + 0.2 * step(0.5, -0.6, y) - 0.08,
      );
      let height = 0.014 * fbm(noise, x * 9 + z, y * 9, 6, 0.6) * (1 - 0.65 * plains);
      let bright = 0.64 - 0.4 * plains + 0.12 * fbm(noise, x * 14, y * 14 + z, 4);
      for (const crater of craters) {
        const dx = x - crater.x;
        const dy = y - crater.y;
        const dz = z - crater.z;
        const away = Math.sqrt(dx * dx + dy * dy + dz * dz) / crater.radius;
        const reach = crater.rays ? 9 : 2.2;
        if (away > reach) continue;
        const soft = plains * (crater.radius > 0.06 ? 0.85 : 0.2);
        const bowl = away < 1 ? (away * away - 1) * 0.3 : 0;
        const rim = 0.2 * Math.exp(-((away - 1) ** 2) * 14);
        height += crater.radius * (bowl + rim) * (1 - soft) * 0.9;
        if (crater.rays) {
          const streak = 0.5 + 0.5 * noise(Math.atan2(dy, dx) * 5.5, crater.radius * 90);
          bright += 0.34 * streak * step(9, 0.6, away) * Math.exp(-away * 0.22);
        } else bright += 0.05 * rim;
      }
      ground[row * size + column] = height;
      tone[row * size + column] = bright;
    }
  }
  return { ground, tone };
}

function drawFrame(pixels, frame, size, radius, surface, random) {
  // The first frame is a half moon, which is what shows where pictures do not move.
  const phase = (2 * Math.PI * (frame + frames / 4)) / frames;
  const sun = { x: Math.sin(phase), z: -Math.cos(phase) };
  const inner = 2 * radius;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const i = 3 * ((frame * size + row) * size + column);
      const px = column - (size / 2 - radius);
      const py = row - (size / 2 - radius);
      const x = (px + 0.5) / radius - 1;
      const y = (py + 0.5) / radius - 1;
      const flat = Math.sqrt(x * x + y * y);
      const full = 0.5 - 0.5 * Math.cos(phase);
      const halo = 0.022 * full * Math.exp(-Math.max(0, flat - 1) * 7) * (0.7 + 0.3 * sun.x * x);
      const colour = [0.0022 + halo * 0.8, 0.003 + halo * 0.85, 0.0065 + halo];
      if (flat < 1) {
        const at = Math.min(inner - 2, Math.floor(py)) * inner + Math.min(inner - 2, Math.floor(px));
        const z = Math.sqrt(1 - flat * flat);
        const slopeX = (surface.ground[at + 1] - surface.ground[at]) * radius;
        const slopeY = (surface.ground[at + inner] - surface.ground[at]) * radius;
        const bump = 0.75 * step(0, 0.5, z);
        const nx = x - slopeX * bump;
        const nz = z;
        const length = Math.sqrt(nx * nx + (y - slopeY * bump) ** 2 + nz * nz);
        const facing = (nx * sun.x + nz * sun.z) / length;
        const day = step(-0.04, 0.1, x * sun.x + z * sun.z) * Math.max(0, facing) ** 0.7;
        const earth = 0.011 * z * (1 - 0.75 * full);
        const edge = clamp((1 - flat) * radius);
        const lit = surface.tone[at] * (day * 0.98 + earth);
        colour[0] = mix(colour[0], lit * 1.0 + earth * 0.1, edge);
        colour[1] = mix(colour[1], lit * 0.955 + earth * 0.2, edge);
        colour[2] = mix(colour[2], lit * 0.86 + earth * 0.5, edge);
      }
      for (let c = 0; c < 3; c++) pixels[i + c] = clamp(255 * clamp(colour[c]) ** (1 / 2.2) + random(), 0, 255);
    }
  }
}

function drawStars(pixels, size, radius) {
  const random = createRandom(44);
  for (let n = 0; n < 130; n++) {
    const x = Math.floor(random() * size);
    const y = Math.floor(random() * size);
    const strength = 30 + 190 * random() ** 4;
    if (Math.hypot(x - size / 2, y - size / 2) < radius * 1.04) continue;
    for (let frame = 0; frame < frames; frame++) {
      const twinkle = 0.8 + 0.2 * Math.sin((2 * Math.PI * (frame * (1 + (n % 3)))) / frames + n);
      const i = 3 * ((frame * size + y) * size + x);
      for (let c = 0; c < 3; c++) pixels[i + c] = Math.min(255, pixels[i + c] + strength * twinkle);
    }
  }
}

/** One month of the moon: frames of a square picture, one below the other. */
export function drawMoon(size = 440) {
  const radius = Math.round(size * 0.39);
  const surface = createSurface(2 * radius);
  const pixels = Buffer.alloc(size * size * frames * 3);
  for (let frame = 0; frame < frames; frame++) drawFrame(pixels, frame, size, radius, surface, createRandom(frame));
  drawStars(pixels, size, radius);
  return { pixels, width: size, height: size * frames };
}
