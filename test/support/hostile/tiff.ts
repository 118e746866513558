/** One entry of a directory: its tag, its type (3 is SHORT, 4 LONG, others as bytes), its values, or the bytes of them. */
export type TiffEntry = readonly [tag: number, type: number, values: readonly number[] | Buffer];

/** One page: what it says and the bytes of its strips or tiles. */
export interface TiffPage {
  /** Put in place of those that a plain page has, or beside them; without values: left out. */
  readonly entries?: readonly TiffEntry[];
  readonly parts?: readonly Uint8Array[];
  readonly width?: number;
  readonly height?: number;
  /** Of each pixel. @default 3 */
  readonly samples?: number;
}

/** How pages are put into a file. */
export interface TiffForm {
  readonly bigEndian?: boolean;
  /** Index of the page that the last one names as its next. */
  readonly loopTo?: number;
}

const valueBytes: Readonly<Record<number, number>> = { 3: 2, 4: 4, 5: 8, 12: 8, 13: 4 };

/** A plain page of 8 × 8 pixels in RGB, in one strip that is not coded. */
function entriesOf({ entries = [], parts, width = 8, height = 8, samples = 3 }: TiffPage): Map<number, TiffEntry> {
  const colours = samples < 3 ? 1 : 2;
  const plain: readonly TiffEntry[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, Array<number>(samples).fill(8)],
    [259, 3, [1]],
    [262, 3, [colours]],
    [273, 4, (parts ?? [0]).map(() => 0)],
    [277, 3, [samples]],
    [278, 4, [height]],
    [338, 3, samples === 2 || samples === 4 ? [2] : []],
    [279, 4, (parts ?? [{ length: width * height * samples }]).map(({ length }) => length)],
  ];
  const stated = new Map([...plain, ...entries].map((entry) => [entry[0], entry]));
  for (const [tag, , values] of stated.values()) if (values.length === 0) stated.delete(tag);
  return stated;
}

/** A TIFF of pages, each with its directory behind its pixels. */
export function tiffOf(pages: readonly TiffPage[], { bigEndian = false, loopTo }: TiffForm = {}): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  const put = (bytes: Uint8Array): number => {
    const at = length;
    const padded = Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]);
    chunks.push(padded);
    length += padded.length;
    return at;
  };
  const number = (bytes: number, value: number): Buffer => {
    const word = Buffer.alloc(bytes);
    if (bytes === 1) word.writeUInt8(value);
    else if (bytes === 2) bigEndian ? word.writeUInt16BE(value) : word.writeUInt16LE(value);
    else bigEndian ? word.writeUInt32BE(value) : word.writeUInt32LE(value);
    return word;
  };
  put(Buffer.concat([Buffer.from(bigEndian ? 'MM' : 'II'), number(2, 42), number(4, 0)]));
  const directories: number[] = [];
  const links: Buffer[] = [chunks[0]?.subarray(4) ?? Buffer.alloc(4)];
  for (const page of pages) {
    const { parts = [Buffer.alloc((page.width ?? 8) * (page.height ?? 8) * (page.samples ?? 3), 120)] } = page;
    const entries = entriesOf(page);
    const places = parts.map(put);
    for (const tag of [273, 324]) {
      const entry = entries.get(tag);
      if (Array.isArray(entry?.[2]) && entry[2].every((value) => value === 0))
        entries.set(tag, [tag, entry[1], places.slice(0, entry[2].length)]);
    }
    const sorted = [...entries.values()].sort(([one], [other]) => one - other);
    const written = sorted.map(([tag, type, values]) => {
      const size = valueBytes[type] ?? 1;
      const bytes = Buffer.isBuffer(values)
        ? values
        : Buffer.concat(values.map((value) => number(Math.min(size, 4), value)));
      const count = Buffer.isBuffer(values) ? values.length / size : values.length;
      const inside = bytes.length <= 4 ? Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]) : number(4, put(bytes));
      return Buffer.concat([number(2, tag), number(2, type), number(4, count), inside]);
    });
    const directory = Buffer.concat([number(2, sorted.length), ...written, number(4, 0)]);
    directories.push(put(directory));
    links.push((chunks.at(-1) ?? directory).subarray(directory.length - 4, directory.length));
  }
  for (const [index, link] of links.entries()) {
    const next = directories[index] ?? (loopTo === undefined ? 0 : (directories[loopTo] ?? 0));
    number(4, next).copy(link);
  }
  return Buffer.concat(chunks);
}
