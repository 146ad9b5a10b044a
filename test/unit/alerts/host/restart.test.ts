import { describe, expect, test } from 'vitest'
import { closedTrade, historyAt } from '../../../support/alert-ends.ts'
import { flatAt } from '../../../support/alert-rig.ts'
import { type HostProcess, type HostRig, openHostRig } from '../../../support/host-rig.ts'

const SAFE = 0.2
const WARN = 0.04
const CRITICAL = 0.02

/** Kills a host, waits, and starts another one. */
async function restarted(rig: HostRig, host: HostProcess, afterMs = 60_000): Promise<HostProcess> {
  host.kill()
  await rig.clock.advance(afterMs)
  return rig.start('again')
}

const idsOf = ({ host }: HostProcess) => host.view().active.map(({ id }) => id)

describe('a restarted host', () => {
  test('keeps alerts with their ids, and reports none again', async () => {
    const rig = openHostRig()
    const first = await rig.start('first')
    await rig.live(3_000, WARN, first)
    const again = await restarted(rig, first)
    await rig.live(3_000, WARN, again)
    expect(idsOf(again)).toEqual(idsOf(first))
    expect([again.shown, again.sent('ntfy')]).toEqual([[], []])
    await rig.live(3_000, CRITICAL, again)
    expect(again.sent('ntfy')).toEqual(['worse critical'])
  })

  test('keeps acknowledgements', async () => {
    const rig = openHostRig()
    const first = await rig.start('first')
    await rig.live(3_000, CRITICAL, first)
    first.host.acknowledge(null)
    await rig.clock.settle()
    const again = await restarted(rig, first)
    await rig.live(150_000, CRITICAL, again)
    expect(again.active()).toEqual(['critical acknowledged'])
    expect(again.sent('ntfy')).toEqual([])
  })

  test('keeps snoozes', async () => {
    const rig = openHostRig()
    const first = await rig.start('first')
    await rig.live(2_000, SAFE, first)
    const until = rig.clock.nowMs() + 600_000
    await rig.outbox.request({ kind: 'snooze', rule: null, until, by: 'axisor alerts' })
    await rig.clock.advance(1_000)
    const again = await restarted(rig, first)
    await rig.live(3_000, WARN, again)
    expect([again.active(), again.sent('ntfy')]).toEqual([['warn firing'], []])
  })

  test('ends alerts that are over, and sends their end', async () => {
    const rig = openHostRig()
    const first = await rig.start('first')
    await rig.live(3_000, WARN, first)
    const again = await restarted(rig, first, 5_000)
    await rig.live(3_000, SAFE, again)
    expect([again.active(), again.sent('mail')]).toEqual([[], ['resolved warn']])
  })

  test('finds a position that was liquidated meanwhile, with the time of the exchange', async () => {
    const rig = openHostRig()
    const first = await rig.start('first')
    await rig.live(3_000, CRITICAL, first)
    const again = await restarted(rig, first, 600_000)
    const closedAt = rig.clock.nowMs() - 300_000
    await again.dispatch(flatAt(rig.clock.nowMs()))
    await again.dispatch(historyAt(rig.clock.nowMs(), { closed: [closedTrade({ closedAt })] }))
    // Until the history is known the position may still be open.
    expect(again.sent('ntfy')).toEqual(['repeat critical', 'firing liquidated', 'resolved critical'])
    const [alert] = again.host.view().active
    expect(alert?.message).toContain('2026-11-23 18:05:03Z')
    expect(alert?.message).toMatch(/found after 10m\d\ds without sight$/)
  })

  test('goes on in the right order after the clock was set back', async () => {
    const rig = openHostRig()
    const first = await rig.start('first')
    await rig.live(3_000, CRITICAL, first)
    rig.clock.setBack(3_600_000)
    await rig.live(130_000, CRITICAL, first)
    expect(first.sent('ntfy')).toEqual(['firing critical', 'repeat critical'])
    expect(
      (await rig.outbox.log(9)).map(({ startedAt }) => startedAt < rig.clock.nowMs() - 3_000_000),
    ).toEqual([true, true, false, false])
    const summaries = await rig.outbox.summaries(0)
    expect(summaries.every(({ firstDeliveredAfterMs }) => firstDeliveredAfterMs === 0)).toBe(true)
  })
})

describe('the stored memory', () => {
  const seenAt = async (rig: HostRig): Promise<number> => JSON.parse((await rig.outbox.engine()) ?? '').seenAt

  test('knows without any alert when sight was lost, within 11 s', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    await rig.live(60_000, SAFE, host)
    expect(rig.clock.nowMs() - (await seenAt(rig))).toBeLessThan(11_000)
  })

  test('knows exactly when sight was lost by a host that was closed', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    await rig.live(9_000, SAFE, host)
    const closing = host.host.close()
    await rig.clock.settle()
    await closing
    expect(rig.clock.nowMs() - (await seenAt(rig))).toBeLessThan(1_100)
  })

  test('has times of the wall clock after it was set back', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    await rig.live(2_000, WARN, host)
    rig.clock.setBack(3_600_000)
    const until = rig.clock.toWall(rig.clock.nowMs()) + 600_000
    await rig.outbox.request({ kind: 'snooze', rule: null, until, by: 'axisor alerts' })
    await rig.live(2_000, WARN, host)
    const { snoozes, firing } = JSON.parse((await rig.outbox.engine()) ?? '')
    expect(snoozes).toEqual([{ rule: null, until }])
    const [[, { alert, noticedAt }]] = firing
    expect([alert.since, noticedAt].every(at => at < until - 600_000)).toBe(true)
  })

  test('has no old finished notices', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    await rig.live(2_000, WARN, host)
    await rig.live(2_000, SAFE, host)
    expect(await rig.outbox.summaries(0)).toHaveLength(2)
    await rig.clock.jump(8 * 86_400_000)
    await rig.clock.advance(10_000)
    expect((await rig.outbox.summaries(0)).every(({ noticeId }) => noticeId.startsWith('stale'))).toBe(true)
  })
})

describe('the lease', () => {
  test('is held after the clock was set back while the host runs', async () => {
    const rig = openHostRig()
    const [first, second] = [await rig.start('first'), await rig.start('second')]
    await rig.live(3_000, SAFE, first, second)
    rig.clock.setBack(86_400_000)
    await rig.live(20_000, WARN, first, second)
    expect([...first.sent('ntfy'), ...second.sent('ntfy')]).toEqual(['firing warn'])
  })

  test('lost in a suspend does not lose a request that was not stored', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    await rig.live(3_000, WARN, host)
    await rig.outbox.request({ kind: 'acknowledge', alertId: null, by: 'axisor alerts' })
    rig.outbox.fail('write')
    await rig.clock.advance(1_000)
    expect(host.active()).toContain('warn acknowledged')
    await rig.clock.jump(15_000)
    rig.outbox.fail('nothing')
    await rig.live(3_000, WARN, host)
    expect(host.active()).toContain('warn acknowledged')
    expect(await rig.outbox.requests()).toEqual([])
  })

  test('that was lost in a suspend is taken again with the memory of the outbox', async () => {
    const rig = openHostRig()
    const host = await rig.start('host')
    await rig.live(3_000, WARN, host)
    await rig.clock.jump(3_600_000)
    await rig.live(5_000, WARN, host)
    expect(host.active()).toEqual(['warn firing'])
    expect(host.sent('ntfy').filter(each => each === 'firing warn')).toHaveLength(1)
    await rig.live(5_000, CRITICAL, host)
    expect(host.sent('ntfy')).toContain('worse critical')
  })
})
