import { createHash } from 'node:crypto';

/** SHA-256 of the content of an original, in base64url (43 characters). */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

/** SHA-256 of the canonical JSON of `parts`, in base64url (43 characters): the form in which anything enters a key. */
export function hashOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
