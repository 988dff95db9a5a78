-- KEYS: the ends of the bucket, then keys of values. ARGV: the end (µs), how long it is kept (ms), then what else ends (all,
-- contacts, misses). Whatever lies under a key is gone, be it younger: it costs a question, and clocks may be set.
local at = tonumber(ARGV[1])
for i = 3, #ARGV do
  local known = redis.call('HGET', KEYS[1], ARGV[i])
  if not known or tonumber(known) < at then redis.call('HSET', KEYS[1], ARGV[i], ARGV[1]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
for i = 2, #KEYS do
  local _, held = header(redis.call('GETRANGE', KEYS[i], 0, 9))
  local ended = math.max(at, held or 0)
  redis.call('SET', KEYS[i], struct.pack('>BBI4I4', 1, 1, math.floor(ended / 4294967296), ended % 4294967296), 'PX', ARGV[2])
end
