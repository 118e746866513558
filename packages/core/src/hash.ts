import { createHash } from 'node:crypto';

/** SHA-256 of the content of an original, in base64url (43 characters). */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

/** SHA-256 of the canonical JSON of `parts`, in base64url (43 characters): the form in which anything enters a key. */
export function hashOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts, inOrder)).digest('base64url');
}

/** What says the same is the same, in whatever order its fields were put together. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([first], [second]) => (first < second ? -1 : 1)));
}
