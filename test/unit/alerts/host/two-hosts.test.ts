import { describe, expect, test } from 'vitest'
import { endedAt } from '../../../support/alert-ends.ts'
import { openHostRig } from '../../../support/host-rig.ts'

/** The distances of the default bands. */
const SAFE = 0.2
const WARN = 0.04
const CRITICAL = 0.02

describe('two hosts on one outbox', () => {
  test('only the first delivers, and both show and ring', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(2_000, WARN, first, second)
    expect([first.sent('ntfy'), second.sent('ntfy')]).toEqual([['firing warn'], []])
    expect([first.shown, second.shown]).toEqual([['firing warn'], ['firing warn']])
    expect(first.host.view().host).toEqual({ kind: 'this', channels: 2 })
    expect(second.host.view().host).toEqual({ kind: 'other', by: 'host', label: 'first', channels: 2 })
    expect(second.active()).toEqual(['warn firing'])
  })

  test('the second stores nothing and shows the alerts of the first with their ids', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(3_000, SAFE, first, second)
    const before = await rig.outbox.engine()
    await second.slide(WARN)
    expect(await rig.outbox.engine()).toBe(before)
    expect(await rig.outbox.pending()).toEqual([])
    await first.slide(WARN)
    await rig.clock.advance(1_000)
    const ids = [first, second].map(({ host }) => host.view().active.map(({ id }) => id))
    expect(ids[0]).toHaveLength(1)
    expect(ids[1]).toEqual(ids[0])
    expect([...second.host.view().deliveries.values()]).toMatchObject([{ delivered: 2, channels: 2 }])
  })

  test('the second takes over within 10 s of the death of the first, and repeats nothing', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(5_000, WARN, first, second)
    first.kill()
    await rig.live(10_000, WARN, second)
    expect(second.host.view().host).toEqual({ kind: 'this', channels: 2 })
    await rig.live(60_000, WARN, second)
    expect([first.sent('ntfy'), second.sent('ntfy')]).toEqual([['firing warn'], []])
    await rig.live(2_000, SAFE, second)
    expect([second.sent('ntfy'), second.sent('mail')]).toEqual([['resolved warn'], ['resolved warn']])
  })

  test('the second reports again what the dead one did not notice', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(5_000, SAFE, first, second)
    first.kill()
    // The second shows it at once, and delivers nothing yet.
    await rig.live(3_000, CRITICAL, second)
    expect([second.shown, second.sent('ntfy')]).toEqual([['firing critical'], []])
    await rig.live(8_000, CRITICAL, second)
    expect([second.sent('ntfy'), second.sent('mail')]).toEqual([['firing critical'], ['firing critical']])
    expect(second.active()).toEqual(['critical firing'])
  })

  test('the second delivers once what it notices between the lease and the takeover', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(5_000, SAFE, first, second)
    first.kill()
    rig.outbox.slow(2_000)
    while (second.host.view().host.kind === 'other') await rig.live(100, SAFE, second)
    await second.slide(CRITICAL)
    expect([second.shown, second.sent('ntfy')]).toEqual([['firing critical'], []])
    await rig.live(20_000, CRITICAL, second)
    expect([second.sent('ntfy'), second.sent('mail')]).toEqual([['firing critical'], ['firing critical']])
  })

  test('takes over at once from a host that was closed', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(3_000, WARN, first, second)
    await first.host.close()
    await rig.live(2_500, CRITICAL, second)
    expect([first.sent('ntfy'), second.sent('ntfy')]).toEqual([['firing warn'], ['worse critical']])
  })

  test('delivers what the dead host had queued', async () => {
    const rig = openHostRig()
    rig.notifier.script('mail', 'hang')
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(3_000, WARN, first, second)
    expect(rig.notifier.taken.map(({ channel }) => channel)).toEqual(['ntfy'])
    first.kill()
    await rig.live(10_000, WARN, second)
    expect([second.sent('ntfy'), second.sent('mail')]).toEqual([[], ['firing warn']])
  })

  test('one acknowledgement by the host that does not deliver is applied within 1 s', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(3_000, CRITICAL, first, second)
    second.host.acknowledge(null)
    expect(second.active()).toEqual(['critical acknowledged'])
    await rig.clock.advance(1_000)
    expect([first.active(), second.active()]).toEqual([['critical acknowledged'], ['critical acknowledged']])
    await rig.live(130_000, CRITICAL, first, second)
    expect(first.sent('ntfy')).toEqual(['firing critical'])
    expect(await rig.outbox.requests()).toEqual([])
  })

  test('a host that waits keeps its own sight: it is healthy while its own data is fresh', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    for (let tenth = 0; tenth < 300; tenth += 1) {
      if (tenth % 10 === 0) for (const host of [first, second]) await host.slide(SAFE)
      await rig.clock.advance(100)
      expect([first.host.isHealthy(), second.host.isHealthy()]).toEqual([true, true])
    }
    await rig.live(40_000, SAFE, first)
    expect([first.host.isHealthy(), second.host.isHealthy()]).toEqual([true, false])
  })

  test('the second rings once for each alert that both find, whichever finds it first', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(3_000, SAFE, first, second)
    await first.slide(WARN)
    // The second reads the alert of the first before it finds it itself.
    await rig.clock.advance(1_000)
    expect(second.shown).toEqual([])
    await rig.live(2_000, WARN, first, second)
    expect(second.shown).toEqual(['firing warn'])
    await second.slide(CRITICAL)
    // It reads a state without its own alert.
    await rig.outbox.request({ kind: 'snooze', rule: 'key', until: rig.clock.nowMs() + 60_000, by: 'test' })
    await rig.clock.advance(1_000)
    await rig.live(2_000, CRITICAL, second)
    expect(second.shown).toEqual(['firing warn', 'worse critical'])
    expect(second.active()).toEqual(['critical firing'])
  })

  test('the second keeps its own acknowledgement until the first has applied it', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(3_000, CRITICAL, first, second)
    first.kill()
    second.host.acknowledge(null)
    for (let tenth = 0; tenth < 150; tenth += 1) {
      if (tenth % 10 === 0) await second.slide(CRITICAL)
      await rig.clock.advance(100)
      expect(second.active()).toEqual(['critical acknowledged'])
    }
    expect(second.host.view().host.kind).toBe('this')
    expect(await rig.outbox.requests()).toEqual([])
  })

  test('a second that starts later lists a liquidation, and its acknowledgement by the first ends it', async () => {
    const rig = openHostRig()
    const first = await rig.start('first')
    await rig.live(3_000, CRITICAL, first)
    await first.dispatch(endedAt(rig.clock.nowMs(), 'liquidation'))
    const second = await rig.start('second')
    await rig.clock.advance(1_000)
    expect(second.active()).toEqual(['liquidated firing'])
    first.host.acknowledge(null)
    await rig.clock.advance(1_000)
    expect([first.active(), second.active()]).toEqual([[], []])
  })
})
