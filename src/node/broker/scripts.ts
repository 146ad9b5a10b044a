import { createHash } from 'node:crypto'

/** A Lua script with the digest under which Redis knows it once it was loaded. */
export interface RedisScript {
  readonly lua: string
  readonly sha: string
}

function script(lua: string): RedisScript {
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

/** A week: longer than any relay is away, so that fences grow; and yet an account that is gone is forgotten. */
const RECORD_MS = 7 * 24 * 3_600_000

/** What is kept of an account's numbers; an owner that lives writes a snapshot far more often. */
const KEPT_MS = 120_000

/** KEYS: record, mark. The record as [owner, fence, beat, settled]; owner is false where there is none. */
const SEEN = `
local function seen(run)
  local r = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'beat')
  local settled = redis.call('GET', KEYS[2]) == run
  return {r[1], r[2] or '0', r[3] or '0', settled and 1 or 0}
end
local function put(owner, fence, beat, channel)
  redis.call('HSET', KEYS[1], 'owner', owner, 'fence', fence, 'beat', beat)
  redis.call('PEXPIRE', KEYS[1], ${RECORD_MS})
  redis.call('PUBLISH', channel, owner .. ' ' .. fence .. ' ' .. beat)
end
local function whole(number) return string.format('%d', number) end
`

/** The record changes hands, is renewed or given back only when it is what the caller takes it for; each change is told on the channel. */
export const SCRIPTS = {
  /** ARGV: run. */
  look: script(`${SEEN}
return seen(ARGV[1])`),

  /** ARGV: run, channel, owner, is anything expected, its owner, fence and beat, floor, settle. First of the reply: 1 when taken. */
  take: script(`${SEEN}
local found = seen(ARGV[1])
local same
if ARGV[4] == '0' then same = found[1] == false
else same = found[1] == ARGV[5] and found[2] == ARGV[6] and found[3] == ARGV[7] end
if not same then return {0, found[1], found[2], found[3], found[4]} end
if ARGV[9] == '1' then redis.call('SET', KEYS[2], ARGV[1]) end
local fence = whole(math.max(tonumber(found[2]), tonumber(ARGV[8])) + 1)
put(ARGV[3], fence, '0', ARGV[2])
return {1, ARGV[3], fence, '0', 1}`),

  /** ARGV: run, channel, owner, fence, beat. A record that was lost is written down again: nobody else can have had it meanwhile. */
  renew: script(`${SEEN}
local found = seen(ARGV[1])
local beat = ARGV[5]
if found[1] ~= false then
  if found[1] ~= ARGV[3] or found[2] ~= ARGV[4] then return {0, found[1], found[2], found[3], found[4]} end
  beat = found[3]
end
beat = whole(tonumber(beat) + 1)
put(ARGV[3], ARGV[4], beat, ARGV[2])
return {1, ARGV[3], ARGV[4], beat, 1}`),

  /** ARGV: run, channel, owner, fence. */
  release: script(`${SEEN}
local found = seen(ARGV[1])
if found[1] == ARGV[3] and found[2] == ARGV[4] then put('', found[2], found[3], ARGV[2]) end
return 1`),

  /** KEYS: record, kept, log. ARGV: owner, fence, kind, to, text, channel. 1 done, 0 not the owner, -1 a delta without its snapshot. */
  publish: script(`
local r = redis.call('HMGET', KEYS[1], 'owner', 'fence')
if r[1] ~= ARGV[1] or r[2] ~= ARGV[2] then return 0 end
local kind = ARGV[3]
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
redis.call('PEXPIRE', KEYS[2], ${KEPT_MS})
redis.call('PEXPIRE', KEYS[3], ${KEPT_MS})
redis.call('PUBLISH', ARGV[6], kind .. ' ' .. ARGV[2] .. ' ' .. number .. ' ' .. ARGV[4] .. '\\n' .. ARGV[5])
return 1`),

  /** KEYS: kept, log. [fence, number, hello, text, …]; fence is false where nothing is kept. */
  read: script(`
local k = redis.call('HMGET', KEYS[1], 'fence', 'number', 'hello')
local texts = redis.call('LRANGE', KEYS[2], 0, -1)
if not k[1] or #texts == 0 then return {false} end
local all = {k[1], k[2], k[3] or ''}
for i = 1, #texts do all[i + 3] = texts[i] end
return all`),

  /**
   * KEYS: the times of what was done, newest first. ARGV: count, window. Milliseconds to wait, 0 when taken. Should the engine's clock be
   * set back, what was done counts as done just now.
   */
  spend: script(`
local t = redis.call('TIME')
local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
local count = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
local newest = redis.call('LINDEX', KEYS[1], 0)
if newest and tonumber(newest) > now then
  local many = redis.call('LLEN', KEYS[1])
  for i = 0, many - 1 do redis.call('LSET', KEYS[1], i, string.format('%d', now)) end
end
local oldest = redis.call('LINDEX', KEYS[1], count - 1)
if oldest and tonumber(oldest) + window > now then return tonumber(oldest) + window - now end
redis.call('LPUSH', KEYS[1], string.format('%d', now))
redis.call('LTRIM', KEYS[1], 0, count - 1)
redis.call('PEXPIRE', KEYS[1], window * 2)
return 0`),
} as const satisfies Readonly<Record<string, RedisScript>>
