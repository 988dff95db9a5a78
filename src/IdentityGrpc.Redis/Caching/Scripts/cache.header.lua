-- The header of what lies under a key: its kind (0: an answer, 1: an end) and its time (µs); nothing where there is none of this version.
local function header(value)
  if #value < 10 or string.byte(value, 1) ~= 1 then return nil end
  local high, low = struct.unpack('>I4I4', value, 3)
  return string.byte(value, 2), high * 4294967296 + low
end

