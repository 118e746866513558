import { describe, expect, it } from 'vitest';
import { readItems } from '../../../src/transform/probe/items.ts';
import { fourCharacters } from '../../../src/transform/probe/reader.ts';

/** One item as the tables of a file list it. */
type Entry = readonly [id: number, type: string, indexes: readonly number[]];

interface Form {
  /** Item ids of four bytes in all tables. */
  readonly wideIds?: boolean;
  /** Property indexes of two bytes. */
  readonly wideIndexes?: boolean;
}

const number = (bytes: number, value: number) => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
};

const box = (name: string, ...parts: readonly Uint8Array[]) => {
  const payload = Buffer.concat(parts);
  return Buffer.concat([number(4, 8 + payload.length), Buffer.from(name), payload]);
};

/** A `meta` box with three properties; its first entry is the primary item. */
function meta(entries: readonly Entry[], { wideIds = false, wideIndexes = false }: Form = {}): Buffer {
  const id = (value: number) => number(wideIds ? 4 : 2, value);
  const infe = entries.map(([item, type]) =>
    box('infe', Buffer.from([wideIds ? 3 : 2, 0, 0, 0]), id(item), number(2, 0), Buffer.from(`${type}\0`)),
  );
  const associations = entries.map(([item, , indexes]) =>
    Buffer.concat([id(item), number(1, indexes.length), ...indexes.map((index) => number(wideIndexes ? 2 : 1, index))]),
  );
  const version = Buffer.from([wideIds ? 1 : 0, 0, 0, 0]);
  return box(
    'meta',
    Buffer.alloc(4),
    box('iloc', Buffer.from([0, 0, 0, 0, 0x44, 0, 0, 0])),
    box('pitm', version, id(entries[0]?.[0] ?? 0)),
    box('iinf', version, number(wideIds ? 4 : 2, entries.length), ...infe),
    box(
      'iprp',
      box('ipco', box('aaaa'), box('bbbb'), box('cccc')),
      box(
        'ipma',
        Buffer.from([wideIds ? 1 : 0, 0, 0, wideIndexes ? 1 : 0]),
        number(4, entries.length),
        ...associations,
      ),
    ),
  );
}

const read = (bytes: Buffer) => readItems(bytes, { type: 0, start: 8, end: bytes.length });
const names = (bytes: Buffer) => {
  const { primary, all } = read(bytes);
  const name = (start: number) => bytes.toString('latin1', start - 4, start);
  return { primary: primary.properties.map(({ start }) => name(start)), items: all.length, type: primary.type };
};
const isBroken = expect.objectContaining({ code: 'BROKEN_IMAGE' });

describe('readItems', () => {
  it.each<readonly [string, Form]>([
    ['narrow ids and indexes', {}],
    ['wide ids', { wideIds: true }],
    ['wide indexes', { wideIndexes: true }],
    ['both wide', { wideIds: true, wideIndexes: true }],
  ])('reads tables with %s', (_, form) => {
    const essential = form.wideIndexes === true ? 0x8000 : 0x80;
    const bytes = meta(
      [
        [7, 'av01', [3, essential + 1]],
        [9, 'Exif', []],
      ],
      form,
    );
    expect(names(bytes)).toEqual({ primary: ['cccc', 'aaaa'], items: 2, type: fourCharacters('av01') });
  });

  it('tells apart ids that share their lower half', () => {
    const bytes = meta(
      [
        [0x10001, 'av01', [1]],
        [0x20001, 'av01', [2]],
      ],
      { wideIds: true },
    );
    expect(names(bytes)).toMatchObject({ primary: ['aaaa'], items: 2 });
  });

  it('passes over an index that stands for no property', () => {
    expect(names(meta([[1, 'av01', [0, 2, 99]]]))).toMatchObject({ primary: ['bbbb'] });
  });

  it('finds an item broken that is listed twice', () => {
    const twice = meta([
      [1, 'av01', [1]],
      [1, 'av01', [2]],
    ]);
    expect(() => read(twice)).toThrow(isBroken);
  });

  it('takes a thousand items and not one more', () => {
    const list = Array.from({ length: 1001 }, (_, index): Entry => [index + 1, 'av01', [1]]);
    expect(read(meta(list.slice(0, 1000))).all).toHaveLength(1000);
    expect(() => read(meta(list))).toThrow(isBroken);
  });

  it('does not gather associations of more than a thousand items', () => {
    const bytes = meta([[1, 'av01', [1]]]);
    const entries = Array.from({ length: 2000 }, (_, index) => Buffer.concat([number(2, index + 1), number(1, 0)]));
    const list = bytes.indexOf('ipma') + 4;
    const longer = Buffer.concat([bytes.subarray(0, list), Buffer.alloc(4), number(4, 2000), ...entries]);
    for (const name of ['ipma', 'iprp', 'meta']) {
      const start = longer.indexOf(name) - 4;
      longer.writeUInt32BE(longer.length - start, start);
    }
    expect(() => read(longer)).toThrow(isBroken);
  });
});
