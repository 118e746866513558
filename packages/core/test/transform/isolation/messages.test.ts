import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessageReader, send } from '../../../src/transform/isolation/messages.ts';

/** What is written for some messages, as one piece. */
function written(messages: readonly (readonly [kind: number, payload: Uint8Array])[]): Buffer {
  const stream = new PassThrough({ highWaterMark: 1e9 });
  for (const [kind, payload] of messages) send(stream, kind, payload);
  return stream.read() ?? Buffer.alloc(0);
}

describe('messages', () => {
  it('arrive as they were sent, wherever the stream is cut', () => {
    const message = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 40 }));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(9), { maxLength: 30 }), (messages, cuts) => {
        const read = createMessageReader(40);
        const arrived = [];
        let rest = written(messages);
        for (const cut of cuts) {
          arrived.push(...read(rest.subarray(0, cut)));
          rest = rest.subarray(cut);
        }
        arrived.push(...read(rest));
        expect(arrived.map(({ kind, payload }) => [kind, [...payload]])).toEqual(
          messages.map(([kind, payload]) => [kind, [...payload]]),
        );
      }),
    );
  });

  it('do not share the chunks they came in', () => {
    const chunk = written([[4, Uint8Array.of(1, 2, 3)]]);
    const [message] = createMessageReader(3)(chunk);
    chunk.fill(0);
    expect([...(message?.payload ?? [])]).toEqual([1, 2, 3]);
  });

  it('that would be too long are refused before they are there', () => {
    expect(() => createMessageReader(2)(written([[4, Uint8Array.of(1, 2, 3)]]).subarray(0, 5))).toThrow(
      'Expected at most 2 bytes but was told of 3',
    );
  });
});
