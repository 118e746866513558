import type { Connection } from './connection.ts';

/** Asked of each node at once: few enough to keep no other command waiting. */
const batch = 1000;

/** What of our keys is no entry: locks and the journal. */
const others = ['lock:', '{journal}:'];

/** The name of the lock of an entry. */
export function lockName(prefix: string, key: string): string {
  return `${prefix}:lock:${key}`;
}

/**
 * The keys of the entries that have `part` in their key, on all nodes, some of them perhaps twice. Redis is asked for all
 * keys it has: an index of them would be another thing that it may evict.
 */
export async function* entryKeys(connection: Connection, prefix: string, part = ''): AsyncGenerator<string> {
  const start = `${prefix}:`;
  const pattern = `${literally(start)}*${part === '' ? '' : `${literally(part)}*`}`;
  for (const node of await connection.nodes()) {
    let cursor = '0';
    do {
      const reply = await node.scan(cursor, { MATCH: pattern, COUNT: batch });
      cursor = reply.cursor;
      for (const name of reply.keys) {
        const key = name.slice(start.length);
        if (!others.some((other) => key.startsWith(other))) yield key;
      }
    } while (cursor !== '0');
  }
}

/** A pattern that matches a text and nothing else. */
function literally(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, '\\$&');
}
