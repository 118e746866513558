/**
 * What the scripts that read or add purges begin with. `ARGV[1]` tells who calls and what it knows (`Caller`); afterwards
 * the journal is whole and the local names say what it is like.
 *
 * The journal counts as lost, and a new epoch begins, where one of its three keys is missing, does not belong to the
 * others or is not what we have left, or where the caller knows of what the journal does not: the newest purges that a failover has lost, or a purge
 * of a lost epoch after which derivatives were to be made anew. Or where the server was started again since and the first
 * to come is new itself: there may be nobody left to know what an old snapshot lacks. Keys of other types make every
 * script fail.
 */
export const epochLua = `
local log, state, members, hints, acknowledgements = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local caller = cjson.decode(ARGV[1])
-- Writes that Redis allows however full it is; once a script has written, it may write all the rest.
redis.call('HDEL', state, '')
redis.call('HDEL', members, '')

-- Lua itself would write positions with an exponent.
local function text(position) return string.format('%.0f', position) end
local function number(value) return tonumber(value or 0) or 0 end
-- Fields that somebody else has written prove nothing.
local damaged = false
local function field(value, most)
  local found = tonumber(value or '')
  if found and found >= 0 and found <= (most or 9007199254740991) then return found end
  damaged = true
  return 0
end
local function positionOf(entry) return number(string.match(entry[1], '^%d+')) end

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end

local function newestInLog()
  local entry = redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
  return entry and positionOf(entry) or 0
end

-- Nobody may be allowed to: then the others find out by themselves.
local function publish(channel, message) redis.pcall('PUBLISH', channel, message) end

local known = redis.call('HMGET', state, 'epoch', 'born', 'last', 'floor', 'renewal', 'renewalFloor', 'takedown', 'lease', 'server', 'length')
local epoch, born, last, floor = known[1], field(known[2]), field(known[3]), field(known[4])
-- Of the newest purge after which derivatives are made anew: of all, and of those forgotten.
local renewal, renewalFloor = field(known[5]), field(known[6])
local takedown, lease, length = field(known[7]), field(known[8], 3600000), field(known[10])
-- This start of this server, where it may be asked for: one that was started again, or another one, may have lost the end.
local function thisServer()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
end
local server = known[9] or ''
local found = caller.arrives and thisServer() or server
local newest = newestInLog()

local function begin()
  local position = math.max(now(), last + 1, newest + 1, caller.last + 1)
  renewalFloor = math.max(renewal, renewalFloor, caller.renewal, caller.owed)
  -- Purges since were given positions below those that somebody has: a clock was set back.
  if caller.epoch ~= epoch and caller.last > last and renewal > 0 then renewalFloor = position end
  if epoch and damaged then renewalFloor = position end
  renewal = renewalFloor
  takedown = math.max(takedown, caller.takedown)
  epoch, born, last, floor = caller.nonce, now(), position, position
  redis.call('DEL', log, state, members)
  redis.call('XADD', log, text(position) .. '-0', 'begin', epoch)
  redis.call('HSET', members, 'epoch', epoch)
  redis.call('HSET', state, 'epoch', epoch, 'born', text(born), 'last', text(last), 'floor', text(floor),
    'renewal', text(renewal), 'renewalFloor', text(renewalFloor), 'takedown', text(takedown), 'lease', text(lease))
  redis.call('HSET', state, 'server', thisServer(), 'length', '1')
end

local function isWhole()
  if not epoch or damaged or newest ~= last or redis.call('XLEN', log) ~= length then return false end
  return redis.call('HGET', members, 'epoch') == epoch
end

local function isKept(position)
  if position == last or position <= floor then return true end
  local id = text(position) .. '-0'
  return #redis.call('XRANGE', log, id, id) > 0
end

local function hasLost()
  if caller.last > last or caller.owed > renewalFloor then return true end
  -- Of those who were there before, who knows what was lost says so; with them gone nobody could.
  if caller.epoch == '' and server ~= '' and found ~= '' and found ~= server then return true end
  if caller.epoch ~= epoch then return caller.renewal > renewalFloor end
  return caller.denies or caller.renewal > renewal or not isKept(caller.last) or not isKept(caller.added)
end

if not isWhole() or hasLost() then begin()
elseif found ~= '' and found ~= server then
  -- Its members are those of some time ago: as in a young one, others may be serving.
  born = now()
  redis.call('HSET', state, 'server', found, 'born', text(born))
end
if caller.longestLease > lease then
  lease = caller.longestLease
  redis.call('HSET', state, 'lease', text(lease))
end
`;
