import { defineScript, type Script } from '../../script.ts';
import { epochLua } from './epoch.ts';

/**
 * Adds purges: `ARGV[2]` says how many the log may hold, and then come the mode, the targets and the origins of tags of
 * each. Those of the oldest that are too many leave the log, and raise the floors.
 */
export const appendScript: Script = defineScript(`${epochLua}
local previous, positions, lines = last, {}, {}
for index = 3, #ARGV, 3 do
  local mode = ARGV[index]
  last = math.max(now(), last + 1)
  redis.call('XADD', log, text(last) .. '-0', 'mode', mode, 'targets', ARGV[index + 1])
  if mode == 'force' or mode == 'takedown' then renewal = last end
  if mode == 'takedown' then takedown = last end
  for origin in string.gmatch(ARGV[index + 2], '%S+') do redis.call('HSET', state, 'tag:' .. origin, text(last)) end
  positions[#positions + 1] = last
  lines[#lines + 1] = '\\n' .. text(last) .. ' ' .. mode .. ' ' .. ARGV[index + 1]
end

local excess = redis.call('XLEN', log) - tonumber(ARGV[2])
if excess > 0 then
  -- Not more than a script should do at once: the next ones go on.
  excess = math.min(excess, #positions + 100)
  for _, entry in ipairs(redis.call('XRANGE', log, '-', '+', 'COUNT', excess)) do
    floor = math.max(floor, positionOf(entry))
    if entry[2][2] == 'force' or entry[2][2] == 'takedown' then renewalFloor = positionOf(entry) end
  end
  redis.call('XTRIM', log, 'MAXLEN', redis.call('XLEN', log) - excess)
end

redis.call('HSET', state, 'last', text(last), 'floor', text(floor), 'renewal', text(renewal),
  'renewalFloor', text(renewalFloor), 'takedown', text(takedown), 'length', redis.call('XLEN', log))

local hint = epoch .. ' ' .. caller.node .. ' ' .. text(previous) .. ' ' .. text(last)
local content = table.concat(lines)
publish(hints, #content > 16384 and hint or hint .. content)
return { epoch, now() - born, lease, previous, positions, redis.call('HGETALL', members) }
`);
