import { describe, expect, it } from 'vitest'
import { selectSource } from '../../src/store/selectors/source.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { type LawContext, runLaw } from './feed-fixture.ts'
import { openRelayMemoryRig, type RelayMemoryRig, type Skews } from './feed-relay-memory-rig.ts'
import type { Watch } from './feed-watch.ts'

const MINUTE = 60_000
/** Upper limit of the transit: two hops of 15 ms each way and the relay's tick. */
const TRANSIT_MS = 200

interface RelayLawContext extends LawContext {
  readonly rig: RelayMemoryRig
  /** The state of a client after all events so far. */
  storeOf(watch: Watch): Store
  /** Time of the client's clock. */
  now(): number
}

const NO_SKEW: Skews = { client: 0, relays: [0] }

function law(title: string, body: (trial: RelayLawContext) => Promise<void>, skews = NO_SKEW): void {
  it(title, async () => {
    let rig: RelayMemoryRig | null = null
    const open = async () => {
      rig = await openRelayMemoryRig(skews)
      return rig
    }
    await runLaw(open, async trial => {
      if (rig === null) throw new Error('no rig')
      const { clock } = rig
      const storeOf = (watch: Watch): Store => {
        const store = openStore()
        for (const event of watch.events) store.dispatch(event)
        return store
      }
      await body({ ...trial, rig, storeOf, now: () => clock.nowMs() + skews.client })
    })
  }, 60_000)
}

describe('relay feed over time', () => {
  const SKEWED: Skews = { client: -5 * MINUTE, relays: [2 * MINUTE, 7 * MINUTE] }

  law(
    'computes ages through two relays with clocks minutes apart',
    async ({ rig, live, storeOf, now }) => {
      rig.knob({ do: 'tick', ms: 3_600_000 })
      const watch = await live()
      const readCount = (): number => rig.requests.filter(({ target }) => target === '/v3/account').length
      const before = readCount()
      await rig.until(watch, () => readCount() > before)
      const readAt = now()
      await rig.clock.advance(9_000)
      const state = storeOf(watch).state()
      expect(selectSource(state, now()).stale).toBe(false)
      // Nothing changes in this market: data is as old as the last read of it.
      expect(Math.abs((state.lastSnapshot?.startedAt ?? 0) - readAt)).toBeLessThan(100)
      expect(Math.abs((state.account?.receivedAt ?? 0) - readAt)).toBeLessThan(100)
      expect(state.status?.clockOffsetMs).toBeGreaterThan(5 * MINUTE - TRANSIT_MS)
      expect(state.status?.clockOffsetMs).toBeLessThan(5 * MINUTE + TRANSIT_MS)
    },
    SKEWED,
  )

  law(
    'reports a lost hop at once, while data only gets older',
    async ({ rig, live, storeOf, now }) => {
      const watch = await live()
      expect(watch.status.upstream).toMatchObject({
        kind: 'relay',
        link: 'live',
        upstream: { kind: 'direct', link: 'live', upstream: null },
      })
      rig.exchangeDown(10 * MINUTE)
      await rig.clock.advance(500)
      const hop = watch.status.upstream?.upstream
      expect(hop).toMatchObject({ kind: 'direct' })
      expect(hop?.link).not.toBe('live')
      expect(Math.abs(now() - 500 - (hop?.since ?? 0))).toBeLessThan(500 + TRANSIT_MS)
      expect(selectSource(storeOf(watch).state(), now()).stale).toBe(false)
      await rig.clock.advance(30_500)
      expect(watch.isLive).toBe(true)
      const lost = selectSource(storeOf(watch).state(), now())
      expect(lost.stale).toBe(true)
      expect(lost.ageMs).toBeGreaterThanOrEqual(30_000)
      rig.exchangeDown(0)
      await rig.until(watch, () => watch.status.upstream?.upstream?.link === 'live')
      await rig.clock.advance(1_000)
      expect(selectSource(storeOf(watch).state(), now()).stale).toBe(false)
    },
    SKEWED,
  )

  law('keeps the age of delayed messages', async ({ rig, live, storeOf, now }) => {
    const watch = await live()
    rig.hops[0].transport.delay(8_000)
    await rig.clock.advance(10_000)
    const { ageMs } = selectSource(storeOf(watch).state(), now())
    expect(ageMs).toBeGreaterThanOrEqual(8_000)
    expect(ageMs).toBeLessThan(12_000)
  })

  law('detects a lost message by a heartbeat', async ({ rig, live, storeOf }) => {
    rig.knob({ do: 'tick', ms: 3_600_000 })
    const watch = await live()
    await rig.clock.advance(500)
    rig.hops[0].transport.lose(2)
    const { id } = rig.knob({ do: 'open', side: 'buy', quantity: 200, leverage: 5 })
    await rig.clock.advance(700)
    expect(storeOf(watch).state().isolated?.has(String(id))).toBe(false)
    await rig.clock.advance(10_000)
    expect(storeOf(watch).state().isolated?.has(String(id))).toBe(true)
    expect(watch.status).toMatchObject({ link: 'live', reconnects: 0 })
  })

  law('reconnects after a restart at the requested time', async ({ rig, live }) => {
    const watch = await live()
    await rig.clock.advance(70_000)
    await rig.hops[0].stop()
    await rig.clock.advance(100)
    expect(watch.status.lastError).toMatchObject({ code: 'unavailable', message: 'relay.test restarts' })
    expect(watch.status.lastError?.retryAfterMs).toBeGreaterThan(200)
    rig.hops[0].start()
    await rig.clock.advance(3_000)
    expect(watch.isLive).toBe(true)
    const { id } = rig.knob({ do: 'open', side: 'buy', quantity: 200, leverage: 5 })
    await rig.until(watch, () => watch.receivedFill(id))
  })

  law('stops within a second after its token was revoked, with the reason', async ({ rig, live }) => {
    const watch = await live()
    await rig.hops[0].revokeTokens()
    await rig.clock.advance(1_000)
    expect(watch.status).toMatchObject({
      link: 'stopped',
      lastError: { code: 'key-refused', message: 'relay.test rejected the relay token' },
    })
    const dialed = rig.dialed.length
    await rig.drain()
    expect(rig.dialed).toHaveLength(dialed)
  })

  law(
    'detects a killed relay within 20 s and reconnects within 2 s of its return, five times in a row',
    async ({ rig, live, storeOf, now }) => {
      const watch = await live()
      const [relay] = rig.hops
      for (const awayMs of [300, 1_500, 15_000, 120_000, 45_000]) {
        await rig.clock.advance(5_000)
        relay.kill()
        await rig.clock.advance(100)
        expect(selectSource(storeOf(watch).state(), now()).state).not.toBe('live')
        await rig.clock.advance(awayMs)
        const source = selectSource(storeOf(watch).state(), now())
        expect(source.state).not.toBe('live')
        expect(source.ageMs).toBeGreaterThanOrEqual(awayMs)
        expect(source.stale).toBe(awayMs > 30_000)
        relay.start()
        await rig.clock.advance(2_000)
        expect(watch.isLive, `after ${awayMs} ms`).toBe(true)
        expect(selectSource(storeOf(watch).state(), now()).stale).toBe(false)
      }
    },
  )

  law('detects a hanging relay on an open connection within 20 s', async ({ rig, live, storeOf, now }) => {
    const watch = await live()
    const { transport } = rig.hops[0]
    transport.mute(5 * MINUTE)
    transport.failHttp(5 * MINUTE)
    await rig.clock.advance(20_000)
    expect(selectSource(storeOf(watch).state(), now()).state).not.toBe('live')
    await rig.clock.advance(12_000)
    expect(selectSource(storeOf(watch).state(), now()).stale).toBe(true)
  })

  law(
    'keeps a stale snapshot while relay and exchange are down together',
    async ({ rig, live, storeOf, now }) => {
      const watch = await live()
      rig.exchangeDown(10 * MINUTE)
      rig.hops[0].kill()
      await rig.clock.advance(10_000)
      rig.hops[0].start()
      await rig.clock.advance(50_000)
      const source = selectSource(storeOf(watch).state(), now())
      expect(source).toMatchObject({ stale: true })
      expect(source.ageMs).toBeGreaterThanOrEqual(60_000)
      expect(watch.snapshots.at(-1)?.isolated).not.toBeNull()
      rig.exchangeDown(0)
      await rig.clock.advance(35_000)
      expect(selectSource(storeOf(watch).state(), now())).toMatchObject({ state: 'live', stale: false })
    },
  )

  law('reports the lost exchange while the relay has no snapshot yet', async ({ rig, watched }) => {
    rig.exchangeDown(10 * MINUTE)
    const watch = watched()
    await rig.clock.advance(3_000)
    expect(watch.status).toMatchObject({ link: 'preparing', upstream: { kind: 'direct', link: 'waiting' } })
    expect(watch.snapshots).toHaveLength(0)
  })

  law('shows opened and closed trades correctly through all failures', async ({ rig, live, storeOf }) => {
    const watch = await live()
    const [{ transport, kill, start }] = rig.hops
    const failures = [
      () => transport.cut(),
      () => transport.lose(3),
      () => transport.garble(),
      () => transport.mute(25_000),
      () => {
        kill()
        start()
      },
      () => rig.exchangeDown(5_000),
      () => void rig.knob({ do: 'drop' }),
    ]
    for (const failure of failures) {
      const { id: gone } = rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
      await rig.clock.advance(2_000)
      failure()
      rig.knob({ do: 'close', id: gone })
      const { id: stays } = rig.knob({ do: 'open', side: 'sell', quantity: 100, leverage: 5 })
      await rig.clock.advance(45_000)
      const { isolated } = storeOf(watch).state()
      expect(isolated?.has(String(gone))).toBe(false)
      expect(isolated?.has(String(stays))).toBe(true)
    }
  })
})
