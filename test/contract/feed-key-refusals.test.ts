import { describe, expect } from 'vitest'
import type { Status } from '../../src/domain/status.ts'
import type { MemoryRig } from './feed-memory-rig.ts'
import type { Watch } from './feed-watch.ts'
import { law } from './timed-law.ts'

const MINUTE = 60_000

/** The times of the attempts with a refused key, in ms since its refusal. */
function attemptTimes(statuses: readonly Status[]): readonly number[] {
  const dueAt = new Map<number, number>()
  for (const { refusal } of statuses)
    if (refusal !== null && refusal.retryAt !== null)
      dueAt.set(refusal.attempt, refusal.retryAt - refusal.since)
  return [...dueAt.values()]
}

function signedCount(rig: MemoryRig): number {
  return rig.requests.filter(({ headers }) => headers['lnm-access-key'] !== undefined).length
}

/** Revokes the key and waits until a request shows it. */
async function refuse(rig: MemoryRig, watch: Watch): Promise<void> {
  rig.knob({ do: 'revoke' })
  watch.resync()
  await rig.until(watch, () => watch.status.refusal !== null)
}

function pricesSince(watch: Watch, from: number): number {
  return watch.events.slice(from).filter(event => event.type === 'change' && event.change.kind === 'index')
    .length
}

describe('feed with a refused key', () => {
  law('stays live through 12 s of 401 and recovers by the schedule', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.advance(5_000)
    rig.knob({ do: 'status', code: 401, ms: 12_000 })
    const from = watch.events.length
    await rig.until(watch, () => watch.status.refusal !== null)
    expect(watch.status).toMatchObject({
      link: 'live',
      refusal: { attempt: 1, error: { code: 'key-refused' } },
    })
    await rig.until(watch, () => watch.status.refusal === null)
    // An attempt takes some round trips.
    const [first, second, third] = attemptTimes(watch.statuses)
    expect(first).toBe(2_000)
    expect(second).toBeLessThan(8_000)
    expect(third).toBeLessThan(19_000)
    expect(watch.statuses.every(({ link }) => link !== 'stopped')).toBe(true)
    expect(watch.status).toMatchObject({ link: 'live', reconnects: 0 })
    expect(pricesSince(watch, from)).toBeGreaterThan(5)
    const { refusal: _none, ...status } = watch.status
    expect(status.lastError).toBeNull()
  })

  law('tries after 2, 5, 10, 30 s, 2 min and every 5 min', async ({ rig, live }) => {
    const watch = await live()
    await refuse(rig, watch)
    const pauses = [2_000, 5_000, 10_000, 30_000, 120_000, 300_000, 300_000, 300_000]
    await rig.clock.advance(pauses.reduce((sum, pause) => sum + pause, 0) - 1_000)
    const dueAt = attemptTimes(watch.statuses)
    const gaps = dueAt.map((at, index) => at - (dueAt[index - 1] ?? 0))
    expect(gaps).toHaveLength(pauses.length)
    for (const [index, pause] of pauses.entries()) {
      // An attempt takes a few round trips.
      expect(gaps[index]).toBeGreaterThanOrEqual(pause)
      expect(gaps[index]).toBeLessThan(pause + 1_500)
    }
  })

  law('sends nothing with the key between two attempts', async ({ rig, live }) => {
    const watch = await live({ policy: { candlesAndHistory: true } })
    await refuse(rig, watch)
    await rig.clock.advance(60_000)
    const { retryAt } = watch.status.refusal ?? {}
    const count = signedCount(rig)
    expect(retryAt).toBeGreaterThan(rig.clock.nowMs() + 60_000)
    await rig.clock.advance(60_000)
    expect(signedCount(rig)).toBe(count)
  })

  law('receives prices on a new socket while the key is refused', async ({ rig, live }) => {
    const watch = await live()
    await refuse(rig, watch)
    rig.knob({ do: 'drop' })
    await rig.clock.advance(20_000)
    expect(watch.isLive).toBe(true)
    const from = watch.events.length
    await rig.clock.advance(10_000)
    expect(pricesSince(watch, from)).toBeGreaterThan(5)
    expect(watch.status.refusal).not.toBeNull()
  })

  law('reads prices over HTTP while there is no socket and the key is refused', async ({ rig, live }) => {
    const watch = await live()
    await refuse(rig, watch)
    rig.knob({ do: 'mute', ms: 5 * MINUTE })
    await rig.clock.advance(MINUTE)
    const tickerAt = watch.snapshots.at(-1)?.ticker?.receivedAt ?? 0
    expect(rig.clock.nowMs() - tickerAt).toBeLessThan(10_000)
    expect(watch.status).toMatchObject({ transport: 'http', refusal: { error: { code: 'key-refused' } } })
  })

  law('subscribes to the account again once the key is accepted', async ({ rig, live }) => {
    const watch = await live()
    await refuse(rig, watch)
    await rig.clock.advance(20_000)
    rig.knob({ do: 'restore' })
    await rig.until(watch, () => watch.status.refusal === null)
    const missed = rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
    await rig.clock.advance(100)
    const { id } = rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
    await rig.clock.advance(100)
    expect(watch.receivedFill(id)).toBe(true)
    await rig.clock.advance(3_000)
    expect(watch.hasTrade(missed.id)).toBe(true)
  })

  law('tries at once if the user requests it', async ({ rig, live }) => {
    const watch = await live()
    await refuse(rig, watch)
    await rig.clock.advance(60_000)
    rig.knob({ do: 'restore' })
    watch.resync()
    await rig.clock.advance(3_000)
    expect(watch.status.refusal).toBeNull()
  })

  law('does not try at once if the last attempt was a moment ago', async ({ rig, live }) => {
    const watch = await live({ policy: { requestedAttemptMs: 30_000 } })
    await refuse(rig, watch)
    await rig.clock.advance(18_000)
    const { attempt } = watch.status.refusal ?? {}
    watch.resync()
    await rig.clock.advance(3_000)
    expect(watch.status.refusal?.attempt).toBe(attempt)
  })

  law(
    'waits after a start in the middle of refusals if there is a record of the key',
    async ({ rig, watched }) => {
      rig.knob({ do: 'revoke' })
      const watch = watched({ keyAcceptedAt: rig.clock.nowMs() - MINUTE })
      await rig.clock.advance(10_000)
      expect(watch.status).toMatchObject({ link: 'live', refusal: { error: { code: 'key-refused' } } })
      expect(watch.snapshots.at(-1)).toMatchObject({ account: null, isolated: null })
      expect(watch.snapshots.at(-1)?.ticker).not.toBeNull()
      rig.knob({ do: 'restore' })
      await rig.until(watch, () => watch.status.refusal === null)
      expect(watch.snapshots.at(-1)?.account).not.toBeNull()
    },
  )

  law('stops at the refusal of a key that was never accepted', async ({ rig, watched }) => {
    rig.knob({ do: 'revoke' })
    const watch = watched()
    await rig.until(watch, () => watch.status.link === 'stopped')
    expect(watch.status.lastError).toMatchObject({ code: 'key-refused', retryable: false })
    const count = rig.requests.length
    await rig.clock.advance(10 * MINUTE)
    expect(rig.requests).toHaveLength(count)
  })

  law('stops a feed that is read once, although there is a record of the key', async ({ rig, watched }) => {
    rig.knob({ do: 'revoke' })
    const watch = watched({ keyAcceptedAt: 1, policy: { retryRefusedKey: false } })
    await rig.until(watch, () => watch.status.link === 'stopped')
    expect(watch.status.lastError?.code).toBe('key-refused')
  })

  law('retries a route with the schedule if it answers 403 after it was readable', async ({ rig, live }) => {
    const watch = await live()
    rig.knob({ do: 'status', code: 403, ms: 12_000 })
    watch.resync()
    await rig.until(watch, () => watch.status.refusal !== null)
    expect(watch.status.refusal?.error.code).toBe('missing-permission')
    const refusedAt = rig.clock.nowMs()
    await rig.until(watch, () => watch.status.refusal === null)
    expect(rig.clock.nowMs() - refusedAt).toBeLessThan(20_000)
    expect(watch.status).toMatchObject({ link: 'live', reconnects: 0 })
  })

  law(
    'does not stop a new key if the exchange answers 401 to unsigned requests too',
    async ({ rig, watched }) => {
      rig.knob({ do: 'status', code: 401, ms: 15_000 })
      rig.knob({ do: 'rpcError', ms: 15_000 })
      const watch = watched()
      await rig.clock.advance(14_000)
      expect(watch.statuses.some(({ link }) => link === 'stopped')).toBe(false)
      await rig.until(watch, () => watch.snapshots.at(-1)?.account != null)
      expect(watch.status.refusal).toBeNull()
    },
  )

  law('counts on while the key is accepted and refused in turns', async ({ rig, live }) => {
    const watch = await live()
    await refuse(rig, watch)
    rig.knob({ do: 'restore' })
    await rig.until(watch, () => watch.status.refusal === null)
    await rig.clock.advance(5_000)
    await refuse(rig, watch)
    expect(watch.status.refusal?.attempt).toBe(2)
    rig.knob({ do: 'restore' })
    await rig.until(watch, () => watch.status.refusal === null)
    await rig.clock.advance(2 * MINUTE)
    await refuse(rig, watch)
    expect(watch.status.refusal?.attempt).toBe(1)
  })
})
