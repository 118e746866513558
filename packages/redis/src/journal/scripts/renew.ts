import { defineScript, type Script } from '../../script.ts';
import { epochLua } from './epoch.ts';

/**
 * Registers the caller as a member, acknowledges what it has applied, and returns what it has not. `ARGV[2]`: how many
 * purges it takes at once.
 */
export const renewScript: Script = defineScript(`${epochLua}
local applied = caller.epoch == epoch and caller.last or 0
local before = number(string.match(redis.call('HGET', members, caller.node) or '', '^%d+'))
redis.call('HSET', members, caller.node, text(applied) .. ' ' .. text(last) .. ' ' .. text(caller.lease))
if applied > before then publish(acknowledgements, epoch .. ' ' .. caller.node .. ' ' .. text(applied)) end

-- What has left the log is told to those only who have not read it.
local forgotten = applied < floor and redis.call('HGETALL', state) or {}
local entries = redis.call('XRANGE', log, text(applied) .. '-1', '+', 'COUNT', ARGV[2])
return { epoch, last, floor, renewalFloor, takedown, lease, forgotten, entries }
`);
