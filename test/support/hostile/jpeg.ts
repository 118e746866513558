/** One segment of a JPEG. */
export function jpegSegment(marker: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(payload.length + 2, 2);
  return Buffer.concat([head, payload]);
}

/** A colour profile in as many segments as it takes. */
export function profileSegments(profile: Buffer): Buffer {
  const longest = 65_500;
  const count = Math.ceil(profile.length / longest);
  const parts = Array.from({ length: count }, (_, index) => {
    const head = Buffer.concat([Buffer.from('ICC_PROFILE\0'), Buffer.from([index + 1, count])]);
    return jpegSegment(0xe2, Buffer.concat([head, profile.subarray(index * longest, (index + 1) * longest)]));
  });
  return Buffer.concat(parts);
}

/** Bytes with others put in before the first, or the last, of a marker. */
export function before(bytes: Buffer, marker: number, added: Uint8Array, which: 'first' | 'last' = 'first'): Buffer {
  const name = Buffer.from([0xff, marker]);
  const at = which === 'first' ? bytes.indexOf(name) : bytes.lastIndexOf(name);
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at)]);
}

/** Bytes with the size in the frame header overwritten. */
export function withFrameSize(bytes: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(Buffer.from([0xff, 0xc0]));
  copy.writeUInt16BE(height, at + 5);
  copy.writeUInt16BE(width, at + 7);
  return copy;
}

/**
 * A progressive grey JPEG in which each coefficient has a scan for each of its bits, as T.81 §G allows: nothing in it
 * warns a decoder. A scan of nothing but zeros takes a few bytes, whatever the size of the picture.
 */
export function manyScans(width: number, height: number, most: number): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const table = (id: number, lengths: readonly number[], symbols: readonly number[]): Buffer =>
    jpegSegment(0xc4, Buffer.from([id, ...lengths, ...Array(16 - lengths.length).fill(0), ...symbols]));
  const scan = (at: number, approximation: number, bits: Buffer): Buffer =>
    Buffer.concat([jpegSegment(0xda, Buffer.from([1, 1, 0, at, at, approximation])), bits]);
  const zeros = coded(runsOf(blocks));
  const scans = [scan(0, 0, coded('0'.repeat(blocks)))];
  for (let at = 1; at < 64; at += 1) {
    scans.push(scan(at, 13, zeros));
    for (let low = 12; low >= 0; low -= 1) scans.push(scan(at, ((low + 1) << 4) | low, zeros));
  }
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])),
    jpegSegment(0xc2, Buffer.from([8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0])),
    table(0x00, [1], [0]),
    table(0x10, [1, 1], [0xe0, 0x00]),
    ...scans.slice(0, most),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** The codes of so many empty blocks: runs of 16,384 to 32,767, then one by one. */
function runsOf(blocks: number): string {
  let bits = '';
  for (let left = blocks; left > 0; ) {
    const run = left >= 16_384 ? Math.min(left, 32_767) : 1;
    bits += run === 1 ? '10' : `0${(run - 16_384).toString(2).padStart(14, '0')}`;
    left -= run;
  }
  return bits;
}

function coded(bits: string): Buffer {
  const bytes: number[] = [];
  for (const byte of bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g) ?? []) {
    const value = Number.parseInt(byte, 2);
    bytes.push(value);
    if (value === 0xff) bytes.push(0);
  }
  return Buffer.from(bytes);
}
