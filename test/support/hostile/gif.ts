/** The header of a GIF with two colours. */
export function gifHeader(width: number, height: number): Buffer {
  const size = [width & 255, width >> 8, height & 255, height >> 8];
  return Buffer.concat([Buffer.from('GIF89a'), Buffer.from([...size, 0x80, 0, 0, 1, 2, 3, 200, 100, 50])]);
}

/** One frame at the left top, of one colour. */
export function gifFrame(width: number, height: number, pixels: number = width * height): Buffer {
  const size = [width & 255, width >> 8, height & 255, height >> 8];
  return Buffer.concat([Buffer.from([0x2c, 0, 0, 0, 0, ...size, 0, 2]), subBlocks(run(pixels)), Buffer.from([0])]);
}

/** A GIF of frames. */
export function gif(width: number, height: number, ...frames: readonly Uint8Array[]): Buffer {
  return Buffer.concat([gifHeader(width, height), ...frames, Buffer.from(';')]);
}

function subBlocks(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.subarray(at, at + 255);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat(blocks);
}

const smallest = 2;
const clear = 4;
const end = 5;

/** LZW codes of so many pixels of colour 0: each code stands for one more than the one before. */
function run(pixels: number): Buffer {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  let size = smallest + 1;
  let next = end + 1;
  const put = (code: number): void => {
    held |= code << bits;
    bits += size;
    for (; bits >= 8; bits -= 8, held >>>= 8) bytes.push(held & 255);
  };
  const restart = (): void => {
    put(clear);
    size = smallest + 1;
    next = end + 1;
    put(0);
  };
  restart();
  let length = 1;
  for (let left = pixels - 1; left > 0; ) {
    if (next >= 4095) {
      restart();
      left -= 1;
      length = 1;
    } else if (length + 1 <= left) {
      put(next++);
      length += 1;
      left -= length;
      if (next === 1 << size && size < 12) size += 1;
    } else {
      put(left === 1 ? 0 : end + left - 1);
      left = 0;
    }
  }
  put(end);
  if (bits > 0) bytes.push(held & 255);
  return Buffer.from(bytes);
}
