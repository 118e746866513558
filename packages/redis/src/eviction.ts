import { warnOnce } from '@tintype/core/internal';
import type { RedisNode } from './node-redis.ts';

const evictsAll =
  'This Redis evicts any key when it is full, the journal of purges too (maxmemory-policy allkeys-*). All images are then ' +
  'validated at their origins once more. With a volatile-* policy it evicts entries alone.';
const evictsNothing =
  'This Redis evicts nothing when it is full (maxmemory-policy noeviction): it will take no more images then, though ' +
  'purges go on. With a volatile-* policy it evicts the entries that are used least.';

/** Warns of settings under which a full Redis forgets purges, or takes no more images. Redis may refuse to tell. */
export async function warnOfEviction(nodes: readonly RedisNode[]): Promise<void> {
  for (const node of nodes) {
    const { maxmemory, 'maxmemory-policy': policy = '' } = await node.configGet('maxmemory*');
    if (maxmemory === undefined || maxmemory === '0') continue;
    if (policy.startsWith('allkeys-')) warnOnce('TINTYPE_REDIS_EVICTION', evictsAll);
    if (policy === 'noeviction') warnOnce('TINTYPE_REDIS_EVICTION', evictsNothing);
  }
}
