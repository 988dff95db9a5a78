-- KEYS: log, state, end, seen. ARGV: id of a new log, change, how long an event is remembered (ms), greatest number of
-- changes, how long they are kept (ms), the bell. Returns the log and the place of the change in it.
local log = open(ARGV[1])
local known = redis.call('GET', KEYS[4])
if known and string.sub(known, 1, #log + 1) == log .. ':' then return { log, string.sub(known, #log + 2) } end
local place = redis.call('XADD', KEYS[1], '*', 'c', ARGV[2])
redis.call('SET', KEYS[4], log .. ':' .. place, 'PX', ARGV[3])
redis.call('SET', KEYS[3], log .. ':' .. place)
local time = redis.call('TIME')
local oldest = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[5])
local gone = redis.call('XTRIM', KEYS[1], 'MINID', '~', oldest) + redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[4])
if gone > 0 then
  -- All that is gone came before the first that is left.
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1][1]
  redis.call('HSET', KEYS[2], 'first', first, 'since', string.match(first, '^%d+'))
end
redis.call('PUBLISH', ARGV[6], '')
return { log, place }
