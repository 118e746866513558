import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLine, encodeLine, type JournalLine } from '../../../src/journal/file/line.ts';
import { type PurgeTarget, purgeModes } from '../../../src/journal/journal.ts';

const position = fc.maxSafeNat();
const text = fc.string({ unit: 'binary' });
const target: fc.Arbitrary<PurgeTarget> = fc.oneof(
  fc.record({ kind: fc.constant('exact' as const), origin: text, hash: text }),
  fc.record({ kind: fc.constant('prefix' as const), origin: text, prefix: text }),
  fc.record({ kind: fc.constant('tag' as const), origin: text, tag: text }),
  fc.record({ kind: fc.constant('all' as const), origin: text }),
);
const line: fc.Arbitrary<JournalLine> = fc.oneof(
  fc.record({
    kind: fc.constant('purge' as const),
    purge: fc.record({ targets: fc.array(target), mode: fc.constantFrom(...purgeModes) }),
    nonce: text,
  }),
  fc.record({
    kind: fc.constant('entry' as const),
    entry: fc.record({ target, hard: position, soft: position, renewal: position, takedown: position }),
  }),
  fc.record({ kind: fc.constant('tagPurge' as const), origin: text, position }),
  fc.record({ kind: fc.constant('closed' as const), nonce: text }),
  fc.record({
    kind: fc.constant('header' as const),
    header: fc.record({
      epoch: text,
      identity: text,
      base: position,
      position,
      floor: position,
      renewalFloor: position,
      newestTakedown: position,
    }),
  }),
);

/** A line of whatever content, with the right checksum. */
function written(content: unknown): Buffer {
  const text = JSON.stringify(content);
  return Buffer.from(`${crc32(text).toString(16).padStart(8, '0')} ${text}`);
}

describe('a line of the file journal', () => {
  it('is read as it was written, and takes one line', () => {
    fc.assert(
      fc.property(line, (each) => {
        const bytes = encodeLine(each);
        expect(bytes.indexOf(0x0a)).toBe(bytes.length - 1);
        expect(decodeLine(bytes.subarray(0, -1))).toMatchObject(each);
      }),
    );
  });

  it('is not read where a part of it is missing or changed', () => {
    fc.assert(
      fc.property(line, fc.nat(), fc.integer({ min: 1, max: 255 }), (each, where, change) => {
        const bytes = encodeLine(each).subarray(0, -1);
        const at = where % bytes.length;
        expect(decodeLine(bytes.subarray(0, at))).toBeUndefined();
        expect(decodeLine(bytes.subarray(at + 1))).toBeUndefined();
        expect(
          decodeLine(
            Buffer.concat([bytes.subarray(0, at), Buffer.from([(bytes[at] ?? 0) ^ change]), bytes.subarray(at + 1)]),
          ),
        ).toBeUndefined();
      }),
    );
  });

  it.each<readonly [string, unknown]>([
    ['null', null],
    ['a number', 7],
    ['a list', []],
    ['of no kind', {}],
    ['of another kind', { kind: 'other' }],
    ['of a kind that every object knows', { kind: 'constructor' }],
    ['a purge without a nonce', { kind: 'purge', purge: { targets: [], mode: 'soft' } }],
    ['a purge of no mode', { kind: 'purge', purge: { targets: [], mode: 'hard' }, nonce: 'n' }],
    ['a purge of no targets', { kind: 'purge', purge: { mode: 'soft' }, nonce: 'n' }],
    [
      'a purge of an unknown kind',
      { kind: 'purge', purge: { targets: [{ kind: 'x', origin: '' }], mode: 'soft' }, nonce: 'n' },
    ],
    [
      'a tag without a name',
      { kind: 'purge', purge: { targets: [{ kind: 'tag', origin: '' }], mode: 'soft' }, nonce: 'n' },
    ],
    [
      'an entry of half a position',
      { kind: 'entry', entry: { target: { kind: 'all', origin: '' }, hard: 0.5, soft: 0, renewal: 0, takedown: 0 } },
    ],
    ['a purge by tag before all', { kind: 'tagPurge', origin: 'photos', position: -1 }],
  ])('is not read where it is %s', (_name, content) => {
    expect(decodeLine(written(content))).toBeUndefined();
  });

  it('of another version is refused, not taken for a torn one', () => {
    expect(() => decodeLine(written({ kind: 'header', version: 2 }))).toThrow(
      'The journal has format 2, and format 1 is expected',
    );
  });
});
