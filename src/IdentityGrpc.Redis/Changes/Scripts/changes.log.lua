-- The log that there is, or a new one of this id, which is whole from this moment on. KEYS: log, state, end.
local function open(id)
  local log = redis.call('HGET', KEYS[2], 'log')
  if log and redis.call('HEXISTS', KEYS[2], 'since') == 1 and redis.call('EXISTS', KEYS[3]) == 1 then return log end
  -- Nothing of it, or a part of it is lost: what is left cannot be trusted.
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
  local time = redis.call('TIME')
  redis.call('HSET', KEYS[2], 'log', id, 'since', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000)))
  redis.call('SET', KEYS[3], id .. ':0-0')
  return id
end

