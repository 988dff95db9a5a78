-- KEYS: log, state, end. ARGV: id of a new log, the log read so far (empty: any), the place read up to (empty: nothing is
-- read; -: the beginning), greatest number of changes. Returns the log, from when on it is whole (ms), its end, whether changes
-- are missing after the place, the time (s, µs) and the changes.
local function is_before(a, b)
  local am, as = string.match(a, '^(%d+)%-(%d+)$')
  local bm, bs = string.match(b, '^(%d+)%-(%d+)$')
  if am ~= bm then return tonumber(am) < tonumber(bm) end
  return tonumber(as) < tonumber(bs)
end

local log = open(ARGV[1])
local last = string.sub(redis.call('GET', KEYS[3]), #log + 2)
local after, gap, changes = ARGV[3], 0, {}
if ARGV[2] ~= '' and ARGV[2] ~= log then
  gap = 1
elseif after ~= '' and after ~= '-' then
  local first = redis.call('HGET', KEYS[2], 'first')
  -- Beyond its end: Redis has lost what it had.
  if is_before(last, after) or (first and is_before(after, first)) then gap = 1 end
end
if gap == 0 and after ~= '' then
  local from = after
  if after ~= '-' then from = '(' .. after end
  changes = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', ARGV[4])
end
return { log, redis.call('HGET', KEYS[2], 'since'), last, gap, redis.call('TIME'), changes }
