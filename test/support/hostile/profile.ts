const longs = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) buffer.writeUInt32BE(value, index * 4);
  return buffer;
};
const tagStart = 128;

/** A colour profile of tags, each of a type. */
export function profileOf(tags: Readonly<Record<string, Buffer>>): Buffer {
  const head = Buffer.alloc(tagStart);
  head.write('lcms\x04\x30\0\0mntrRGB XYZ ', 4, 'latin1');
  head.write('acsp', 36);
  longs(0xf6d6, 0x1_0000, 0xd32d).copy(head, 68);
  const table = [longs(Object.keys(tags).length)];
  let at = tagStart + 4 + 12 * Object.keys(tags).length;
  for (const [name, { length }] of Object.entries(tags)) {
    table.push(Buffer.from(name), longs(at, length));
    at += length;
  }
  head.writeUInt32BE(at, 0);
  return Buffer.concat([head, ...table, ...Object.values(tags)]);
}

const point = (x: number, y: number, z: number): Buffer =>
  Buffer.concat([Buffer.from('XYZ \0\0\0\0'), longs(x * 0x1_0000, y * 0x1_0000, z * 0x1_0000)]);
const curve = Buffer.from('curv\0\0\0\0\0\0\0\x01\x02\x33\0\0', 'latin1');
const text = Buffer.concat([
  Buffer.from('mluc\0\0\0\0'),
  longs(1, 12),
  Buffer.from('enUS'),
  longs(2, 28),
  Buffer.alloc(4),
]);

/** What each profile of a screen has. */
export const plainTags: Readonly<Record<string, Buffer>> = {
  desc: text,
  cprt: text,
  wtpt: point(0.9642, 1, 0.8249),
  rXYZ: point(0.14, 0.06, 0.7),
  gXYZ: point(0.3, 0.7, 0.1),
  bXYZ: point(0.4, 0.2, 0.01),
  rTRC: curve,
  gTRC: curve,
  bTRC: curve,
};

/** A tag of so many steps, all of which are the same few bytes. */
export function manySteps(count: number): Buffer {
  const matrix = Buffer.concat([Buffer.from('matf\0\0\0\0\0\x03\0\x03'), Buffer.alloc(48)]);
  const head = Buffer.concat([Buffer.from('mpet\0\0\0\0\0\x03\0\x03'), longs(count)]);
  const places = longs(head.length + count * 8, matrix.length);
  return Buffer.concat([head, Buffer.alloc(count * 8, places), matrix]);
}

/** A profile of a kilobyte, once it is deflated, that keeps the colour engine busy for minutes. */
export function stepBomb(): Buffer {
  return profileOf({ ...plainTags, D2B0: manySteps(400_000) });
}
