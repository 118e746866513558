// How much a picture lost, by two measures. Both take raw sRGB pixels, three bytes each.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';

const run = promisify(execFile);

const side = 8;
const stride = 4;
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

function luma({ data }) {
  const out = new Float32Array(data.length / 3);
  for (let pixel = 0, byte = 0; pixel < out.length; pixel++, byte += 3) {
    out[pixel] = 0.299 * data[byte] + 0.587 * data[byte + 1] + 0.114 * data[byte + 2];
  }
  return out;
}

function ssimOfWindow(a, b, start, width) {
  let sumA = 0;
  let sumB = 0;
  let sumAA = 0;
  let sumBB = 0;
  let sumAB = 0;
  for (let row = 0; row < side; row++) {
    for (let at = start + row * width, end = at + side; at < end; at++) {
      sumA += a[at];
      sumB += b[at];
      sumAA += a[at] * a[at];
      sumBB += b[at] * b[at];
      sumAB += a[at] * b[at];
    }
  }
  const count = side * side;
  const meanA = sumA / count;
  const meanB = sumB / count;
  const spread = sumAA / count - meanA ** 2 + sumBB / count - meanB ** 2;
  const shared = sumAB / count - meanA * meanB;
  return ((2 * meanA * meanB + c1) * (2 * shared + c2)) / ((meanA ** 2 + meanB ** 2 + c1) * (spread + c2));
}

/** Mean SSIM of luma (Wang, Bovik, Sheikh, Simoncelli 2004), windows of 8 × 8 pixels, 4 apart. 1 is no loss. */
export function ssim(reference, other) {
  const { width, height } = reference;
  const a = luma(reference);
  const b = luma(other);
  let sum = 0;
  let windows = 0;
  for (let y = 0; y + side <= height; y += stride) {
    for (let x = 0; x + side <= width; x += stride) {
      sum += ssimOfWindow(a, b, y * width + x, width);
      windows++;
    }
  }
  return sum / windows;
}

/** The score of Debian's libjxl-devtools. 0 is no loss, and 1 about what is just seen. */
const program = 'butteraugli_main';

export const hasButteraugli = () =>
  run(program, []).then(
    () => true,
    (error) => error.code !== 'ENOENT',
  );

export async function writePng({ data, width, height }, path) {
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toFile(path);
  return path;
}

/** Butteraugli's 3-norm of a decoded picture against its reference, whose PNG is at `reference.path`. */
export async function butteraugli(reference, other, directory) {
  const { stdout } = await run(program, [reference.path, await writePng(other, join(directory, 'other.png'))]);
  const norm = /3-norm: ([\d.]+)/.exec(stdout)?.[1];
  if (norm === undefined) throw new Error(`${program} said ${stdout}`);
  return Number(norm);
}
