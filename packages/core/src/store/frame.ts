import { crc32 } from 'node:zlib';

/** What a frame holds besides its key. */
export interface Frame {
  /** Whatever JSON the writer put there; the checksum vouches for the bytes, not for their shape. */
  readonly header: unknown;
  /** A view of the frame's own bytes, not a copy. */
  readonly body: Uint8Array;
}

// magic, version, byte lengths of key, header and body, CRC-32 of all else: six 32-bit words, big-endian.
const headBytes = 24;
const checksumAt = 20;
const magic = 0x74_6e_74_79;
const version = 1;
const noBody = new Uint8Array(0);

/**
 * Puts a value into the binary form in which every store keeps it: head, full key, JSON header, body.
 *
 * @throws TypeError where the header has no JSON form, RangeError where a part is 4 GiB or larger.
 */
export function encodeFrame(key: string, header: object, body: Uint8Array = noBody): Uint8Array {
  const json = JSON.stringify(header);
  const keyBytes = Buffer.byteLength(key);
  const jsonBytes = Buffer.byteLength(json);
  // Not from Node's shared pool: a kept frame would keep the whole slab.
  const frame = Buffer.allocUnsafeSlow(headBytes + keyBytes + jsonBytes + body.length);
  frame.writeUInt32BE(magic, 0);
  frame.writeUInt32BE(version, 4);
  frame.writeUInt32BE(keyBytes, 8);
  frame.writeUInt32BE(jsonBytes, 12);
  frame.writeUInt32BE(body.length, 16);
  frame.write(key, headBytes);
  frame.write(json, headBytes + keyBytes);
  frame.set(body, headBytes + keyBytes + jsonBytes);
  frame.writeUInt32BE(checksum(frame), checksumAt);
  return frame;
}

/** Reads a frame, or says undefined where anything about it does not check out for this key. Never throws. */
export function decodeFrame(key: string, bytes: Uint8Array): Frame | undefined {
  const frame = viewOf(bytes);
  const bodyAt = bodyStart(key, frame);
  if (bodyAt === undefined || frame.readUInt32BE(checksumAt) !== checksum(frame)) return undefined;
  const header = headerOf(frame, bodyAt);
  return header === undefined ? undefined : { header, body: frame.subarray(bodyAt) };
}

/** The header of a frame that has been in nobody else's hands: the checksum, which costs a look at each byte, is not verified. */
export function frameHeader(key: string, bytes: Uint8Array): unknown {
  const frame = viewOf(bytes);
  const bodyAt = bodyStart(key, frame);
  return bodyAt === undefined ? undefined : headerOf(frame, bodyAt);
}

/** How many bytes of a frame hold its head and its key, or undefined where these are not the first 24 bytes of a frame. */
export function frameKeyEnd(start: Uint8Array): number | undefined {
  const frame = viewOf(start);
  return isHead(frame) ? headBytes + frame.readUInt32BE(8) : undefined;
}

/** The key of a frame, from as many of its bytes as {@link frameKeyEnd} says or more. Nothing vouches for it. */
export function frameKey(start: Uint8Array): string | undefined {
  const end = frameKeyEnd(start);
  return end === undefined || end > start.length ? undefined : viewOf(start).toString('utf8', headBytes, end);
}

/** Where the body begins in a frame of this key that is as long as it says. */
function bodyStart(key: string, frame: Buffer): number | undefined {
  if (!isHead(frame)) return undefined;
  const headerAt = headBytes + frame.readUInt32BE(8);
  const bodyAt = headerAt + frame.readUInt32BE(12);
  if (bodyAt + frame.readUInt32BE(16) !== frame.length) return undefined;
  return frame.toString('utf8', headBytes, headerAt) === key ? bodyAt : undefined;
}

function headerOf(frame: Buffer, bodyAt: number): unknown {
  return parse(frame.toString('utf8', headBytes + frame.readUInt32BE(8), bodyAt));
}

function isHead(frame: Buffer): boolean {
  return frame.length >= headBytes && frame.readUInt32BE(0) === magic && frame.readUInt32BE(4) === version;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function checksum(frame: Buffer): number {
  return crc32(frame.subarray(headBytes), crc32(frame.subarray(0, checksumAt)));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
