-- Counts one request of KEYS[1] when fewer than ARGV[1] are counted in the window of ARGV[2] milliseconds that the first
-- one began. Gives what is counted, the milliseconds until the window ends, and whether this one is allowed.
local used = tonumber(redis.call('GET', KEYS[1]) or '0')
local ends_in = used > 0 and redis.call('PTTL', KEYS[1]) or -1
if used >= tonumber(ARGV[1]) and ends_in > 0 then
  return { used, ends_in, 0 }
end
if ends_in <= 0 then
  redis.call('SET', KEYS[1], 1, 'PX', ARGV[2])
  return { 1, tonumber(ARGV[2]), 1 }
end
return { redis.call('INCR', KEYS[1]), ends_in, 1 }
