import { describe, expect, test } from 'vitest'
import type { ClusterUpstream } from '../../src/relay/upstreams/cluster-account.ts'
import { selectSource } from '../../src/store/selectors/source.ts'
import { openClusterRig, positionsIn } from './cluster-memory-rig.ts'

function linkOf(upstream: ClusterUpstream) {
  const { status } = upstream.store.state()
  return [status?.kind, status?.link]
}

function isLive(upstream: ClusterUpstream): boolean {
  return upstream.store.state().status?.link === 'live'
}

/** Two relays that see the same account; the first owns it, and the clock of the second is an hour ahead. */
async function openTwo() {
  const rig = openClusterRig()
  const one = rig.relay('one')
  const two = rig.relay('two', 3_600_000)
  const first = one.watch('a')
  await rig.until(() => isLive(first))
  const second = two.watch('a')
  await rig.until(() => isLive(second))
  const now = { first: () => one.clock.nowMs(), second: () => two.clock.nowMs() }
  const same = () =>
    positionsIn(first.store.state(), now.first()).join() ===
    positionsIn(second.store.state(), now.second()).join()
  return { ...rig, one, two, first, second, now, same }
}

/** Who asked the exchange, in order, without repeats. */
function turns(asked: readonly { readonly relay: string }[]): readonly string[] {
  return asked.map(({ relay }) => relay).filter((relay, i, all) => relay !== all[i - 1])
}

describe('two relays and one account', () => {
  test('ask the exchange once: one watches, the other sees what it sees', async () => {
    const { first, second, asked, one, two, clock, tooOften, same } = await openTwo()
    await clock.advance(60_000)
    expect(linkOf(first)).toEqual(['direct', 'live'])
    expect(linkOf(second)).toEqual(['relay', 'live'])
    expect(second.store.state().status?.upstream).toMatchObject({ kind: 'direct', link: 'live' })
    expect(turns(asked)).toEqual(['one'])
    expect([one.open(), two.open()]).toEqual([1, 0])
    expect(same()).toBe(true)
    expect(positionsIn(second.store.state(), two.clock.nowMs()).length).toBeGreaterThan(0)
    expect(tooOften()).toBe(0)
  })

  test('see what happens at the same time, and as old as it is, though their clocks are an hour apart', async () => {
    const { second, until, knob, now, clock } = await openTwo()
    const { id } = knob({ do: 'open' })
    await until(() => positionsIn(second.store.state(), now.second()).includes(String(id)), 1_000)
    await clock.advance(20_000)
    const source = selectSource(second.store.state(), now.second())
    expect(source.stale).toBe(false)
    expect(source.ageMs).toBeLessThan(5_000)
  })

  test('change places at once when the owner leaves in good order', async () => {
    const { first, second, asked, until, one, clock, tooOften } = await openTwo()
    const before = asked.length
    await first.end()
    const took = await until(() => linkOf(second).join() === 'direct,live', 2_000)
    expect(took).toBeLessThan(1_500)
    expect(one.open()).toBe(0)
    expect(turns(asked.slice(before))).toEqual(['two'])
    await clock.advance(30_000)
    expect(tooOften()).toBe(0)
  })

  test('change places within 2 s when the owner is cut off, and never ask at the same time', async () => {
    const { first, second, asked, until, one, two, now, clock, tooOften } = await openTwo()
    const before = asked.length
    one.broker.link(false)
    const cutAt = clock.nowMs()
    await until(() => one.open() === 0)
    const stoppedAfter = clock.nowMs() - cutAt
    expect(two.open()).toBe(0)
    expect(stoppedAfter).toBeLessThanOrEqual(1_240)
    await until(() => linkOf(second).join() === 'direct,live')
    expect(clock.nowMs() - cutAt).toBeLessThanOrEqual(2_000)
    await clock.advance(60_000)
    expect(turns(asked.slice(before)).join()).toMatch(/^(one,)?two$/)
    // The one that is cut off says so, and never passes old numbers off as live.
    expect(linkOf(first)).toEqual(['relay', 'waiting'])
    expect(first.store.state().status?.lastError?.message).toContain('broker')
    expect(selectSource(first.store.state(), now.first()).stale).toBe(true)
    one.broker.link(true)
    await until(() => isLive(first), 2_000)
    expect(linkOf(first)).toEqual(['relay', 'live'])
    expect(selectSource(first.store.state(), now.first()).stale).toBe(false)
    expect(turns(asked.slice(before)).join()).toMatch(/^(one,)?two$/)
    expect(tooOften()).toBe(0)
  })

  test('go on through a restart of the broker that forgets everything: the owner stays, the other learns what it missed', async () => {
    const { first, second, asked, until, one, two, engine, knob, now, clock } = await openTwo()
    one.broker.link(false)
    two.broker.link(false)
    engine.forget()
    const { id } = knob({ do: 'open' })
    await clock.advance(100)
    one.broker.link(true)
    two.broker.link(true)
    await until(
      () => isLive(second) && positionsIn(second.store.state(), now.second()).includes(String(id)),
      3_000,
    )
    await clock.advance(30_000)
    expect(linkOf(first)).toEqual(['direct', 'live'])
    expect(linkOf(second)).toEqual(['relay', 'live'])
    expect(turns(asked)).toEqual(['one'])
  })

  test('stop asking when the broker is gone for long, say so, and one of them goes on when it is back', async () => {
    const { first, second, asked, until, one, two, now, clock, same } = await openTwo()
    one.broker.link(false)
    two.broker.link(false)
    await clock.advance(60)
    expect(linkOf(second)).toEqual(['relay', 'waiting'])
    await clock.advance(1_240)
    const silentFrom = asked.length
    await clock.advance(60_000)
    expect(asked.length).toBe(silentFrom)
    expect([one.open(), two.open()]).toEqual([0, 0])
    for (const [upstream, at] of [
      [first, now.first()],
      [second, now.second()],
    ] as const) {
      expect(linkOf(upstream)).toEqual(['relay', 'waiting'])
      expect(selectSource(upstream.store.state(), at)).toMatchObject({ stale: true, state: 'waiting' })
    }
    two.broker.link(true)
    one.broker.link(true)
    await until(() => isLive(first) && isLive(second) && same(), 4_000)
    expect([one.open(), two.open()].sort()).toEqual([0, 1])
  })

  test('tell their clients when the exchange is lost, whoever watches it', async () => {
    const { second, until, knob, now } = await openTwo()
    knob({ do: 'down', ms: 60_000 })
    await until(() => second.store.state().status?.upstream?.link !== 'live')
    expect(linkOf(second)).toEqual(['relay', 'live'])
    await until(() => selectSource(second.store.state(), now.second()).stale, 60_000)
  })

  test('share what may be asked: many changes of hands in a row, and never a 429', async () => {
    const { relay, until, clock, tooOften } = openClusterRig()
    const relays = [relay('one'), relay('two'), relay('three')]
    let upstreams = relays.map(each => each.watch('a'))
    for (let i = 0; i < 12; i += 1) {
      await until(() => upstreams.some(each => linkOf(each).join() === 'direct,live'), 10_000)
      const owner = upstreams.findIndex(each => each.store.state().status?.kind === 'direct')
      await upstreams[owner]?.end()
      upstreams = upstreams.map((each, j) => (j === owner ? (relays[j]?.watch('a') ?? each) : each))
    }
    await clock.advance(5_000)
    expect(tooOften()).toBe(0)
  })

  test('leave no timer behind', async () => {
    const { first, second, clock, knob } = await openTwo()
    knob({ do: 'tick', ms: 3_600_000 })
    await first.end()
    await second.end()
    await clock.advance(10_000)
    // The simulated exchange keeps its own.
    expect(clock.pendingTimers()).toBeLessThanOrEqual(3)
  })
})

describe('one relay of a cluster, and many accounts', () => {
  test('asks for the ticker once for all', async () => {
    const { relay, until, asked, tooOften, clock } = openClusterRig()
    const one = relay('one')
    const upstreams = Array.from({ length: 8 }, (_, i) => one.watch(`account${i}`))
    await until(() => upstreams.every(isLive), 60_000)
    expect(asked.filter(({ what }) => what.endsWith('/ticker')).length).toBeLessThan(upstreams.length)
    await clock.advance(20_000)
    expect(tooOften()).toBe(0)
    const tickers = asked.filter(({ what }) => what.endsWith('/ticker'))
    for (const [i, { at }] of tickers.entries()) expect(at - (tickers[i - 1]?.at ?? 0)).toBeGreaterThan(1_000)
  })
})
