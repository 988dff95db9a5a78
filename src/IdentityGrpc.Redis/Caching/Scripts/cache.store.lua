-- KEYS: the ends of the bucket, then keys of values. ARGV: how late an answer may be (µs), then for each key: the value, how long
-- it is kept (ms), what it is about (p: a person, c: a contact, m: a contact without an answer). Returns how many it took.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local ends = redis.call('HMGET', KEYS[1], 'all', 'contacts', 'misses')
local all, contacts, misses = tonumber(ends[1] or 0) or 0, tonumber(ends[2] or 0) or 0, tonumber(ends[3] or 0) or 0
local taken = 0
for i = 2, #KEYS do
  local value, kept, about = ARGV[i * 3 - 4], ARGV[i * 3 - 3], ARGV[i * 3 - 2]
  local _, asked = header(value)
  local ended = all
  if about ~= 'p' then ended = math.max(ended, contacts) end
  if about == 'm' then ended = math.max(ended, misses) end
  if asked > ended and now - asked <= tonumber(ARGV[1]) then
    -- Mostly nothing lies there, and this is all.
    local stored = redis.call('SET', KEYS[i], value, 'PX', kept, 'NX')
    if not stored then
      local kind, at = header(redis.call('GETRANGE', KEYS[i], 0, 9))
      stored = (not kind or at < asked or (kind == 0 and at == asked)) and redis.call('SET', KEYS[i], value, 'PX', kept)
    end
    if stored then taken = taken + 1 end
  end
end
return taken
