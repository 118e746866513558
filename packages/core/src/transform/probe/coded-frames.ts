import { broken, unsupported } from './refusals.ts';

/** Types of an open bitstream unit that begin a frame (AV1 bitstream specification, §6.2.2): OBU_FRAME_HEADER, OBU_FRAME. */
const frameHeader = 3;
const frame = 6;

/** Most frames of one picture: its layers, at most, are so many. */
const mostFrames = 4;
/** Most units of one picture. A tile may have its own. */
const mostUnits = 10_000;

/**
 * Refuses an item that holds a film instead of a picture: a decoder goes through all its frames and shows the last. What
 * makes no sense is left to the decoder.
 *
 * @throws TintypeError `UNSUPPORTED_IMAGE` for more than four frames, `BROKEN_IMAGE` for more than ten thousand units.
 */
export function checkCodedFrames(parts: readonly Uint8Array[]): void {
  const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  let frames = 0;
  let units = 0;
  for (const type of unitTypes(bytes)) {
    units += 1;
    if (type === frameHeader || type === frame) frames += 1;
    if (frames > mostFrames) throw unsupported('AVIF: an item of many frames');
    if (units > mostUnits) throw broken('AVIF: an item of too many units');
  }
}

function* unitTypes(bytes: Uint8Array): Generator<number, void, undefined> {
  for (let at = 0; at < bytes.length; ) {
    const head = bytes[at] ?? 0;
    yield (head >> 3) & 15;
    const start = at + ((head & 4) === 0 ? 1 : 2);
    // Without a size it reaches to the end.
    at = (head & 2) === 0 ? bytes.length : endOf(bytes, start);
  }
}

/** The end of a unit whose size, in groups of seven bits (§4.10.5), stands at `start`. */
function endOf(bytes: Uint8Array, start: number): number {
  let size = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[start + index] ?? 0;
    size += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return start + index + 1 + size;
  }
  return bytes.length;
}
