/**
 * The group of a key: the part between its first two colons, which names the original that the entry belongs to. A key
 * without colons is a group of its own.
 */
export function groupOf(key: string): string {
  return key.split(':', 2)[1] ?? key;
}
