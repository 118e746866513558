import { defineScript, type Script } from '../../script.ts';

/** Returns the members, for who cannot hear of their acknowledgements or has missed one. */
export const membersScript: Script = defineScript(`return redis.call('HGETALL', KEYS[1])`);

/**
 * Acknowledges for the member `ARGV[2]` what it has been told of the epoch `ARGV[1]`, up to `ARGV[3]`: faster than to
 * renew. Returns whether it is one: else it has to renew. As it was told of no more, it has seen no more.
 */
export const acknowledgeScript: Script = defineScript(`
local members, acknowledgements = KEYS[1], KEYS[2]
local epoch, node, position = ARGV[1], ARGV[2], ARGV[3]
if redis.call('HGET', members, 'epoch') ~= epoch then return 0 end
local applied, seen, lease = string.match(redis.call('HGET', members, node) or '', '^(%d+) (%d+) (%d+)$')
if not applied then return 0 end
if tonumber(applied) < tonumber(position) then
  -- Redis may be full: after a write that makes nothing grow it allows all.
  redis.call('HDEL', members, '')
  redis.call('HSET', members, node, position .. ' ' .. seen .. ' ' .. lease)
  redis.pcall('PUBLISH', acknowledgements, epoch .. ' ' .. node .. ' ' .. position)
end
return 1
`);

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
