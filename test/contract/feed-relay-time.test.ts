import { describe, expect, it } from 'vitest'
import { selectSource } from '../../src/store/selectors/source.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { type Trial, tryLaw } from './feed-fixture.ts'
import { openRelayMemoryRig, type RelayMemoryRig, type Skews } from './feed-relay-memory-rig.ts'
import type { Watch } from './feed-watch.ts'

const MINUTE = 60_000
/** Two hops of 15 ms each way, and the relay's tick. */
const ON_THE_WAY_MS = 200

interface RelayTrial extends Trial {
  readonly rig: RelayMemoryRig
  /** What somebody knows who has heard everything so far. */
  storeOf(watch: Watch): Store
  /** Our clock. */
  now(): number
}

const EVEN: Skews = { client: 0, relays: [0] }

function law(title: string, body: (trial: RelayTrial) => Promise<void>, skews = EVEN): void {
  it(title, async () => {
    let rig: RelayMemoryRig | null = null
    const open = async () => {
      rig = await openRelayMemoryRig(skews)
      return rig
    }
    await tryLaw(open, async trial => {
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

describe('a feed from a relay over time', () => {
  const APART: Skews = { client: -5 * MINUTE, relays: [2 * MINUTE, 7 * MINUTE] }

  law(
    'knows how old things are through two relays whose clocks are minutes apart',
    async ({ rig, live, storeOf, now }) => {
      rig.knob({ do: 'tick', ms: 3_600_000 })
      const watch = await live()
      const readings = (): number => rig.requests.filter(({ target }) => target === '/v3/account').length
      const before = readings()
      await rig.until(watch, () => readings() > before)
      const readAt = now()
      await rig.clock.advance(9_000)
      const state = storeOf(watch).state()
      expect(selectSource(state, now()).stale).toBe(false)
      // Nothing happens in this market: what is known is as old as the last reading of it.
      expect(Math.abs((state.lastSnapshot?.startedAt ?? 0) - readAt)).toBeLessThan(100)
      expect(Math.abs((state.account?.receivedAt ?? 0) - readAt)).toBeLessThan(100)
      expect(state.status?.clockOffsetMs).toBeGreaterThan(5 * MINUTE - ON_THE_WAY_MS)
      expect(state.status?.clockOffsetMs).toBeLessThan(5 * MINUTE + ON_THE_WAY_MS)
    },
    APART,
  )

  law(
    'tells every hop on the way, at once when one is lost, while data only grows old',
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
      expect(Math.abs(now() - 500 - (hop?.since ?? 0))).toBeLessThan(500 + ON_THE_WAY_MS)
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
    APART,
  )

  law('shows what was stuck on the way as old as it is', async ({ rig, live, storeOf, now }) => {
    const watch = await live()
    rig.hops[0].transport.delay(8_000)
    await rig.clock.advance(10_000)
    const { ageMs } = selectSource(storeOf(watch).state(), now())
    expect(ageMs).toBeGreaterThanOrEqual(8_000)
    expect(ageMs).toBeLessThan(12_000)
  })

  law('notices by a heartbeat that a message was lost', async ({ rig, live, storeOf }) => {
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

  law('goes to the relay that comes after a restart, when it was told to', async ({ rig, live }) => {
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
    await rig.until(watch, () => watch.heardFill(id))
  })

  law('stops within a second when its token is revoked, and says why', async ({ rig, live }) => {
    const watch = await live()
    await rig.hops[0].revokeTokens()
    await rig.clock.advance(1_000)
    expect(watch.status).toMatchObject({
      link: 'stopped',
      lastError: { code: 'key-refused', message: 'relay.test rejected the relay token' },
    })
    const dialed = rig.dialed.length
    await rig.meanwhile()
    expect(rig.dialed).toHaveLength(dialed)
  })

  law(
    'shows within 20 s that the relay was killed, and heals within 2 s of its return, five times of five',
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

  law('shows within 20 s that the relay hangs on an open connection', async ({ rig, live, storeOf, now }) => {
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
    'goes on with an old picture that grows old when relay and exchange are gone together',
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

  law('says that the exchange is lost while the relay has nothing yet', async ({ rig, watched }) => {
    rig.exchangeDown(10 * MINUTE)
    const watch = watched()
    await rig.clock.advance(3_000)
    expect(watch.status).toMatchObject({ link: 'preparing', upstream: { kind: 'direct', link: 'waiting' } })
    expect(watch.snapshots).toHaveLength(0)
  })

  law('keeps trades that end and come right while everything goes wrong', async ({ rig, live, storeOf }) => {
    const watch = await live()
    const [{ transport, kill, start }] = rig.hops
    const troubles = [
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
    for (const trouble of troubles) {
      const { id: gone } = rig.knob({ do: 'open', side: 'buy', quantity: 100, leverage: 5 })
      await rig.clock.advance(2_000)
      trouble()
      rig.knob({ do: 'close', id: gone })
      const { id: stays } = rig.knob({ do: 'open', side: 'sell', quantity: 100, leverage: 5 })
      await rig.clock.advance(45_000)
      const { isolated } = storeOf(watch).state()
      expect(isolated?.has(String(gone))).toBe(false)
      expect(isolated?.has(String(stays))).toBe(true)
    }
  })
})
