import { defineScript, type Script } from '../../script.ts';

/** Returns the members, for who cannot hear of their acknowledgements or has missed one. */
export const membersScript: Script = defineScript(`return redis.call('HGETALL', KEYS[1])`);

/**
 * Forgets members (`ARGV[3]` and on) that have not renewed since a purge: `ARGV[2]`, of the epoch `ARGV[1]`. Never those
 * that have, however long ago: such a member may hold a lease again.
 */
export const forgetScript: Script = defineScript(`
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return end
for index = 3, #ARGV do
  local seen = string.match(redis.call('HGET', KEYS[1], ARGV[index]) or '', '^%d+ (%d+)')
  if seen and tonumber(seen) < tonumber(ARGV[2]) then redis.call('HDEL', KEYS[1], ARGV[index]) end
end
`);

/** Removes the member `ARGV[1]`, which serves no more, and tells those who may be waiting for it. */
export const leaveScript: Script = defineScript(`
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if redis.call('HDEL', KEYS[1], ARGV[1]) == 1 and epoch then
  redis.pcall('PUBLISH', KEYS[2], epoch .. ' ' .. ARGV[1] .. ' gone')
end
`);
