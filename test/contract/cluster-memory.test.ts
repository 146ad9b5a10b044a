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

/** Opens two relays that watch the same account. The first owns it; the clock of the second is an hour ahead. */
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

/** The relays that sent requests to the exchange, in order, without repeats. */
function turns(requests: readonly { readonly relay: string }[]): readonly string[] {
  return requests.map(({ relay }) => relay).filter((relay, i, all) => relay !== all[i - 1])
}

describe('two relays of a cluster with one account', () => {
  test('read the exchange once and show the same data in both', async () => {
    const { first, second, requests, one, two, clock, rateLimited, same } = await openTwo()
    await clock.advance(60_000)
    expect(linkOf(first)).toEqual(['direct', 'live'])
    expect(linkOf(second)).toEqual(['relay', 'live'])
    expect(second.store.state().status?.upstream).toMatchObject({ kind: 'direct', link: 'live' })
    expect(turns(requests)).toEqual(['one'])
    expect([one.open(), two.open()]).toEqual([1, 0])
    expect(same()).toBe(true)
    expect(positionsIn(second.store.state(), two.clock.nowMs()).length).toBeGreaterThan(0)
    expect(rateLimited()).toBe(0)
  })

  test('show events at the same time and of the same age, with clocks an hour apart', async () => {
    const { second, until, knob, now, clock } = await openTwo()
    const { id } = knob({ do: 'open' })
    await until(() => positionsIn(second.store.state(), now.second()).includes(String(id)), 1_000)
    await clock.advance(20_000)
    const source = selectSource(second.store.state(), now.second())
    expect(source.stale).toBe(false)
    expect(source.ageMs).toBeLessThan(5_000)
  })

  test('hand over at once when the owner stops', async () => {
    const { first, second, requests, until, one, clock, rateLimited } = await openTwo()
    const before = requests.length
    await first.stop()
    const took = await until(() => linkOf(second).join() === 'direct,live', 2_000)
    expect(took).toBeLessThan(1_500)
    expect(one.open()).toBe(0)
    expect(turns(requests.slice(before))).toEqual(['two'])
    await clock.advance(30_000)
    expect(rateLimited()).toBe(0)
  })

  test('hand over within 2 s when the owner loses the broker, without requests at the same time', async () => {
    const { first, second, requests, until, one, two, now, clock, rateLimited } = await openTwo()
    const before = requests.length
    one.broker.link(false)
    const cutAt = clock.nowMs()
    await until(() => one.open() === 0)
    const stoppedAfter = clock.nowMs() - cutAt
    expect(two.open()).toBe(0)
    expect(stoppedAfter).toBeLessThanOrEqual(1_240)
    await until(() => linkOf(second).join() === 'direct,live')
    expect(clock.nowMs() - cutAt).toBeLessThanOrEqual(2_000)
    await clock.advance(60_000)
    expect(turns(requests.slice(before)).join()).toMatch(/^(one,)?two$/)
    // The disconnected relay reports that, and never shows old numbers as live.
    expect(linkOf(first)).toEqual(['relay', 'waiting'])
    expect(first.store.state().status?.lastError?.message).toContain('broker')
    expect(selectSource(first.store.state(), now.first()).stale).toBe(true)
    one.broker.link(true)
    await until(() => isLive(first), 2_000)
    expect(linkOf(first)).toEqual(['relay', 'live'])
    expect(selectSource(first.store.state(), now.first()).stale).toBe(false)
    expect(turns(requests.slice(before)).join()).toMatch(/^(one,)?two$/)
    expect(rateLimited()).toBe(0)
  })

  test('keep their roles through a broker restart that loses all data, and catch up', async () => {
    const { first, second, requests, until, one, two, engine, knob, now, clock } = await openTwo()
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
    expect(turns(requests)).toEqual(['one'])
  })

  test('stop their requests during a long broker outage, report it, and resume with one owner', async () => {
    const { first, second, requests, until, one, two, now, clock, same } = await openTwo()
    one.broker.link(false)
    two.broker.link(false)
    await clock.advance(60)
    expect(linkOf(second)).toEqual(['relay', 'waiting'])
    await clock.advance(1_240)
    const silentFrom = requests.length
    await clock.advance(60_000)
    expect(requests.length).toBe(silentFrom)
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

  test('report a lost exchange to the clients of both', async () => {
    const { second, until, knob, now } = await openTwo()
    knob({ do: 'down', ms: 60_000 })
    await until(() => second.store.state().status?.upstream?.link !== 'live')
    expect(linkOf(second)).toEqual(['relay', 'live'])
    await until(() => selectSource(second.store.state(), now.second()).stale, 60_000)
  })

  test('share the rate limits over many handovers without a 429', async () => {
    const { relay, until, clock, rateLimited } = openClusterRig()
    const relays = [relay('one'), relay('two'), relay('three')]
    let upstreams = relays.map(each => each.watch('a'))
    for (let i = 0; i < 12; i += 1) {
      await until(() => upstreams.some(each => linkOf(each).join() === 'direct,live'), 10_000)
      const owner = upstreams.findIndex(each => each.store.state().status?.kind === 'direct')
      await upstreams[owner]?.stop()
      upstreams = upstreams.map((each, j) => (j === owner ? (relays[j]?.watch('a') ?? each) : each))
    }
    await clock.advance(5_000)
    expect(rateLimited()).toBe(0)
  })

  test('leave no timer after a stop', async () => {
    const { first, second, clock, knob } = await openTwo()
    knob({ do: 'tick', ms: 3_600_000 })
    await first.stop()
    await second.stop()
    await clock.advance(10_000)
    // The simulated exchange keeps its own.
    expect(clock.pendingTimers()).toBeLessThanOrEqual(3)
  })
})

describe('one relay of a cluster with many accounts', () => {
  test('requests the ticker once for all', async () => {
    const { relay, until, requests, rateLimited, clock } = openClusterRig()
    const one = relay('one')
    const upstreams = Array.from({ length: 8 }, (_, i) => one.watch(`account${i}`))
    await until(() => upstreams.every(isLive), 60_000)
    expect(requests.filter(({ target: what }) => what.endsWith('/ticker')).length).toBeLessThan(
      upstreams.length,
    )
    await clock.advance(20_000)
    expect(rateLimited()).toBe(0)
    const tickers = requests.filter(({ target: what }) => what.endsWith('/ticker'))
    for (const [i, { at }] of tickers.entries()) expect(at - (tickers[i - 1]?.at ?? 0)).toBeGreaterThan(1_000)
  })
})
