import type { Writable } from 'node:stream';

/** What is said between this process and one that renders. */
export const messageKind = {
  /** To the child: a job but for its bytes, and then the bytes of its original, of each overlay and of each font. */
  job: 1,
  bytes: 2,
  /** From the child: ready for jobs; the bytes made; what they failed on; the memory it holds. */
  ready: 3,
  made: 4,
  failed: 5,
  resident: 6,
} as const;

/** One message: a byte that tells its kind, four of its length, and so many more. */
export interface Message {
  readonly kind: number;
  readonly payload: Buffer;
}

const headSize = 5;

/** Writes one message. The payload is not copied. */
export function send(stream: Writable, kind: number, payload: Uint8Array): void {
  const head = Buffer.alloc(headSize);
  head.writeUInt8(kind);
  head.writeUInt32LE(payload.length, 1);
  stream.cork();
  stream.write(head);
  if (payload.length > 0) stream.write(payload);
  stream.uncork();
}

/**
 * Creates what puts messages together from the chunks of a stream.
 *
 * @param longest bytes of a payload; who says more is not to be believed.
 * @returns a function that takes the next chunk and gives the messages that it completes.
 * @throws Error where a payload would be longer.
 */
export function createMessageReader(longest: number): (chunk: Buffer) => readonly Message[] {
  let head = Buffer.alloc(0);
  let payload: Buffer | undefined;
  let filled = 0;

  const begin = (chunk: Buffer): Buffer => {
    const missing = headSize - head.length;
    head = Buffer.concat([head, chunk.subarray(0, missing)]);
    if (head.length === headSize) {
      const length = head.readUInt32LE(1);
      if (length > longest) throw new Error(`Expected at most ${longest} bytes but was told of ${length}`);
      // Not of the pool: it lives as long as the picture.
      payload = Buffer.allocUnsafeSlow(length);
      filled = 0;
    }
    return chunk.subarray(missing);
  };

  return (chunk) => {
    const messages: Message[] = [];
    let rest = chunk;
    while (rest.length > 0 || payload?.length === filled) {
      if (payload === undefined) {
        rest = begin(rest);
        continue;
      }
      const taken = rest.copy(payload, filled);
      filled += taken;
      rest = rest.subarray(taken);
      if (filled < payload.length) break;
      messages.push({ kind: head.readUInt8(), payload });
      payload = undefined;
      head = Buffer.alloc(0);
    }
    return messages;
  };
}
