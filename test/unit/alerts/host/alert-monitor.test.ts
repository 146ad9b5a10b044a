import { describe, expect, test, vi } from 'vitest'
import { alertInputOf } from '../../../../src/alerts/alert-input.ts'
import { initialEngineState } from '../../../../src/alerts/engine-state.ts'
import {
  type AlertChange,
  AlertMonitor,
  SENDING_EVERY_MS,
} from '../../../../src/alerts/host/alert-monitor.ts'
import { type AlertRule, DEFAULT_RULES } from '../../../../src/domain/alerts/rule.ts'
import { openStore } from '../../../../src/store/store.ts'
import { defaultRule, longAt, marketAt } from '../../../support/alert-rig.ts'
import { openFakeClock } from '../../../support/fake-clock.ts'
import { statusEvent } from '../../../support/samples.ts'

function openRig(rules: readonly AlertRule[] = DEFAULT_RULES) {
  const clock = openFakeClock()
  const store = openStore()
  const changes: AlertChange[] = []
  const monitor = new AlertMonitor({
    ...{ store, clock, rules },
    everyMs: SENDING_EVERY_MS,
    localOffsetMinutes: () => -180,
    onChange: change => changes.push(change),
  })
  store.dispatch(statusEvent(clock.nowMs()))
  const events = () =>
    changes.flatMap(({ notices }) => notices).map(({ event, alert }) => `${event} ${alert.level}`)
  return { clock, store, monitor, changes, events }
}

const inAnHour = { of: 'index', above: null, below: null, moves: { amount: 2, withinMs: 3_600_000 } } as const
const MOVES: AlertRule = { ...defaultRule('key'), name: 'moves', type: 'price', ...inAnHour }

describe('a monitor', () => {
  test('evaluates a change at once, and a burst of changes at most every 40 ms', async () => {
    const { clock, store, changes, monitor } = openRig()
    await clock.advance(100)
    store.dispatch(longAt(clock.nowMs(), 0.04))
    expect(monitor.view().active.map(({ level }) => level)).toEqual(['warn'])
    await clock.advance(10)
    for (const event of marketAt(clock.nowMs(), 0.02)) store.dispatch(event)
    expect(monitor.view().active.map(({ level }) => level)).toEqual(['warn'])
    await clock.advance(29)
    expect(changes).toHaveLength(1)
    await clock.advance(1)
    expect(monitor.view().active.map(({ level }) => level)).toEqual(['critical'])
  })

  test('evaluates once a second without any change', async () => {
    const { clock, store, events } = openRig()
    await clock.advance(100)
    store.dispatch(longAt(clock.nowMs(), 0.04))
    // In a band data is stale after 20 s.
    await clock.advance(18_900)
    expect(events()).toEqual(['firing warn'])
    await clock.advance(2_000)
    expect(events()).toEqual(['firing warn', 'firing critical'])
  })

  test('does not evaluate again what a frame has evaluated, but each change after it', async () => {
    const { clock, store, monitor } = openRig()
    const reads = vi.spyOn(store, 'state')
    await clock.advance(100)
    store.dispatch(longAt(clock.nowMs(), 0.04))
    await clock.advance(10)
    for (const event of marketAt(clock.nowMs(), 0.02)) store.dispatch(event)
    await clock.advance(29)
    monitor.evaluate(alertInputOf(store.state(), clock.nowMs()))
    expect(monitor.view().active.map(({ level }) => level)).toEqual(['critical'])
    reads.mockClear()
    await clock.advance(39)
    expect(reads).not.toHaveBeenCalled()
    store.dispatch(longAt(clock.nowMs(), 0.04))
    await clock.advance(1)
    expect(reads).toHaveBeenCalledTimes(1)
    await clock.advance(1_000)
    expect(reads).toHaveBeenCalledTimes(2)
  })

  test('reports no change while only the numbers of an alert change', async () => {
    const { clock, store, monitor, changes } = openRig()
    await clock.advance(100)
    store.dispatch(longAt(clock.nowMs(), 0.04))
    const [before] = monitor.view().active
    await clock.advance(1_000)
    store.dispatch(longAt(clock.nowMs(), 0.041))
    await clock.advance(1_000)
    expect(monitor.view().active[0]?.message).not.toBe(before?.message)
    expect(changes).toHaveLength(1)
  })

  test('evaluates what its caller has selected, without another evaluation of the same change', async () => {
    const { clock, store, monitor, changes } = openRig()
    await clock.advance(100)
    monitor.evaluate(alertInputOf(store.state(), clock.nowMs()))
    store.dispatch(longAt(clock.nowMs(), 0.04))
    monitor.evaluate(alertInputOf(store.state(), clock.nowMs()))
    expect(changes).toHaveLength(1)
    await clock.advance(500)
    expect(changes).toHaveLength(1)
  })

  test('keeps quiet hours of the local time zone', async () => {
    // 18:00 UTC is 15:00 there.
    const quiet = { fromMinute: 15 * 60, toMinute: 16 * 60, zone: 'local' } as const
    const { clock, store, monitor, events } = openRig([defaultRule('liquidation', { quiet })])
    await clock.advance(100)
    store.dispatch(longAt(clock.nowMs(), 0.04))
    expect([monitor.view().active.length, events()]).toEqual([1, []])
    await clock.advance(3_600_000)
    store.dispatch(longAt(clock.nowMs(), 0.04))
    await clock.advance(40)
    expect(events()).toEqual(['firing warn'])
  })

  test('keeps the windows of rules that did not change, and fills those of the others again', async () => {
    for (const [rule, expected] of [
      [MOVES, ['firing warn']],
      [{ ...MOVES, moves: { amount: 2, withinMs: 1_800_000 } }, []],
    ] as const) {
      const { clock, store, monitor, events } = openRig([MOVES])
      await clock.advance(100)
      store.dispatch(longAt(clock.nowMs(), 0.2))
      await clock.advance(10_000)
      monitor.setRules([rule])
      for (const event of marketAt(clock.nowMs(), 0.25)) store.dispatch(event)
      await clock.advance(1_000)
      expect(events()).toEqual(expected)
    }
  })

  test('ends alerts of rules that were removed, with a notice to the channels of the last one', async () => {
    const rule = defaultRule('liquidation', { channels: ['phone'] })
    const { clock, store, monitor, changes, events } = openRig([rule])
    await clock.advance(100)
    store.dispatch(longAt(clock.nowMs(), 0.04))
    monitor.setRules([])
    await clock.advance(1_000)
    expect(monitor.view().active).toEqual([])
    expect(events()).toEqual(['firing warn', 'resolved warn'])
    const last = changes.flatMap(({ notices }) => notices).at(-1)
    expect([last?.alert.message, last?.channels]).toEqual(['its rule was removed or disabled', ['phone']])
  })

  test('sends the end of an alert to the channels of its last notice after its rule got others', async () => {
    const { clock, store, monitor, changes } = openRig([defaultRule('liquidation', { channels: ['phone'] })])
    await clock.advance(100)
    store.dispatch(longAt(clock.nowMs(), 0.04))
    monitor.setRules([defaultRule('liquidation', { channels: ['mail'] })])
    await clock.advance(1_000)
    store.dispatch(longAt(clock.nowMs(), 0.2))
    await clock.advance(1_000)
    const notices = changes.flatMap(change => change.notices)
    expect(notices.map(({ event, channels }) => [event, channels])).toEqual([
      ['firing', ['phone']],
      ['resolved', ['phone']],
    ])
  })

  test('keeps its own start, sight and link when it follows or takes over', async () => {
    const { clock, store, monitor } = openRig()
    await clock.advance(100)
    store.dispatch(longAt(clock.nowMs(), 0.2))
    const { startedAt, sightedAt, linkLostAt } = monitor.state()
    expect(sightedAt).not.toBeNull()
    const stored = { ...initialEngineState(clock.nowMs() + 50), linkLostAt: 1 }
    monitor.follow(stored)
    expect(monitor.state()).toMatchObject({ startedAt, sightedAt, linkLostAt })
    monitor.takeOver(stored)
    expect(monitor.state()).toMatchObject({ startedAt, sightedAt, linkLostAt })
  })

  test('stops when it is closed', async () => {
    const { clock, store, monitor, changes } = openRig()
    monitor.close()
    store.dispatch(longAt(clock.nowMs(), 0.02))
    await clock.advance(5_000)
    expect(changes).toEqual([])
    expect(clock.pendingTimers()).toBe(0)
  })
})
