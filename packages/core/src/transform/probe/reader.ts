import { broken } from './refusals.ts';

/**
 * One byte.
 *
 * @throws TintypeError `BROKEN_IMAGE` past the end, as every reader in this file does.
 */
export function uint8(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) {
    throw broken(`The header ends early: no byte ${at}`);
  }
  return byte;
}

/** Two bytes, big end first. */
export function uint16be(bytes: Uint8Array, at: number): number {
  return uint8(bytes, at) * 0x100 + uint8(bytes, at + 1);
}

/** Two bytes, little end first. */
export function uint16le(bytes: Uint8Array, at: number): number {
  return uint8(bytes, at + 1) * 0x100 + uint8(bytes, at);
}

/** Three bytes, little end first. */
export function uint24le(bytes: Uint8Array, at: number): number {
  return uint8(bytes, at + 2) * 0x10000 + uint16le(bytes, at);
}

/** Four bytes, big end first, unsigned. */
export function uint32be(bytes: Uint8Array, at: number): number {
  return uint16be(bytes, at) * 0x10000 + uint16be(bytes, at + 2);
}

/** Four bytes, little end first, unsigned. */
export function uint32le(bytes: Uint8Array, at: number): number {
  return uint16le(bytes, at + 2) * 0x10000 + uint16le(bytes, at);
}

/** Whether the bytes at `at` are the Latin-1 codes of `text`. False, not an error, past the end. */
export function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (bytes[at + index] !== text.charCodeAt(index)) {
      return false;
    }
  }
  return true;
}

/** The number that a four-letter name reads as by {@link uint32be}: comparing numbers keeps long walks cheap. */
export function fourCharacters(name: string): number {
  return uint32be(
    Uint8Array.from(name, (letter) => letter.charCodeAt(0)),
    0,
  );
}
