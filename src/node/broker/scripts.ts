import { createHash } from 'node:crypto'

/** A Lua script and its SHA-1, by which Redis runs it once it is loaded. */
export interface RedisScript {
  readonly lua: string
  readonly sha: string
}

function script(lua: string): RedisScript {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

/** A week: fences keep growing over any outage of a relay, and removed accounts still expire. */
const RECORD_TTL_MS = 7 * 24 * 3_600_000

/** Lifetime of an account's retained messages. A live owner publishes a snapshot far more often. */
const RETAINED_TTL_MS = 120_000

/**
 * Damaged values count as missing: a script that fails on them would fail each time, and no relay could own the account.
 * `typed` drops a key of another type. `whole` is false for anything but a decimal integer that a double holds, with room to grow.
 */
const DAMAGE_FUNCTIONS = `
local function typed(key, kind)
  local found = redis.call('TYPE', key).ok
  if found ~= kind and found ~= 'none' then redis.call('DEL', key) end
  return found == kind
end
local function whole(text)
  return type(text) == 'string' and #text <= 16 and text:find('^%d+$') ~= nil and tonumber(text) < ${2 ** 52}
end
local function integer(number) return string.format('%d', number) end
`

/**
 * KEYS: record, mark. `read_lease` returns [owner, fence, renewals, authoritative]; owner is false if there is no record. A damaged
 * record is not authoritative: its owner may still act.
 */
const LEASE_FUNCTIONS = `${DAMAGE_FUNCTIONS}
local function read_lease(run)
  local authoritative = typed(KEYS[2], 'string') and redis.call('GET', KEYS[2]) == run
  local found = redis.call('TYPE', KEYS[1]).ok
  if found == 'none' then return {false, '0', '0', authoritative and 1 or 0} end
  if found ~= 'hash' then return {false, '0', '0', 0} end
  local r = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'beat')
  if not (r[1] and r[1]:find('^%S*$') and whole(r[2]) and whole(r[3])) then return {false, '0', '0', 0} end
  return {r[1], r[2], r[3], authoritative and 1 or 0}
end
local function write_lease(owner, fence, renewals, channel)
  typed(KEYS[1], 'hash')
  redis.call('HSET', KEYS[1], 'owner', owner, 'fence', fence, 'beat', renewals)
  redis.call('PEXPIRE', KEYS[1], ${RECORD_TTL_MS})
  redis.call('PUBLISH', channel, owner .. ' ' .. fence .. ' ' .. renewals)
end
`

/**
 * Scripts of the broker. A lease is acquired, renewed or released only if the record equals the caller's copy; each change is
 * published on the lease channel. In Redis the renewal counter is the field `beat`.
 */
export const SCRIPTS = {
  /** ARGV: run. */
  readLease: script(`${LEASE_FUNCTIONS}
return read_lease(ARGV[1])`),

  /**
   * ARGV: run, channel, owner, 1 if a record is expected, its owner, fence and renewals, floor, settle. Replies 1 first if acquired. A
   * damaged record is replaced after a whole lease time only.
   */
  acquire: script(`${LEASE_FUNCTIONS}
local found = read_lease(ARGV[1])
local matches
if ARGV[4] == '0' then matches = found[1] == false
else matches = found[1] == ARGV[5] and found[2] == ARGV[6] and found[3] == ARGV[7] end
if found[1] == false and redis.call('EXISTS', KEYS[1]) == 1 and ARGV[9] == '0' then matches = false end
if not matches then return {0, found[1], found[2], found[3], found[4]} end
if ARGV[9] == '1' then redis.call('SET', KEYS[2], ARGV[1]) end
local fence = integer(math.max(tonumber(found[2]), tonumber(ARGV[8])) + 1)
write_lease(ARGV[3], fence, '0', ARGV[2])
return {1, ARGV[3], fence, '0', 1}`),

  /** ARGV: run, channel, owner, fence, renewals. Rewrites a lost record: no other relay can have acquired it meanwhile. */
  renew: script(`${LEASE_FUNCTIONS}
local found = read_lease(ARGV[1])
local renewals = ARGV[5]
if found[1] ~= false then
  if found[1] ~= ARGV[3] or found[2] ~= ARGV[4] then return {0, found[1], found[2], found[3], found[4]} end
  renewals = found[3]
end
renewals = integer(tonumber(renewals) + 1)
write_lease(ARGV[3], ARGV[4], renewals, ARGV[2])
return {1, ARGV[3], ARGV[4], renewals, 1}`),

  /** ARGV: run, channel, owner, fence. */
  release: script(`${LEASE_FUNCTIONS}
local found = read_lease(ARGV[1])
if found[1] == ARGV[3] and found[2] == ARGV[4] then write_lease('', found[2], found[3], ARGV[2]) end
return 1`),

  /** KEYS: record, kept, log. ARGV: owner, fence, kind, to, text, channel. 1: done; 0: not the owner; -1: a delta without its snapshot. */
  publish: script(`${DAMAGE_FUNCTIONS}
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return 0 end
local r = redis.call('HMGET', KEYS[1], 'owner', 'fence')
if r[1] ~= ARGV[1] or r[2] ~= ARGV[2] then return 0 end
local kind = ARGV[3]
local retained, log = redis.call('TYPE', KEYS[2]).ok, redis.call('TYPE', KEYS[3]).ok
local intact = (retained == 'none' or retained == 'hash') and (log == 'none' or log == 'list')
intact = intact and (retained == 'none' or whole(redis.call('HGET', KEYS[2], 'number') or '0'))
if not intact then redis.call('DEL', KEYS[2], KEYS[3]) end
if kind == 'delta' and redis.call('HGET', KEYS[2], 'fence') ~= ARGV[2] then return -1 end
local number
if kind == 'transient' then number = redis.call('HGET', KEYS[2], 'number') or '0'
else number = redis.call('HINCRBY', KEYS[2], 'number', 1) end
if kind == 'hello' then redis.call('HSET', KEYS[2], 'hello', ARGV[5]) end
if kind == 'delta' then redis.call('RPUSH', KEYS[3], ARGV[5]) end
if kind == 'snapshot' then
  redis.call('HSET', KEYS[2], 'fence', ARGV[2])
  redis.call('DEL', KEYS[3])
  redis.call('RPUSH', KEYS[3], ARGV[5])
end
redis.call('PEXPIRE', KEYS[2], ${RETAINED_TTL_MS})
redis.call('PEXPIRE', KEYS[3], ${RETAINED_TTL_MS})
redis.call('PUBLISH', ARGV[6], kind .. ' ' .. ARGV[2] .. ' ' .. number .. ' ' .. ARGV[4] .. '\\n' .. ARGV[5])
return 1`),

  /** KEYS: kept, log. Returns [fence, number, hello, text, …]; fence is false if nothing is retained. */
  read: script(`${DAMAGE_FUNCTIONS}
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' or redis.call('TYPE', KEYS[2]).ok ~= 'list' then return {false} end
local retained = redis.call('HMGET', KEYS[1], 'fence', 'number', 'hello')
local texts = redis.call('LRANGE', KEYS[2], 0, -1)
if not whole(retained[1]) or not whole(retained[2]) or #texts == 0 then return {false} end
local all = {retained[1], retained[2], retained[3] or ''}
for i = 1, #texts do all[i + 3] = texts[i] end
return all`),

  /**
   * KEYS: list of request times in ms, newest first. ARGV: count, window in ms. Returns ms to wait, 0 if consumed.
   * If the clock of Redis is set back, requests recorded later than now count as made now; so do damaged times.
   */
  consume: script(`${DAMAGE_FUNCTIONS}
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
local count = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
typed(KEYS[1], 'list')
local function damaged(text) return text and not (whole(text) and tonumber(text) <= now) end
if damaged(redis.call('LINDEX', KEYS[1], 0)) or damaged(redis.call('LINDEX', KEYS[1], count - 1)) then
  local length = redis.call('LLEN', KEYS[1])
  for i = 0, length - 1 do redis.call('LSET', KEYS[1], i, integer(now)) end
end
local oldest = redis.call('LINDEX', KEYS[1], count - 1)
if oldest and tonumber(oldest) + window > now then return tonumber(oldest) + window - now end
redis.call('LPUSH', KEYS[1], integer(now))
redis.call('LTRIM', KEYS[1], 0, count - 1)
redis.call('PEXPIRE', KEYS[1], window * 2)
return 0`),
} as const satisfies Readonly<Record<string, RedisScript>>
