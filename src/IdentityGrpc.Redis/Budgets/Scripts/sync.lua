-- Tells what a replica holds of a limit, and gives it what it may hold.
-- KEYS[1] the shares of an app in a tenant; ARGV[1] the API, [2] the replica, [3] the number of this call, [4] the era
-- that it knows, [5] per second, [6] per minute, [7] and [8] how long a call counts there, [9] lease, [10] longest
-- flight, [11] and [12] held, [13] and [14] wanted, [15] replicas, [16] pause to be told, [17] whether it leaves, [18] whether
-- it is back from a time without the store. Times
-- are in microseconds.
--
-- (1) The era is the time since when nothing that was told here has been forgotten. Until a lease has passed in it,
--     nothing is given: every replica tells first what it holds. Where one knows of an era before, or holds something, another
--     may have held something that is gone: what nobody tells of stays unused for as long as that may count.
--     After a time without the store, nothing is given for a lease either: others are on their way back.
-- (2) The share of a replica that tells nothing more counts until its lease, its last flight and the window are over.
-- (3) Those who live get what they want; what is left over is spread among them, with room for those that have not asked
--     for this API yet. Where they want more than there is, none gets more than another, unless that one wants less; odd
--     permits go round, and stay with who has them meanwhile, since each that moves is unused for a moment: for a minute, or for
--     five seconds where they are much beside the rest.
-- (4) What is due and free is given. A replica that holds more than is due gives back by holding less at a later call.
local function text(number) return string.format('%.0f', number) end
local api, me, number = ARGV[1], ARGV[2], tonumber(ARGV[3])
local lease, flight, replicas = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[15])
local windows = {
  { limit = tonumber(ARGV[5]), length = tonumber(ARGV[7]), held = tonumber(ARGV[11]), wanted = tonumber(ARGV[13]), others = 0 },
  { limit = tonumber(ARGV[6]), length = tonumber(ARGV[8]), held = tonumber(ARGV[12]), wanted = tonumber(ARGV[14]), others = 0 },
}

-- (1)
local fields, known = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #fields, 2 do known[fields[i]] = fields[i + 1] end
if not known.born then
  known.born = text(now)
  redis.call('HSET', KEYS[1], 'born', known.born)
end
local holds = windows[1].held > 0 or windows[2].held > 0
if ARGV[4] ~= known.born and (holds or ARGV[4] ~= '0') and not known.before then
  known.before = '1'
  redis.call('HSET', KEYS[1], 'before', 1)
end
if ARGV[18] == '1' then
  known.back = text(now)
  redis.call('HSET', KEYS[1], 'back', known.back)
end
local age = now - known.born

-- (2)
local prefix, live = api .. '|', { { who = me, windows[1].wanted, windows[2].wanted } }
for field, entry in pairs(known) do
  if string.sub(field, 1, #prefix) == prefix then
    local who = string.sub(field, #prefix + 1)
    local last, s, m, ends, want_s, want_m = string.match(entry, '(%d+) (%d+) (%d+) (%d+) (%d+) (%d+)')
    local over = ends + flight
    if who == me then
      if tonumber(last) >= number then return redis.error_reply('STALE a later call has been here already') end
    elseif over + windows[2].length <= now then
      redis.call('HDEL', KEYS[1], field)
    else
      if over + windows[1].length > now then windows[1].others = windows[1].others + s end
      windows[2].others = windows[2].others + m
      if tonumber(ends) > now then live[#live + 1] = { who = who, tonumber(want_s), tonumber(want_m) } end
    end
  end
end

-- (3)
table.sort(live, function(a, b) return a.who < b.who end)
local function due(window, k)
  local total = 0
  for _, one in ipairs(live) do total = total + one[k] end
  if total <= window.limit then return window.wanted + math.floor((window.limit - total) / math.max(#live, replicas)) end
  local sorted = {}
  for i, one in ipairs(live) do sorted[i] = one[k] end
  table.sort(sorted)
  local left, level, odd = window.limit, 0, 0
  for i, wanted in ipairs(sorted) do
    local eager = #sorted - i + 1
    level = math.floor(left / eager)
    odd = left - level * eager
    if wanted > level then break end
    left = left - wanted
  end
  if window.wanted <= level then return window.wanted end
  local turn = math.floor(now / (level < 10 and 5000000 or 60000000))
  local first, before = turn % #live + 1, 0
  for i = first, first + #live - 1 do
    local one = live[(i - 1) % #live + 1]
    if one.who == me then break end
    if one[k] > level then before = before + 1 end
  end
  return level + (before < odd and 1 or 0)
end

for k, window in ipairs(windows) do
  window.due = due(window, k)
  local free = math.max(0, window.limit - window.others - window.held)
  if now - (known.back or known.born) < lease or (known.before and age < lease + flight + window.length) then free = 0 end
  if ARGV[17] == '0' then window.held = window.held + math.max(0, math.min(free, window.due - window.held)) end -- (4)
end

local paused = math.max(tonumber(known['pause|' .. api]) or 0, now + ARGV[16])
if tonumber(ARGV[16]) > 0 then redis.call('HSET', KEYS[1], 'pause|' .. api, text(paused)) end
if ARGV[17] == '0' or holds then
  local ends = ARGV[17] == '0' and now + lease or now - flight
  redis.call('HSET', KEYS[1], prefix .. me, string.format('%d %d %d %.0f %d %d', number, windows[1].held, windows[2].held, ends, windows[1].wanted, windows[2].wanted))
else
  redis.call('HDEL', KEYS[1], prefix .. me)
end
redis.call('EXPIRE', KEYS[1], 3456000) -- 40 days: longer than a monthly stop
return { text(known.born), windows[1].held, windows[2].held, windows[1].due, windows[2].due,
  text(math.max(0, paused - now)), text(math.max(0, (tonumber(known.stopped) or 0) - now)) }
