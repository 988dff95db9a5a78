-- The monthly quota is spent. KEYS[1] the shares; ARGV[1] for how long, in microseconds.
local stopped = tonumber(redis.call('HGET', KEYS[1], 'stopped')) or 0
redis.call('HSETNX', KEYS[1], 'born', string.format('%.0f', now))
redis.call('HSET', KEYS[1], 'stopped', string.format('%.0f', math.max(stopped, now + ARGV[1])))
redis.call('EXPIRE', KEYS[1], 3456000) -- 40 days: longer than a monthly stop
return 1
